"""What counts as one client: an IPv4 address, a /64 of IPv6, however they are spelt."""

import pytest

from app.middleware.client_network import client_network


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("192.000.002.001", "192.0.2.1"),
        (" 192.0.2.1:80", "192.0.2.1"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("[::FFFF:c000:201]:443", "192.0.2.1"),
        ("2001:db8:0:1::5", "2001:db8:0:1::"),
        ("2001:0DB8:0000:0001:ffff:ffff:ffff:ffff", "2001:db8:0:1::"),
        ("[2001:db8:0:1::9]", "2001:db8:0:1::"),
        ("[2001:db8:0:1::9]:443", "2001:db8:0:1::"),
        ("fe80::1%eth0", "fe80::"),
        ("2001:db8:0:2::5", "2001:db8:0:2::"),
        ("::1", "::"),
        ("unknown", "unknown"),
        ("", ""),
        ("[]", ""),
    ],
)
def test_an_address_is_of_a_network(address: str, network: str) -> None:
    assert client_network(address) == network


def test_what_is_no_address_is_short() -> None:
    assert len(client_network("x" * 60_000)) < 100
