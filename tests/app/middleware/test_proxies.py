"""Proxies: whom the service believes about who asks, and at which path it is."""

import re

import httpx
import pytest

from tests.app.conftest import Application
from tests.app.operations import metric, predict

PREFIX = "X-Forwarded-Prefix"


def counted_apart(service: httpx.Client) -> bool:
    """Whether two addresses that a caller names are two clients, of whom each may ask once."""
    statuses = [predict(service, headers={"X-Forwarded-For": f"192.0.2.{n}"}).status_code for n in (1, 2)]
    assert statuses in ([200, 200], [200, 429])
    return statuses == [200, 200]


def root_of(page: str) -> str:
    """What the page takes for the beginning of all addresses."""
    found = re.search(r'data-root="(.*?)"', page)
    assert found
    return found[1]


class TestWhoAsks:
    def test_nobody_is_believed_who_is_not_named(self, application: Application) -> None:
        assert not counted_apart(application(rate_limit="1/hour"))

    @pytest.mark.parametrize("proxies", ["127.0.0.1", "127.0.0.0/8", "*", "::1, 192.0.2.0/24 , 127.0.0.1"])
    def test_named_ones_are(self, application: Application, proxies: str) -> None:
        assert counted_apart(application(rate_limit="1/hour", trusted_proxies=proxies))

    @pytest.mark.parametrize("proxies", ["127.0.0.2", "10.0.0.0/8", "::1"])
    def test_others_are_not(self, application: Application, proxies: str) -> None:
        assert not counted_apart(application(rate_limit="1/hour", trusted_proxies=proxies))

    def test_the_servers_own_variable_names_nobody(
        self, application: Application, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("FORWARDED_ALLOW_IPS", "*")
        assert not counted_apart(application(rate_limit="1/hour"))

    @pytest.mark.parametrize("client", ["::ffff:10.1.2.3", "10.1.2.3"])
    def test_a_network_is_itself_on_a_socket_for_both_kinds_of_addresses(
        self, application: Application, client: str
    ) -> None:
        service = application(rate_limit="1/hour", trusted_proxies="10.0.0.0/8", caller=(client, 1))
        assert counted_apart(service)

    def test_what_was_there_before_the_proxy_is_not_believed(self, application: Application) -> None:
        service = application(rate_limit="1/hour", trusted_proxies="127.0.0.1, 10.0.0.0/8")
        chains = [f"{made_up}, 192.0.2.1, 10.0.0.5" for made_up in ("198.51.100.1", "198.51.100.2")]
        assert [predict(service, headers={"X-Forwarded-For": chain}).status_code for chain in chains] == [200, 429]


class TestPath:
    @pytest.mark.parametrize("asked", ["/digits/predict", "/predict", "/digits/predict/"])
    def test_it_is_answered_whether_or_not_the_proxy_passes_it_on(self, application: Application, asked: str) -> None:
        service = application(root_path="/digits")
        assert service.post(asked, json={"strokes": [[[20, 20], [80, 20], [45, 100]]]}).json()["digit"] == 7

    @pytest.mark.parametrize("asked", ["/", "/digits", "/digits/"])
    def test_the_page_begins_its_addresses_with_it(self, application: Application, asked: str) -> None:
        page = application(root_path="/digits").get(asked).text
        assert root_of(page) == "/digits"
        addresses = re.findall(r'(?:src|href)="([^"#]+)"', page)
        assert len(addresses) > 10
        assert all(address.startswith("/digits/") for address in addresses)

    def test_what_only_begins_alike_is_not_below_it(self, application: Application) -> None:
        service = application(root_path="/v")
        assert service.get("/v2/health/live").json() == {"live": True}
        assert service.get("/v/v2/health/live").json() == {"live": True}

    def test_a_refusal_has_the_form_of_its_address_below_it(self, application: Application) -> None:
        service = application(root_path="/digits", api_keys="key")
        assert service.post("/digits/v2/models/digits/infer").json().keys() == {"error"}
        assert service.post("/digits/predict").json()["code"] == "unauthorized"

    def test_files_are_counted_as_such(self, application: Application) -> None:
        service = application(root_path="/digits")
        assert service.get("/digits/static/favicon.svg").status_code == 200
        service.get("/digits/static/none.svg")
        for status in (200, 404):
            labels = f'digits_requests_total{{method="GET",route="/static",status="{status}"}}'
            assert metric(service, labels) == 1

    def test_a_named_proxy_may_say_it_with_each_request(self, application: Application) -> None:
        service = application(trusted_proxies="127.0.0.1", root_path="/usual")
        assert root_of(service.get("/", headers={PREFIX: "/digits/"}).text) == "/digits"
        assert root_of(service.get("/some/where", headers={PREFIX: "/some/where"}).text) == "/some/where"
        assert service.get("/openapi.json", headers={PREFIX: "/digits"}).json()["servers"] == [{"url": "/digits"}]
        assert root_of(service.get("/").text) == "/usual"
        assert service.get("/openapi.json").json()["servers"] == [{"url": "/usual"}]

    def test_nobody_else_may(self, application: Application) -> None:
        for options in ({}, {"root_path": "/usual"}, {"trusted_proxies": "192.0.2.1"}):
            page = application(**options).get("/", headers={PREFIX: "/digits"}).text
            assert root_of(page) == options.get("root_path", "")

    @pytest.mark.parametrize(
        "made_up",
        ["//evil.example", "https://evil.example", "digits", '/"onload="x', "/a b", "/a/../b", "/a, /b", "/ü"],
    )
    def test_what_is_no_path_is_passed_over(self, application: Application, made_up: str) -> None:
        service = application(trusted_proxies="*")
        assert root_of(service.get("/", headers=[(PREFIX.encode(), made_up.encode())]).text) == ""
