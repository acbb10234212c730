"""`digits health`: is the service on this machine ready? For the health checks of containers."""

import sys
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException

from cli.inputs.listening import HostOption, PortOption, listening_address

_SECONDS = 4.0
"""To wait for an answer: less than health checks wait for this command."""

_FROM_HERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - where to ask what listens on all addresses
"""Where to ask what listens everywhere."""


def check_health(*, host: HostOption = None, port: PortOption = None) -> int:
    """Ask the service that was started with the same words or environment; exit with 1 if it is not ready."""
    host, port = listening_address(host, port)
    # No proxy of the environment's is asked: the service is here.
    connection = HTTPConnection(_FROM_HERE.get(host, host), port, timeout=_SECONDS)
    try:
        connection.request("GET", "/readyz")
        status = connection.getresponse().status
    except (OSError, HTTPException) as error:
        print(f"digits: nothing answers at {host}, port {port}: {error}", file=sys.stderr)
        return 1
    finally:
        connection.close()
    print("ready" if status == HTTPStatus.OK else f"not ready: status {status}")
    return 0 if status == HTTPStatus.OK else 1
