"""Training settings: declared once, read from recipes, and a clear word for each that makes no sense."""

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from model.errors import ConfigError, DataError
from model.settings import with_settings
from model.training.config import SETTINGS, TrainingConfig
from model.training.recipe import load_recipe
from model.training.run_folder import RunFolder


def test_the_packages_recipe_is_found_by_its_name() -> None:
    config = load_recipe("small")
    assert config.name == "small"
    assert config.network.hidden == (512, 256)
    assert not config.augmentation.images.is_identity


def test_a_recipe_file_overrides_only_what_it_names(tmp_path: Path) -> None:
    recipe = tmp_path / "mine.toml"
    recipe.write_text(
        'name = "mine"\n[network]\nhidden = []\n[learning]\nlearning_rate = 1\n[augmentation.images]\nrotation = 3\n'
    )
    expected = {"name": "mine", "hidden": (), "learning_rate": 1.0, "augmentation.images.rotation": 3.0}
    assert load_recipe(str(recipe)) == TrainingConfig().changed(**expected)


def test_a_plain_perceptron_learns_from_what_the_release_learns_from() -> None:
    mlp, release = load_recipe("mlp"), load_recipe("release")
    assert (mlp.network.channels, mlp.network.hidden) == ((), (1024, 512, 256))
    assert mlp.augmentation == release.augmentation
    assert (mlp.data.strokes, mlp.data.dev_strokes) == (release.data.strokes, release.data.dev_strokes)


ONE_LAYER_OR_MORE = "a list of whole numbers, each at least 1"
COUNT = "a whole number, at least 1"
BELOW_1 = "at least 0 and below 1"


