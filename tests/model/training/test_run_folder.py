"""The folder of a run: what is written is read again, and nothing of an earlier run is lost."""

from pathlib import Path

import pytest

from model.errors import ConfigError, DataError
from model.training import differences, this_machine
from model.training.config import TrainingConfig
from model.training.progress import Epoch, History
from model.training.run_folder import RunFolder

CONFIG = TrainingConfig().changed(
    hidden=(3, 4), batch_size="full", **{"augmentation.images.rotation": 3.0}, learning_rate=0.1, weight_decay=0
)


def history(epochs: int) -> History:
    made = History()
    for number in range(1, epochs + 1):
        made.losses += [(number - 0.5, 1 / number), (float(number), 0.9 / number)]
        made.add(Epoch(number, 10, 1 / number, 0.1, 0.5, 0.1, 1.0, 2.0))
    return made


@pytest.fixture
def folder(tmp_path: Path) -> RunFolder:
    return RunFolder(tmp_path / "runs" / "one")


def test_a_run_begins_with_its_config_frozen(folder: RunFolder) -> None:
    assert not folder.holds_a_run
    folder.require_room(1000)
    assert not folder.begin(CONFIG, Path("/data"))
    assert folder.read_config() == (CONFIG, Path("/data"))


def test_the_log_is_read_as_it_was_written_epoch_by_epoch(folder: RunFolder) -> None:
    folder.require_room(1000)
    folder.begin(CONFIG, Path("/data"))
    for epochs in (1, 2, 3):
        folder.append_epoch(history(epochs))
    assert folder.read_log() == history(3)


def test_going_back_to_a_checkpoint_takes_later_epochs_and_half_an_epochs_points_off_the_log(
    folder: RunFolder,
) -> None:
    folder.require_room(1000)
    folder.begin(CONFIG, Path("/data"))
    for epochs in (1, 2, 3):
        folder.append_epoch(history(epochs))
    in_the_middle_of_the_third = history(2)
    in_the_middle_of_the_third.losses.append((2.5, 0.3))
    folder.rewrite_log(in_the_middle_of_the_third)
    assert folder.read_log() == history(2)


def test_an_earlier_run_moves_aside_whole(folder: RunFolder) -> None:
    folder.require_room(1000)
    folder.begin(CONFIG, Path("/data"))
    folder.weights.write_bytes(b"weights")
    folder.report.write_bytes(b"report")
    note = folder.path / "my-notes.txt"
    note.write_text("keep")
    assert folder.begin(CONFIG.changed(seed=2), Path("/data"))
    previous = RunFolder(folder.path / "previous")
    assert previous.weights.read_bytes() == b"weights"
    assert previous.report.read_bytes() == b"report"
    assert previous.read_config()[0].seed == 1
    assert folder.read_config()[0].seed == 2
    assert not folder.weights.exists()
    assert note.read_text() == "keep"


def finished(folder: RunFolder, seed: int) -> bytes:
    """Begin a run in the folder and end it; returns its weights."""
    folder.begin(CONFIG.changed(seed=seed), Path("/data"))
    folder.append_epoch(history(1))
    folder.weights.write_bytes(b"weights %d" % seed)
    return folder.weights.read_bytes()


def test_starts_that_come_to_nothing_take_nothing_from_finished_runs(folder: RunFolder) -> None:
    folder.require_room(1000)
    weights = [finished(folder, seed) for seed in (1, 2, 3)]
    for seed in (4, 5, 6):
        # They diverged at once, or were killed before their first epoch was over.
        folder.begin(CONFIG.changed(seed=seed), Path("/data"))
        folder.append_rest(History(losses=[(0.1, 1e9)]))
    last = [RunFolder(folder.path / name) for name in ("previous-1", "previous-2", "previous")]
    assert [one.weights.read_bytes() for one in last] == weights
    assert [one.read_config()[0].seed for one in last] == [1, 2, 3]
    assert len(list(folder.path.iterdir())) == 3 + 2, "beside them are the config and the log of the last start"


