"""The service's settings, from the environment: `DIGITS_` and the name in capitals. docs/settings.md lists them."""

import re
from pathlib import Path
from typing import Literal

from limits import parse
from pydantic import Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from model.artifact import packaged_weights
from model.errors import ConfigError

_REDIS = re.compile(r"rediss?://([^@/]*@)?([\w.-]+|\[[0-9a-fA-F:]+\])(:\d{1,5})?(/\d*)?")


class Settings(BaseSettings):
    """Everything an operator can set. Defaults serve the committed weights with safe limits."""

    model_config = SettingsConfigDict(env_prefix="DIGITS_", env_ignore_empty=True, frozen=True)

    weights: Path = Field(
        default_factory=packaged_weights, description="The weights file to serve; the packaged one by default."
    )
    max_body_bytes: int = Field(
        default=4 * 2**20, ge=1024, description="Largest request body in bytes; a larger one is refused with 413."
    )
    max_batch_bytes: int = Field(
        default=32 * 2**20, ge=1024, description="Largest body of a request with many drawings; then 413."
    )
    max_image_pixels: int = Field(
        default=16 * 2**20, ge=784, description="Largest image in pixels, width times height, before decoding."
    )
    max_points: int = Field(default=20_000, ge=1, description="Most points in all strokes of one drawing together.")
    max_in_flight: int = Field(
        default=64, ge=1, description="Most requests whose body is there; those beyond get 503 at once."
    )
    max_bytes_in_flight: int = Field(
        default=256 * 2**20,
        ge=2**20,
        description="Bytes of all bodies together, arriving or under way; then 503 for whoever fills most of them.",
    )
    threads: int = Field(
        default=4,
        ge=1,
        description="Requests worked on at the same time in threads, and images decoded in processes, so many of "
        "each; others under way wait for their turn.",
    )
    body_seconds: float = Field(
        default=20, gt=0, description="Longest that a request's body may take to arrive; then 408."
    )
    header_seconds: float = Field(
        default=10, gt=0, description="Longest that a request's headers may take to arrive; then 408."
    )
    reply_seconds: float = Field(
        default=20, gt=0, description="Longest that a reply waits for a client that does not read it."
    )
    max_connections: int = Field(
        default=1000, ge=1, description="Most connections open in one process; those beyond get 503 at once."
    )
    api_keys: str = Field(
        default="",
        repr=False,
        description="Keys, separated by commas, one of which each POST must carry in X-API-Key; none for no keys. "
        "The page asks whoever opens it for one.",
    )
    cors_origins: str = Field(
        default="", description="Origins, separated by commas, whose pages may call the API; none for no others."
    )
    rate_limit: str = Field(
        default="", description="Most POSTs of one client, such as 600/minute; then 429. None for no limit."
    )
    rate_storage: str = Field(
        default="",
        repr=False,
        description="Where clients are counted, such as redis://host:6379/0, for all processes together; "
        "none for in each process by itself.",
    )
    watch_seconds: float = Field(
        default=2, ge=0, description="How often to look for new weights in the file; 0 for on SIGHUP alone."
    )
    log_format: Literal["text", "json"] = Field(default="text", description="Of the log: text or json, by line.")

    @field_validator("rate_limit")
    @classmethod
    def _is_a_rate(cls, rate: str) -> str:
        if rate:
            parse(rate)
        return rate

    @field_validator("rate_storage")
    @classmethod
    def _is_a_redis(cls, address: str) -> str:
        if address and not _REDIS.fullmatch(address):
            raise ValueError("must be redis:// or rediss://, with [user:password@]host[:port][/database]")
        return address


def split_csv(text: str) -> list[str]:
    """What a setting holds that lists things, separated by commas."""
    return [part for part in map(str.strip, text.split(",")) if part]


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
        value = repr(first["input"]) if _is_public(str(first["loc"][0])) else "not valid"
        raise ConfigError(f"DIGITS_{name} is {value}: {first['msg'].lower()}") from error


def _is_public(name: str) -> bool:
    """Whether the value of a setting may be shown: some hold keys or passwords."""
    field = Settings.model_fields.get(name)
    return field is None or field.repr