@pytest.mark.parametrize(
    ("path", "value", "allowed"),
    [
        ("name", 3, "text"),
        ("task", "poetry", "one of classifier, autoencoder"),
        ("seed", -1, "a whole number, at least 0"),
        ("network.hidden", 3, ONE_LAYER_OR_MORE),
        ("network.hidden", [0], ONE_LAYER_OR_MORE),
        ("network.hidden", [8.5], ONE_LAYER_OR_MORE),
        ("network.activation", "step", "one of sigmoid, tanh, relu, leaky-relu, gelu"),
        ("network.output", "argmax", "one of softmax, sigmoid, linear"),
        ("network.scaling", "log", "one of none, unit, symmetric, center, standardize"),
        ("network.init", "ones", "one of he, glorot, normal, zeros"),
        ("learning.loss", "hinge", "one of cross-entropy, reject-cross-entropy, binary-cross-entropy, mse, mae"),
        ("learning.optimizer", "magic", "one of sgd, momentum, nesterov, adagrad, rmsprop, adam, adamw"),
        ("learning.learning_rate", 0, "above 0"),
        ("learning.learning_rate", float("inf"), "above 0"),
        ("learning.learning_rate", float("nan"), "above 0"),
        ("learning.learning_rate", "fast", "above 0"),
        ("learning.momentum", 1.0, BELOW_1),
        ("learning.beta2", 1, BELOW_1),
        ("learning.schedule", "stairs", "one of constant, step, cosine"),
        ("learning.warmup", 1, BELOW_1),
        ("learning.step_size", 0, COUNT),
        ("learning.gamma", 0, "above 0 and at most 1"),
        ("learning.gamma", 3, "above 0 and at most 1"),
        ("learning.batch_size", 0, f"{COUNT}, or full"),
        ("learning.batch_size", "half", f"{COUNT}, or full"),
        ("learning.batch_size", 2.0, f"{COUNT}, or full"),
        ("learning.weight_decay", -1, "at least 0"),
        ("learning.weight_decay", float("nan"), "at least 0"),
        ("learning.dropout", 1.0, BELOW_1),
        ("learning.label_smoothing", -0.1, BELOW_1),
        ("learning.clip_norm", 0, "above 0"),
        ("learning.ema_decay", 1, BELOW_1),
        ("learning.batch_norm", 1, "true or false"),
        ("data.limit", 1, "a whole number, at least 2"),
        ("data.strokes", "mine.jsonl", "a list of texts"),
        ("augmentation.images.rotation", -5, "at least 0"),
        ("augmentation.images.scale", float("nan"), "at least 0"),
        ("augmentation.strokes.thickest_pen", 9, "at least 0.5 and at most 8"),
        ("stopping.epochs", 0, COUNT),
        ("stopping.epochs", 2.5, COUNT),
        ("stopping.epochs", True, COUNT),
        ("stopping.max_seconds", 0, "above 0"),
        ("stopping.patience", 0, COUNT),
        ("stopping.loss_tolerance", -1, "above 0"),
        ("stopping.gradient_tolerance", 0, "above 0"),
        ("stopping.keep", "first", "one of best, last"),
        ("judgement.refused_share", 2, "at least 0 and at most 1"),
    ],
)
def test_a_value_out_of_range_is_refused_by_its_path_and_what_is_allowed(path: str, value: Any, allowed: str) -> None:
    settings = value
    for name in reversed(path.split(".")):
        settings = {name: settings}
    with pytest.raises(ConfigError, match=re.escape(f"{path} must be {allowed}, not ")):
        with_settings(TrainingConfig(), settings)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        (
            {"poetry": 3},
            "unknown setting 'poetry'; known: name, task, seed, start_from, keep_path, network, learning, data",
        ),
        (
            {
                "start_from": "w.npz",
                "task": "autoencoder",
                "network": {"output": "linear"},
                "learning": {"loss": "mse"},
            },
            "start_from needs weights that read digits, not those of task autoencoder",
        ),
        (
            {"start_from": "w.npz", "learning": {"batch_norm": True}},
            "learning.batch_norm is worked into weights, so with start_from it must be false",
        ),
        (
            {"keep_path": True, "learning": {"batch_norm": True}},
            "keep_path keeps parameters without a batch, so learning.batch_norm must be false with it",
        ),
        (
            {"keep_path": True, "network": {"hidden": [2048, 1024]}},
            "keep_path keeps at least 8 points of at most 64 MiB together: 3,716,106 parameters are too many, "
            "2,097,152 can be kept",
        ),
        ({"network": {"hiden": [3]}}, "unknown setting 'network.hiden'; did you mean 'hidden'? known: channels"),
        (
            {"network": {"dropout": 0.2}},
            "unknown setting 'network.dropout'; did you mean 'learning.dropout'? known: chan",
        ),
        (
            {"learning_rat": 1},
            "unknown setting 'learning_rat'; did you mean 'learning.learning_rate'? known: name, task",
        ),
        ({"augmentation": {"images": {"twist": 3}}}, "unknown setting 'augmentation.images.twist'; known: rotation"),
        ({"augmentation": 3}, "augmentation must be a table of settings, not 3"),
        ({"augmentation": {"images": 3}}, "augmentation.images must be a table of settings, not 3"),
        ({"task": "autoencoder"}, "network.output must be sigmoid or linear for task autoencoder, not softmax"),
        ({"network": {"channels": [8]}}, "channels, kernel_size and stride must be as many, one of each a layer"),
        ({"network": {"output": "sigmoid"}}, "loss cross-entropy needs probabilities: output softmax, not sigmoid"),
        ({"data": {"scribbles": 5}}, "data.scribbles are no digits: only learning.loss reject-cross-entropy can"),
    ],
)
def test_what_makes_no_sense_together_or_is_not_known_is_refused(settings: dict[str, Any], message: str) -> None:
    with pytest.raises(ConfigError, match=re.escape(message)):
        with_settings(TrainingConfig(), settings)


@pytest.mark.parametrize("recipe", ["small", "autoencoder", "mlp", "release"])
def test_a_config_comes_back_from_its_settings_with_the_usual_values_written_out(recipe: str) -> None:
    config = load_recipe(recipe)
    settings = json.loads(json.dumps(config.as_settings()))
    rate = config.learning.actual_learning_rate
    assert (settings["learning"]["learning_rate"], settings["learning"]["weight_decay"]) == (rate, 0.0)
    again = with_settings(TrainingConfig(), settings)
    assert again == config.changed(learning_rate=rate, weight_decay=0.0)
    assert again.as_settings() == config.as_settings()


def test_a_setting_is_changed_by_its_name_alone_those_of_augmentation_by_their_path() -> None:
    config = load_recipe("small").changed(dropout=0.25, **{"augmentation.images.rotation": 3})
    assert (config.learning.dropout, config.augmentation.images.rotation) == (0.25, 3.0)
    assert (config.network, config.augmentation.images.shear) == (load_recipe("small").network, 0.3)
    with pytest.raises(ConfigError, match=r"^unknown setting 'droput'; did you mean 'dropout'\?$"):
        config.changed(droput=0.5)
    assert len({setting.key for setting in SETTINGS}) == len(SETTINGS), "two settings go by one name"


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda setting: setting.path)
def test_every_setting_says_what_it_is_and_may_have_its_default(setting: Any) -> None:
    assert setting.about
    setting.check(setting.default)
    with pytest.raises(ConfigError, match=re.escape(setting.path)):
        setting.check(object())


