"""The page at a path of a proxy: a real nginx that strips the path or passes it on, as docs/container.md has it."""

import json
import re
import shlex
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import expect

from tests.browser.conftest import OpenPage, Witness
from tests.browser.hand import draw
from tests.browser.panels import PANELS, open_panel
from tests.drawings import DRAWINGS, SEVEN
from tests.nginx_server import Nginx
from tests.running_service import RunningService

pytestmark = pytest.mark.browser

DOCUMENT = Path(__file__).parents[2] / "docs" / "container.md"
PROXY_PASS = "proxy_pass http://127.0.0.1:8000/;"  # noqa: S105 - no password
NAMED_BY_HEADER = "proxy_set_header X-Forwarded-Prefix /digits;"


def documented_location() -> str:
    """The block that docs/container.md gives: it strips the path, and names it in a header."""
    found = re.search(r"```nginx\n(.*?)```", DOCUMENT.read_text(encoding="utf-8"), re.DOTALL)
    assert found
    assert PROXY_PASS in found[1]
    assert NAMED_BY_HEADER in found[1]
    return found[1]


def strips(port: int) -> str:
    return f"location /digits/ {{ proxy_pass http://127.0.0.1:{port}/; proxy_set_header Host $http_host; }}"


def passes_on(port: int) -> str:
    return f"location /digits {{ proxy_pass http://127.0.0.1:{port}; proxy_set_header Host $http_host; }}"


@pytest.fixture(scope="module", params=["as documented", "strips", "passes on"])
def address(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where nginx has the service: http://127.0.0.1:PORT/digits."""
    folder = tmp_path_factory.mktemp("proxy")
    is_named = request.param == "as documented"
    options = ["--trusted-proxies", "127.0.0.1"] if is_named else ["--root-path", "/digits"]
    with ExitStack() as stack:
        service = stack.enter_context(RunningService(folder / "log", options=options))
        locations = {
            "as documented": documented_location().replace(":8000/", f":{service.port}/"),
            "strips": strips(service.port),
            "passes on": passes_on(service.port),
        }
        nginx = stack.enter_context(Nginx(folder / "nginx", locations[request.param]))
        yield f"{nginx.url}/digits"


@pytest.fixture(autouse=True)
def proxied(witness: Witness, address: str) -> None:
    """Whatever a page asks for outside of the path is a stranger's."""
    witness.only(address)


@pytest.mark.parametrize("end", ["/", ""])
def test_the_page_reads_its_panels_open_and_its_command_works(open_page: OpenPage, address: str, end: str) -> None:
    page = open_page(address + end)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    draw(page, DRAWINGS["6"][0])
    expect(page.get_by_test_id("answer")).to_have_text("6")
    for name in PANELS:
        open_panel(page, name)
    page.locator(".node").first.click()
    expect(page.locator('[data-of="name"]')).to_contain_text("Layer 1, unit ")
    expect(page.locator(".terms tr")).to_have_count(5)
    page.bring_to_front()  # the clipboard is for the page that has the focus
    page.get_by_test_id("yours").get_by_role("button", name="Copy as curl").click()
    expect(page.locator(".said")).to_contain_text("copied")
    command = shlex.split(page.evaluate("navigator.clipboard.readText()"))
    reply = subprocess.run([*command, "--silent"], capture_output=True, check=True, timeout=30)
    assert json.loads(reply.stdout)["digit"] == 6


def test_a_link_to_a_drawing_leads_back_to_the_page(open_page: OpenPage, address: str) -> None:
    page = open_page(f"{address}/")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    draw(page, DRAWINGS["7"][0])
    expect(page.get_by_test_id("answer")).to_have_text("7")
    page.bring_to_front()
    page.get_by_test_id("share").click()
    expect(page.get_by_test_id("told")).to_contain_text("copied")
    link = page.evaluate("navigator.clipboard.readText()")
    assert link.startswith(f"{address}/#ink=")
    expect(open_page(link).get_by_test_id("answer")).to_have_text("7")


def test_the_pages_lead_to_each_other(open_page: OpenPage, address: str) -> None:
    page = open_page(f"{address}/")
    page.get_by_role("link", name="Model").click()
    expect(page).to_have_url(f"{address}/model")
    expect(page.get_by_role("heading", name="The model")).to_be_visible()
    page.get_by_role("link", name="API").click()
    expect(page).to_have_url(f"{address}/docs")
    page.get_by_role("link", name="Draw", exact=True).click()
    expect(page.get_by_test_id("pad")).to_be_visible()


def test_requests_are_tried_out_on_the_documentation(open_page: OpenPage, address: str) -> None:
    page = open_page(f"{address}/docs/")
    page.get_by_role("button", name="Read one drawing").first.click()
    page.get_by_role("button", name="Execute").click()
    expect(page.locator(".live-responses-table")).to_contain_text('"digit": 7')
    expect(page.locator(".request-url").first).to_contain_text(f"{address}/v1/predict")


def test_the_api_is_below_the_path(address: str) -> None:
    assert httpx.get(f"{address}/openapi.json").json()["servers"] == [{"url": "/digits"}]
    for path in ("/predict", "/v1/predict", "/predict/"):
        assert httpx.post(f"{address}{path}", json={"strokes": SEVEN}).json()["digit"] == 7
    assert httpx.get(f"{address}/v2/health/ready").status_code == 200
    assert httpx.get(f"{address}/v2/models/none").json() == {"error": "there is one model, 'digits'"}
    assert httpx.get(f"{address}/none").json()["code"] == "not_found"
    assert httpx.head(f"{address}/readyz").status_code == 200
