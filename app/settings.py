"""The service's settings, from the environment: `DIGITS_` and the name in capitals. docs/settings.md lists them."""

import re
from ipaddress import ip_network
from pathlib import Path
from typing import Literal

from pydantic import Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from model.artifact import packaged_weights
from model.errors import ConfigError

_KEY = re.compile(r"[ -~]+")

_ORIGIN = re.compile(
    r"(?P<scheme>[a-z][a-z0-9+.-]*)://([a-z0-9_-]+(\.[a-z0-9_-]+)*|\[[0-9a-f:.]+\])(:(?P<port>[1-9]\d{0,4}))?"
)
"""As browsers send it (RFC 6454, 6.2)."""

_FRAME_ANCESTOR = re.compile(r"(?P<scheme>https?)://(\*\.)?[a-z0-9_-]+(\.[a-z0-9_-]+)*(:(?P<port>[1-9]\d{0,4}))?")
"""A host-source of CSP (https://www.w3.org/TR/CSP3/#grammardef-host-source) with its scheme and without a path."""

_ROOT_PATH = re.compile(r"(/(?!\.{1,2}(/|$))[A-Za-z0-9._~-]+)+")
"""Segments of unreserved characters (RFC 3986, 2.3), none of which leads up."""

_MAX_ROOT_PATH = 200

_USUAL_PORTS = {"http": "80", "https": "443"}

_RATE = re.compile(
    r"[1-9]\d{0,8}\s*(/|per)\s*([1-9]\d{0,3}\s*)?(second|minute|hour|day|month|year)s?", re.IGNORECASE | re.ASCII
)
"""The part of what `limits` takes that has one meaning."""

_LONGEST = 86_400
"""Seconds that anything is waited for, at most: a day."""

_REDIS = re.compile(r"rediss?://([^@/]*@)?([\w.-]+|\[[0-9a-fA-F:]+\])(:(?P<port>\d{1,5}))?(/\d{0,5})?")