def test_a_run_killed_after_an_epoch_moves_aside_too(folder: RunFolder) -> None:
    folder.require_room(1000)
    folder.begin(CONFIG, Path("/data"))
    folder.append_epoch(history(1))
    folder.checkpoint.write_bytes(b"checkpoint")
    assert folder.begin(CONFIG.changed(seed=2), Path("/data"))
    assert (folder.path / "previous" / "checkpoint.npz").read_bytes() == b"checkpoint"


def test_a_start_that_is_killed_halfway_splits_no_run(folder: RunFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    folder.require_room(1000)
    weights = finished(folder, 1)
    moved: list[Path] = []

    def move_one(self: Path, target: Path) -> Path:
        if moved:
            raise KeyboardInterrupt
        moved.append(self)
        return self.rename(target)

    with monkeypatch.context() as patched:
        patched.setattr(Path, "replace", move_one)
        with pytest.raises(KeyboardInterrupt):
            folder.begin(CONFIG.changed(seed=2), Path("/data"))
    assert moved
    folder.begin(CONFIG.changed(seed=3), Path("/data"))
    previous = RunFolder(folder.path / "previous")
    assert previous.weights.read_bytes() == weights
    assert previous.read_config()[0].seed == 1
    assert previous.read_log() == history(1)


def test_the_machines_that_it_ran_on_are_noted_one_after_the_other(folder: RunFolder) -> None:
    folder.require_room(1000)
    folder.begin(CONFIG, Path("/data"))
    [machine] = folder.read_machines()
    assert machine == this_machine()
    assert {"cores", "blas", "numpy", "python", "digits"} <= set(machine)
    other = {**machine, "cores": 99}
    assert differences(other, machine) == f"cores {machine['cores']} instead of 99"
    folder.write_config(CONFIG, Path("/data"), [other])
    assert folder.read_machines() == [other, machine]


def test_a_folder_is_one_runs_at_a_time(folder: RunFolder) -> None:
    folder.require_room(1000)
    with (
        folder.locked(),
        pytest.raises(ConfigError, match="another run is at work here"),
        RunFolder(folder.path).locked(),
    ):
        pass
    with folder.locked():
        assert not list(folder.path.iterdir()), "the lock leaves no file"


def test_a_last_line_that_was_cut_off_is_passed_over(folder: RunFolder) -> None:
    folder.require_room(1000)
    folder.begin(CONFIG, Path("/data"))
    folder.append_epoch(history(1))
    with folder.log.open("ab") as file:
        file.write(b'{"kind": "loss", "epochs": 1.0\xc3')
    assert folder.read_log() == history(1)


def test_a_folder_that_cannot_be_written_to_is_told_before_anything_else(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ConfigError, match=r"file/out: cannot be written to: Not a directory"):
        RunFolder(tmp_path / "file" / "out").require_room(10)


def test_room_that_is_not_there_is_told_and_the_probe_is_gone(folder: RunFolder) -> None:
    with pytest.raises(ConfigError, match=r"cannot be written to: .*(space|large).*bytes"):
        folder.require_room(2**62)
    assert not list(folder.path.iterdir())
    folder.require_room(1000)
    assert not list(folder.path.iterdir())


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("nonsense\n", "line 1"),
        ('{"kind": "loss", "epochs": 1, "loss": 2}\n{"kind": "epoch"}\n', "line 2"),
        ("3\n", "line 1"),
    ],
)
def test_a_damaged_log_is_told_by_its_line(folder: RunFolder, content: str, message: str) -> None:
    folder.path.mkdir(parents=True)
    folder.log.write_text(content)
    with pytest.raises(DataError, match=rf"log\.jsonl: {message} is no line of a training log"):
        folder.read_log()


def test_what_is_missing_or_damaged_is_told_by_its_name(folder: RunFolder) -> None:
    with pytest.raises(DataError, match=r"config\.json: there is no such file; is .*one the folder of a run\?"):
        folder.read_config()
    with pytest.raises(DataError, match=r"log\.jsonl: cannot be read"):
        folder.read_log()
    folder.path.mkdir(parents=True)
    for content in ("[]", "{", '{"settings": {"hidden": "x"}, "data": "/"}', "{}"):
        folder.config.write_text(content)
        with pytest.raises(DataError, match=r"config\.json: not "):
            folder.read_config()
