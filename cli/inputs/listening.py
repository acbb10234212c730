"""Where the service listens: the command line says it, or else the environment, ours or the platform's."""

import os
import re
from ipaddress import ip_address
from typing import Annotated

from cyclopts import Parameter
from cyclopts.validators import Number

from model.errors import ConfigError

HostOption = Annotated[
    str | None,
    Parameter(
        help="The address to listen on; 0.0.0.0 for all.",
        show_default=lambda _: "$DIGITS_HOST, $HOST, else 127.0.0.1",
    ),
]
PortOption = Annotated[
    int | None,
    Parameter(
        help="The port to listen on; 0 for any free one.",
        show_default=lambda _: "$DIGITS_PORT, $PORT, else 8000",
        validator=Number(gte=0, lte=65535),
    ),
]

_NAME = re.compile(r"[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*")

_OF_A_LINK = "tcp://"
"""DIGITS_PORT begins so where Kubernetes or Docker tells of a service of the name digits: that is not ours."""


def listening_address(host: str | None, port: int | None) -> tuple[str, int]:
    """Host and port: as given, else DIGITS_HOST and DIGITS_PORT, else HOST and PORT, else 127.0.0.1 and 8000.

    HOST counts only if it is an address or `localhost`: some shells keep the machine's name there.

    Raises:
        ConfigError: one of the variables makes no sense.
    """
    return _host() if host is None else host, _port() if port is None else port


def _host() -> str:
    if host := os.environ.get("DIGITS_HOST"):
        if not (_is_address(host) or _NAME.fullmatch(host)):
            raise ConfigError(f"DIGITS_HOST is {host!r}: must be an address such as 0.0.0.0 or ::, or a host's name")
        return host
    host = os.environ.get("HOST", "")
    return host if _is_address(host) or host == "localhost" else "127.0.0.1"


def _port() -> int:
    for name in ("DIGITS_PORT", "PORT"):
        port = os.environ.get(name, "")
        if port and not port.startswith(_OF_A_LINK):
            if not re.fullmatch("[0-9]{1,5}", port) or int(port) >= 2**16:
                raise ConfigError(f"{name} is {port!r}: must be a whole number from 0 to 65535")
            return int(port)
    return 8000


def _is_address(host: str) -> bool:
    try:
        return bool(ip_address(host))
    except ValueError:
        return False
