"""`digits --help` and the help of every command: complete, and true to the defaults."""

import pytest

from tests.cli.conftest import Digits


@pytest.mark.parametrize(
    ("command", "words"),
    [
        ((), ("serve", "train", "compare", "race", "evaluate", "predict", "describe", "data")),
        (
            ("serve",),
            ("--weights", "--host", "127.0.0.1", "--port", "8000", "--root-path", "$DIGITS_TRUSTED_PROXIES"),
        ),
        (("health",), ("--host", "--port", "$PORT")),
        (("train",), ("--recipe", "--hidden", "--seed", "--data", "$DIGITS_DATA_DIR", "--json", "--resume", "gelu")),
        (("compare",), ("RUNS", "--out", "comparison.html", "--surface", "--keep-path")),
        (("race",), ("SURFACE", "rosenbrock", "adam=0.1", "--start", "--noise", "race.html")),
        (("evaluate",), ("--weights", "$DIGITS_WEIGHTS", "--strokes", "--report")),
        (("describe",), ("$DIGITS_WEIGHTS",)),
        (("predict",), ("--url", "--json")),
        (("data", "fetch"), ("--dir", "--from", "--mirror")),
    ],
)
def test_help_names_the_options_and_their_defaults(
    digits: Digits, command: tuple[str, ...], words: tuple[str, ...]
) -> None:
    run = digits(*command, "--help")
    assert run.returncode == 0
    for word in words:
        assert word in run.stdout


def test_the_version_is_printed(digits: Digits) -> None:
    run = digits("--version")
    assert (run.returncode, run.stdout) == (0, "digits 0.1.0\n")
