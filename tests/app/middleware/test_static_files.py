"""Scripts and styles: whole in every form, and cheap to send."""

import os
from pathlib import Path

import httpx
import pytest

from tests.running_service import RunningService

BUNDLE = "static/vendor/swagger-ui/swagger-ui-bundle.js"
GZIP = {"Accept-Encoding": "gzip"}
PLAIN = {"Accept-Encoding": "identity"}


@pytest.mark.parametrize("path", [BUNDLE, "static/css/page.css", "static/js/main.js"])
def test_a_file_arrives_whole_compressed_or_not(client: httpx.Client, path: str) -> None:
    plain, compressed = client.get(path, headers=PLAIN), client.get(path, headers=GZIP)
    assert plain.content == compressed.content == Path(path).read_bytes()
    assert "content-encoding" not in plain.headers
    assert compressed.headers["content-encoding"] == "gzip"
    assert int(compressed.headers["content-length"]) < len(plain.content) / 1.5
    assert compressed.headers["content-type"] == plain.headers["content-type"]
    for reply in (plain, compressed):
        assert set(reply.headers["vary"].lower().split(", ")) == {"accept-encoding"}


def test_what_a_browser_has_is_not_sent_again(client: httpx.Client) -> None:
    version = client.get(BUNDLE, headers=GZIP).headers["etag"]
    assert client.get(BUNDLE, headers=GZIP | {"If-None-Match": version}).status_code == 304


def test_a_part_of_a_file_is_sent_as_it_is(client: httpx.Client) -> None:
    part = client.get(BUNDLE, headers=GZIP | {"Range": "bytes=100-199"})
    assert (part.status_code, part.content) == (206, Path(BUNDLE).read_bytes()[100:200])


def test_a_file_that_is_not_there_is_not_found(client: httpx.Client) -> None:
    assert client.get("static/none.js", headers=GZIP).status_code == 404


@pytest.mark.xdist_group("measures")
def test_a_large_file_is_not_compressed_for_each_who_asks(client: httpx.Client, service: RunningService) -> None:
    client.get(BUNDLE, headers=GZIP)
    before = processor_seconds(service)
    for _ in range(50):
        client.get(BUNDLE, headers=GZIP)
    assert processor_seconds(service) - before < 1, "compressing it takes some 0.05 s"


def processor_seconds(service: RunningService) -> float:
    """What the service has computed for so far, however busy the machine is."""
    fields = Path(f"/proc/{service.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
