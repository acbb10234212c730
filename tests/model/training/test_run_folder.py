"""The folder of a run: what is written is read again, and nothing of an earlier run is lost."""

from pathlib import Path

import pytest

from model.errors import ConfigError, DataError
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
