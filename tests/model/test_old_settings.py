"""Settings as they were before they stood in tables: every one has its place, and old files are read."""

from model.artifact import load_artifact, packaged_weights
from model.old_settings import PATHS, in_tables
from model.settings import by_path, with_settings
from model.training import SETTINGS, TrainingConfig

FLAT = {
    "name": "old",
    "maps": [8],
    "kernels": [5],
    "strides": [2],
    "average_decay": 0.9,
    "augmentation": {"rotation": 3.0},
    "redrawing": {"gaps": 0.5},
}


def test_every_old_name_leads_to_a_setting_or_a_table_of_today() -> None:
    paths = {setting.path for setting in SETTINGS} | {setting.table for setting in SETTINGS}
    assert set(PATHS.values()) <= paths
    assert len(set(PATHS.values())) == len(PATHS)


def test_flat_settings_are_put_into_tables_and_those_in_tables_stay() -> None:
    settings = in_tables(FLAT)
    assert settings == {
        "name": "old",
        "network": {"channels": [8], "kernel_size": [5], "stride": [2]},
        "learning": {"ema_decay": 0.9},
        "augmentation": {"images": {"rotation": 3.0}, "strokes": {"gaps": 0.5}},
    }
    assert in_tables(settings) == settings
    assert in_tables({"augmentation": {"bend": 1.0}}) == {"augmentation": {"images": {"bend": 1.0}}}
    assert with_settings(TrainingConfig(), settings).network.channels == (8,)


def test_the_settings_of_the_packaged_weights_are_those_of_a_config_of_today() -> None:
    artifact = load_artifact(packaged_weights())
    today = with_settings(TrainingConfig(), artifact.config).as_settings()
    # Settings that are newer than the weights have their defaults.
    assert by_path(artifact.config).items() <= by_path(today).items()