def test_each_optimizer_has_its_usual_learning_rate_unless_one_is_given() -> None:
    sgd, adamw = (TrainingConfig().changed(optimizer=name).learning for name in ("sgd", "adamw"))
    assert sgd.actual_learning_rate > TrainingConfig().learning.actual_learning_rate
    assert adamw.actual_weight_decay == 0.01
    given = replace(adamw, learning_rate=0.5, weight_decay=0.0)
    assert (given.actual_learning_rate, given.actual_weight_decay) == (0.5, 0.0)


@pytest.mark.parametrize(("images", "held_out"), [(60_000, 5_000), (30_000, 5_000), (6_000, 1_000), (7, 1), (2, 1)])
def test_at_most_a_sixth_is_held_out_for_validation(images: int, held_out: int) -> None:
    assert TrainingConfig().data.held_out(images) == held_out


def test_a_missing_recipe_and_a_broken_one_are_named(tmp_path: Path) -> None:
    with pytest.raises(
        ConfigError, match="'nope' is neither a file nor one of: autoencoder, fine-tune, lab, mlp, release, small"
    ):
        load_recipe("nope")
    with pytest.raises(ConfigError, match="cannot be read: Is a directory"):
        load_recipe(str(tmp_path))
    broken = tmp_path / "broken.toml"
    broken.write_text("hidden = [")
    with pytest.raises(ConfigError, match=r"broken\.toml' is not TOML"):
        load_recipe(str(broken))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("[learning]\ndroput = 0.1\n", "unknown setting 'learning.droput'; did you mean 'dropout'?"),
        ("[network]\ndropout = 0.1\n", "unknown setting 'network.dropout'; did you mean 'learning.dropout'?"),
        ("[learning]\ndropout = 3\n", "learning.dropout must be at least 0 and below 1, not 3"),
        ('task = "autoencoder"\n', "network.output must be sigmoid or linear for task autoencoder, not softmax"),
    ],
)
def test_what_is_wrong_in_a_recipe_is_told_with_the_files_name(tmp_path: Path, content: str, message: str) -> None:
    recipe = tmp_path / "mine.toml"
    recipe.write_text(content)
    with pytest.raises(ConfigError, match=re.escape(f"recipe '{recipe}': {message}")):
        load_recipe(str(recipe))


def test_a_recipes_name_that_is_nearly_right_is_meant() -> None:
    with pytest.raises(ConfigError, match="did you mean 'release'"):
        load_recipe("relese")


def test_a_runs_config_is_a_recipe(tmp_path: Path) -> None:
    config = load_recipe("mlp").changed(epochs=3, learning_rate=0.5)
    folder = RunFolder(tmp_path)
    folder.write_config(config, Path("/data"))
    assert load_recipe(str(folder.path)).as_settings() == config.as_settings()
    assert load_recipe(str(folder.config)).as_settings() == config.as_settings()
    folder.config.write_text("{}")
    with pytest.raises(DataError, match=r"config\.json: not the config of a run"):
        load_recipe(str(folder.config))


def test_text_that_cannot_be_written_down_is_refused_at_once() -> None:
    assert TrainingConfig().changed(name="été 七").name == "été 七"
    with pytest.raises(ConfigError, match=r"name must be text, not '\\udcff'"):
        TrainingConfig().changed(name="\udcff")


def test_a_recipe_without_tables_is_told_where_its_settings_stand_now(tmp_path: Path) -> None:
    recipe = tmp_path / "old.toml"
    recipe.write_text(
        'name = "old"\nmaps = [8]\noptimizer = "sgd"\n[augmentation]\nbend = 1\n[redrawing]\nbend = 0.1\n'
    )
    with pytest.raises(ConfigError) as refusal:
        load_recipe(str(recipe))
    assert str(refusal.value) == (
        f"recipe '{recipe}': settings stand in tables now: write maps as [network] channels, optimizer as [learning] "
        "optimizer, [augmentation] as [augmentation.images], [redrawing] as [augmentation.strokes]"
    )