class Settings(BaseSettings):
    """Everything an operator can set. Defaults serve the committed weights with safe limits."""

    model_config = SettingsConfigDict(
        env_prefix="DIGITS_", env_ignore_empty=True, frozen=True, hide_input_in_errors=True
    )

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
        default=16 * 2**20,
        ge=784,
        description="Largest image in pixels, width times height, before decoding; of a JPEG, which is decoded at a "
        "fraction of its size, five times as many.",
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
        default=20, gt=0, le=_LONGEST, description="Longest that a request's body may take to arrive; then 408."
    )
    header_seconds: float = Field(
        default=10, gt=0, le=_LONGEST, description="Longest that a request's headers may take to arrive; then 408."
    )
    reply_seconds: float = Field(
        default=20, gt=0, le=_LONGEST, description="Longest that a reply waits for a client that does not read it."
    )
    keep_alive_seconds: int = Field(
        default=75,
        ge=1,
        le=_LONGEST,
        description="How long a connection is kept without a request: longer than clients and proxies keep it.",
    )
    max_connections: int = Field(
        default=1000,
        ge=1,
        description="Most connections open in one process; beyond, the one idle for longest ends, "
        "or else the new one gets 503.",
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
    frame_ancestors: str = Field(
        default="",
        description="Who may show the page in a frame, such as https://huggingface.co, https://*.hf.space; also "
        "'self', or * for everybody; none for nobody.",
    )
    root_path: str = Field(
        default="",
        description="The path at which a proxy has the service, such as /digits, whether or not it passes it on.",
    )
    trusted_proxies: str = Field(
        default="",
        description="Addresses and networks of proxies, separated by commas, that are believed about who asks and by "
        "which address; * for all, none for nobody.",
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
        default=2,
        ge=0,
        le=_LONGEST,
        description="How often to look for new weights in the file; 0 for on SIGHUP alone.",
    )
    lab: bool = Field(
        default=False, description="Whether there is a lab, /lab, in which whoever opens it can train networks."
    )
    lab_runs: int = Field(
        default=2, ge=1, le=64, description="Trainings of the lab at the same time, one a client; others wait."
    )
    lab_niceness: int = Field(
        default=19,
        ge=0,
        le=19,
        description="How far they step back for all else on the machine; at 19 they also stand still while anything "
        "is read, and answers take as long as without them.",
    )
    log_format: Literal["text", "json"] = Field(default="text", description="Of the log: text or json, by line.")

    @field_validator("api_keys")
    @classmethod
    def _are_keys(cls, keys: str) -> str:
        listed = _listed(keys, "keys")
        if not all(map(_KEY.fullmatch, listed)):
            raise ValueError("keys must be of printable ASCII characters")
        return keys

    @field_validator("cors_origins")
    @classmethod
    def _are_origins(cls, origins: str) -> str:
        for origin in _listed(origins, "origins"):
            if origin != "*" and not _is_origin(origin):
                raise ValueError(
                    f"{origin!r} is no origin as browsers name it: https://example.org, in small letters, with a "
                    "port if it is not the usual one, and without a path; or * for all"
                )
        return origins

    @field_validator("frame_ancestors")
    @classmethod
    def _are_frame_ancestors(cls, sources: str) -> str:
        listed = _listed(sources.replace(" ", ","), "pages")
        for source in listed:
            found = _FRAME_ANCESTOR.fullmatch(source)
            if source not in {"*", "'self'"} and not (found and _is_port(found["port"])):
                raise ValueError(
                    f"{source!r} is none of: https://example.org or https://*.example.org, in small letters and "
                    "without a path; 'self', with its quotes; * for everybody"
                )
        return " ".join(listed)

    @field_validator("root_path")
    @classmethod
    def _is_a_root_path(cls, path: str) -> str:
        path = path.rstrip("/")
        if path and not is_root_path(path):
            raise ValueError("must begin with a slash and have letters, digits and - . _ ~ between slashes: /digits")
        return path

    @field_validator("trusted_proxies")
    @classmethod
    def _are_networks(cls, proxies: str) -> str:
        for proxy in _listed(proxies, "proxies"):
            try:
                _ = proxy == "*" or ip_network(proxy)
            except ValueError as error:
                raise ValueError(
                    f"{error}; allowed are addresses, networks such as 10.0.0.0/8, or * alone"
                ) from error
        if "*" in proxies and proxies.strip() != "*":
            raise ValueError("* is all proxies, and stands alone")
        return proxies

    @field_validator("rate_limit")
    @classmethod
    def _is_a_rate(cls, rate: str) -> str:
        if rate and not _RATE.fullmatch(rate.strip()):
            raise ValueError("must be one rate of at least 1, such as 600/minute, 10/second or 1000 per 2 hours")
        return rate.strip()

    @field_validator("rate_storage")
    @classmethod
    def _is_a_redis(cls, address: str) -> str:
        found = _REDIS.fullmatch(address)
        if address and not (found and _is_port(found["port"])):
            raise ValueError("must be redis:// or rediss://, with [user:password@]host[:port][/database]")
        return address


def split_csv(text: str) -> list[str]:
    """What a setting holds that lists things, separated by commas."""
    return [part for part in map(str.strip, text.split(",")) if part]


def is_root_path(text: str) -> bool:
    """Whether a text is a path that the service can have at a proxy, such as /digits."""
    return len(text) <= _MAX_ROOT_PATH and bool(_ROOT_PATH.fullmatch(text))


def _listed(text: str, what: str) -> list[str]:
    parts = split_csv(text)
    if text and not parts:
        raise ValueError(f"names no {what}; unset it, or leave it empty, for none")
    return parts


def _is_origin(text: str) -> bool:
    found = _ORIGIN.fullmatch(text)
    return bool(found and _is_port(found["port"]) and found["port"] != _USUAL_PORTS.get(found["scheme"], ""))


def _is_port(number: str | None) -> bool:
    """Whether there is such a port, or none is given."""
    return number is None or 0 < int(number) < 2**16


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
        message = first["msg"].removeprefix("Value error, ")
        raise ConfigError(f"DIGITS_{name} is {value}: {message[0].lower()}{message[1:]}") from error


def _is_public(name: str) -> bool:
    """Whether the value of a setting may be shown: some hold keys or passwords."""
    field = Settings.model_fields.get(name)
    return field is None or field.repr
