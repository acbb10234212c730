"""The `digits` command: one file a subcommand, and one place where errors become exit codes."""

import os
import sys
from collections.abc import Sequence
from importlib.metadata import version

from cyclopts import App, CycloptsError, Parameter
from rich.console import Console
from rich.markup import escape

from model.errors import ConfigError, DigitsError

cli = App(
    name="digits",
    help="Draw a digit and have it read: serve the page, train the network, look inside.",
    version=f"digits {version('digits')}",
    version_flags="--version",
    help_flags=("--help", "-h"),
    help_format="plaintext",
    # The last of a flag's values counts, except where it takes several.
    default_parameter=Parameter(allow_repeating=True, negative_iterable=()),
    result_action="return_value",
    exit_on_error=False,
    print_error=False,
    suppress_keyboard_interrupt=False,
)

# By name, so that a command loads what it needs and no more.
cli.command("cli.commands.serve:serve", name="serve")
cli.command("cli.commands.health:check_health", name="health")
cli.command("cli.commands.train:train_network", name="train")
cli.command("cli.commands.compare:compare_runs", name="compare")
cli.command("cli.commands.race:race_optimizers", name="race")
cli.command("cli.commands.augment:show_augmentation", name="augment")
cli.command("cli.commands.evaluate:evaluate_weights", name="evaluate")
cli.command("cli.commands.predict:predict_files", name="predict")
cli.command("cli.commands.describe:describe_weights", name="describe")
cli.command("cli.commands.data:data_cli", name="data")


def main(words: Sequence[str] | None = None) -> int:
    """Run the command line; every error meant for the user is one line on stderr.

    Args:
        words: behind `digits`; None for those of this process.

    Returns:
        The exit code: 0 done, 1 failed, 2 the words or settings given make no sense, 130 interrupted.
    """
    words = sys.argv[1:] if words is None else words
    try:
        if not words or words[0] in {"--help", "-h"}:
            for name in cli:
                cli[name]  # loads it, for what a command does stands in its docstring
        return cli(words) or 0
    except (CycloptsError, ConfigError) as error:
        _complain(str(error))
        return 2
    except DigitsError as error:
        _complain(str(error))
    except BrokenPipeError:
        # Whoever read our output has seen enough. Python would complain when it empties its buffer at the end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except OSError as error:
        # A disk that fills up halfway, a folder taken away: known to us only by what the system says of it.
        _complain(f"{error.filename or 'input or output'}: {error.strerror or error}")
    except MemoryError as error:
        _complain(f"not enough memory: {error}")
    except KeyboardInterrupt:
        return 130
    return 1


def _complain(message: str) -> None:
    """Say what went wrong on stderr, without breaking the line or taking brackets in it for markup."""
    Console(stderr=True).print(f"[bold red]digits:[/] {escape(message)}", highlight=False, soft_wrap=True)
