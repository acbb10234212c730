"""The service's settings, from the environment: `DIGITS_` and the name in capitals. docs/settings.md lists them."""

from pathlib import Path

from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from app.resources import packaged_weights
from model.errors import ConfigError


class Settings(BaseSettings):
    """Everything an operator can set. Defaults serve the committed weights with safe limits."""

    model_config = SettingsConfigDict(env_prefix="DIGITS_", env_ignore_empty=True, frozen=True)

    weights: Path = Field(
        default_factory=packaged_weights, description="The weights file to serve; the packaged one by default."
    )
    max_body_bytes: int = Field(
        default=4 * 2**20, ge=1024, description="Largest request body in bytes; a larger one is refused with 413."
    )
    max_image_pixels: int = Field(
        default=16 * 2**20, ge=784, description="Largest image in pixels, width times height, before decoding."
    )
    max_points: int = Field(default=20_000, ge=1, description="Most points in all strokes of one drawing together.")


def load_settings() -> Settings:
    """The settings of the environment.

    Raises:
        ConfigError: a value that makes no sense; the message names the variable.
    """
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        name = "_".join(str(part) for part in first["loc"]).upper()
        raise ConfigError(f"DIGITS_{name} is {first['input']!r}: {first['msg'].lower()}") from error
