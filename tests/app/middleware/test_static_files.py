"""Pages, scripts and styles: whole in every form, cheap to send, and not sent again."""

import os
import re
from pathlib import Path

import httpx
import pytest

from tests.app.operations import BODY
from tests.running_service import RunningService

BUNDLE = "static/vendor/swagger-ui/swagger-ui-bundle.js"
GZIP = {"Accept-Encoding": "gzip"}
PLAIN = {"Accept-Encoding": "identity"}
FORMS = pytest.mark.parametrize("form", [PLAIN, GZIP], ids=["plain", "gzip"])
PATHS = pytest.mark.parametrize(
    "path", ["/", "/model", "/docs", "/static/css/page.css", f"/{BUNDLE}", "/static/favicon.svg"]
)


def hashed(client: httpx.Client) -> str:
    """The folder to which the page refers."""
    found = re.search(r'"(/static/[0-9a-f]{8})/js/main\.js"', client.get("/").text)
    assert found
    return found[1]


@pytest.mark.parametrize("path", [BUNDLE, "static/css/page.css", "static/js/main.js"])
def test_a_file_arrives_whole_compressed_or_not(client: httpx.Client, path: str) -> None:
    plain, compressed = client.get(path, headers=PLAIN), client.get(path, headers=GZIP)
    assert plain.content == compressed.content == Path(path).read_bytes()
    assert "content-encoding" not in plain.headers
    assert compressed.headers["content-encoding"] == "gzip"
    assert int(compressed.headers["content-length"]) < len(plain.content) / 1.5
    assert compressed.headers["content-type"] == plain.headers["content-type"]


@PATHS
def test_each_form_has_its_version_and_caches_are_told_so(client: httpx.Client, path: str) -> None:
    plain, compressed = client.get(path, headers=PLAIN), client.get(path, headers=GZIP)
    assert plain.headers["etag"] != compressed.headers["etag"]
    for reply in (plain, compressed):
        assert reply.headers.get_list("vary") == ["Accept-Encoding"]
        assert reply.headers["cache-control"] == "no-cache"


@PATHS
@FORMS
def test_what_a_browser_has_is_not_sent_again(client: httpx.Client, path: str, form: dict[str, str]) -> None:
    had = client.get(path, headers=form)
    etag = had.headers["etag"]
    for known in (etag, f"W/{etag}", f'"other", {etag}', f'"other",W/{etag} ,"x"', "*"):
        for method in ("GET", "HEAD"):
            again = client.request(method, path, headers=form | {"If-None-Match": known})
            assert (again.status_code, again.content) == (304, b"")
            for name in ("etag", "vary", "cache-control"):
                assert again.headers[name] == had.headers[name]
    for unknown in ('"other"', etag.strip('"'), f'"x{etag[1:]}', ""):
        assert client.get(path, headers=form | {"If-None-Match": unknown}).status_code == 200


@PATHS
def test_one_form_is_not_taken_for_the_other(client: httpx.Client, path: str) -> None:
    plain, compressed = client.get(path, headers=PLAIN), client.get(path, headers=GZIP)
    for form, other in ((PLAIN, compressed), (GZIP, plain)):
        assert client.get(path, headers=form | {"If-None-Match": other.headers["etag"]}).status_code == 200


@FORMS
def test_a_file_may_be_asked_for_by_its_time(client: httpx.Client, form: dict[str, str]) -> None:
    had = client.get(BUNDLE, headers=form)
    by_time = form | {"If-Modified-Since": had.headers["last-modified"]}
    again = client.get(BUNDLE, headers=by_time)
    assert (again.status_code, again.headers["etag"]) == (304, had.headers["etag"])
    assert client.get(BUNDLE, headers=by_time | {"If-None-Match": '"other"'}).status_code == 200
    for time in ("Thu, 01 Jan 1970 00:00:00 GMT", "yesterday"):
        assert client.get(BUNDLE, headers=form | {"If-Modified-Since": time}).status_code == 200


@FORMS
def test_below_the_hash_of_them_all_files_are_kept_for_good(client: httpx.Client, form: dict[str, str]) -> None:
    folder = hashed(client)
    for path in ("css/page.css", "js/main.js", "js/panels/why.js", "favicon.svg", "vendor/swagger-ui/LICENSE"):
        lasting, passing = (client.get(f"{start}/{path}", headers=form) for start in (folder, "/static"))
        assert lasting.content == passing.content == Path("static", path).read_bytes()
        assert lasting.headers["cache-control"] == "public, max-age=31536000, immutable"
        assert passing.headers["cache-control"] == "no-cache"
        assert lasting.headers.get_list("vary") == passing.headers.get_list("vary") == ["Accept-Encoding"]
        assert lasting.headers["etag"] == passing.headers["etag"]


@pytest.mark.parametrize("path", ["/", "/model", "/docs"])
def test_pages_refer_to_nothing_else(client: httpx.Client, path: str) -> None:
    assert set(re.findall(r'"(/static/[^/"]*)', client.get(path).text)) == {hashed(client)}


def test_another_hash_is_not_found(client: httpx.Client) -> None:
    folder = hashed(client)
    for other in ("/static/00000000", folder + "0", folder + folder.removeprefix("/static"), folder.upper()):
        refused = client.get(f"{other}/js/main.js")
        assert (refused.status_code, refused.headers["cache-control"]) == (404, "no-store")


def test_a_part_of_a_file_is_sent_as_it_is(client: httpx.Client) -> None:
    part = client.get(BUNDLE, headers=GZIP | {"Range": "bytes=100-199"})
    assert (part.status_code, part.content) == (206, Path(BUNDLE).read_bytes()[100:200])


def test_a_file_that_is_not_there_is_not_found(client: httpx.Client) -> None:
    assert client.get("static/none.js", headers=GZIP).status_code == 404


@pytest.mark.parametrize(
    "path", ["/healthz", "/readyz", "/metrics", "/openapi.json", "/v2", "/nothing", "/static/no", "/predict"]
)
def test_all_else_is_kept_by_nobody(client: httpx.Client, path: str) -> None:
    assert client.get(path).headers.get_list("cache-control") == ["no-store"]


def test_nor_is_what_was_read_or_refused(client: httpx.Client) -> None:
    for body in (BODY, {}):
        assert client.post("/predict", json=body).headers["cache-control"] == "no-store"


@pytest.mark.xdist_group("measures")
@pytest.mark.parametrize("path", [BUNDLE, "/model"])
def test_what_is_large_is_not_compressed_for_each_who_asks(
    client: httpx.Client, service: RunningService, path: str
) -> None:
    taken = {}
    for form in (PLAIN, GZIP, PLAIN, GZIP):
        before = processor_seconds(service)
        for _ in range(50):
            client.get(path, headers=form)
        taken[form["Accept-Encoding"]] = processor_seconds(service) - before
    assert taken["gzip"] < taken["identity"] + 0.5


def processor_seconds(service: RunningService) -> float:
    """What the service has computed for so far, however busy the machine is."""
    fields = Path(f"/proc/{service.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
