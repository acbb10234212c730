"""Who asks, for counting: one client may have many addresses, and one address many spellings."""

import re
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, ip_address

_MAX_ADDRESS = 80
"""Characters of an address that are looked at: the longest there is, with a zone and a port, and some more."""

_WITH_PORT = re.compile(r"\[([^\]]*)\](?::\d*)?|([\d.]+):\d*")
"""As some proxies write an address: [2001:db8::1]:443 or 192.0.2.1:443."""

_LEADING_ZEROS = re.compile(r"(?<![\da-f])0+(?=[\da-f])", re.IGNORECASE)

_NETWORK_BITS = 64
"""Of an IPv6 address: whoever gets one gets at least all that begin with these (RFC 6177)."""


def client_network(address: str) -> str:
    """The network that a client is counted as.

    Args:
        address: as the server or a proxy writes it; anything at all.

    Returns:
        An IPv4 address as it is, also one inside IPv6; of any other IPv6 address its /64; of what is no address, the
        first characters.
    """
    return _client_network(address[:_MAX_ADDRESS])


@lru_cache(maxsize=1024)
def _client_network(address: str) -> str:
    if found := _WITH_PORT.fullmatch(address.strip()):
        address = found[1] or found[2] or ""
    try:
        parsed = ip_address(_LEADING_ZEROS.sub("", address.partition("%")[0].strip()))
    except ValueError:
        return address
    if isinstance(parsed, IPv4Address):
        return str(parsed)
    if parsed.ipv4_mapped:
        return str(parsed.ipv4_mapped)
    return str(IPv6Address(int(parsed) >> _NETWORK_BITS << _NETWORK_BITS))
