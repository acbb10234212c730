"""`/model` as it is read: on any screen, in both themes, on paper, with the keyboard."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

import pytest
from playwright.sync_api import Page, expect

from model.artifact import load_artifact, packaged_weights, save_artifact
from tests.browser.conftest import OpenPage, Witness
from tests.running_service import RunningService

pytestmark = pytest.mark.browser

WIDTHS = [360, 768, 1440]
SCHEMES = ["light", "dark"]

FAINT = """
    () => {
        const probe = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
        const channels = colour => {
            probe.clearRect(0, 0, 1, 1);
            probe.fillStyle = colour;
            probe.fillRect(0, 0, 1, 1);
            return [...probe.getImageData(0, 0, 1, 1).data];
        };
        const linear = channel => channel <= 10 ? channel / 3294 : ((channel / 255 + 0.055) / 1.055) ** 2.4;
        const luminance = ([red, green, blue]) =>
            0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue);
        const ground = part => {
            for (let at = part; at; at = at.parentElement) {
                const colour = channels(getComputedStyle(at).backgroundColor);
                if (colour[3] === 255) return colour;
            }
            return channels("white");
        };
        const faint = [];
        const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
        while (texts.nextNode()) {
            const part = texts.currentNode.parentElement;
            if (!texts.currentNode.data.trim() || part.closest("svg") || !part.checkVisibility()) continue;
            const shades = [luminance(channels(getComputedStyle(part).color)), luminance(ground(part))];
            const contrast = (Math.max(...shades) + 0.05) / (Math.min(...shades) + 0.05);
            if (contrast < 4.5) faint.push([part.className, texts.currentNode.data.trim(), contrast]);
        }
        return faint;
    }
"""
"""Texts with less contrast than WCAG 2.2 asks for (4.5 to 1), each with its own."""


@pytest.fixture
def url(service: RunningService) -> str:
    return f"{service.url}/model"


@pytest.fixture(scope="module")
def unmeasured(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The origin of a service whose weights nobody measured."""
    folder = tmp_path_factory.mktemp("unmeasured")
    weights = folder / "weights-with-a-rather-long-name.npz"
    save_artifact(weights, replace(load_artifact(packaged_weights()), name="mine"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DIGITS_WEIGHTS", str(weights))
        with RunningService(folder / "log") as running:
            yield running.url


def scrolls_sideways(page: Page) -> bool:
    wide: bool = page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    return wide


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("width", WIDTHS)
def test_nothing_scrolls_sideways_but_regions_that_the_keyboard_reaches(
    open_page: OpenPage, url: str, width: int, scheme: str
) -> None:
    page = open_page(url, viewport={"width": width, "height": 800}, color_scheme=scheme)
    page.locator("details").evaluate_all("all => all.forEach(one => { one.open = true; })")
    assert not scrolls_sideways(page)
    assert page.locator(".scroller").count() > 10
    for scroller in page.locator(".scroller").all():
        expect(scroller).to_have_attribute("tabindex", "0")
        expect(scroller).to_have_role("region")
        names = (scroller.get_attribute("aria-labelledby") or "").split()
        expect(scroller).to_have_accessible_name(" ".join(page.locator(f"#{name}").inner_text() for name in names))
    outside = """tables => tables.filter(table => !table.closest(".scroller")).length"""
    assert page.locator("table").evaluate_all(outside) == 0


@pytest.mark.parametrize("width", WIDTHS)
def test_without_figures_it_scrolls_no_more_and_says_the_whole_command(
    open_page: OpenPage, witness: Witness, unmeasured: str, width: int
) -> None:
    witness.also(unmeasured)
    page = open_page(f"{unmeasured}/model", viewport={"width": width, "height": 800})
    expect(page.get_by_role("heading", level=2).first).to_have_text("These weights have not been measured")
    page.locator("details").evaluate_all("all => all.forEach(one => { one.open = true; })")
    assert not scrolls_sideways(page)
    assert page.locator(".command").evaluate_all("all => all.every(one => one.scrollWidth <= one.clientWidth)")
    assert page.evaluate(FAINT) == []


@pytest.mark.parametrize("width", WIDTHS)
def test_the_confusion_matrices_are_seen_whole(open_page: OpenPage, url: str, width: int) -> None:
    page = open_page(url, viewport={"width": width, "height": 800})
    assert page.locator(".confusion").count() == 2
    cut = "all => all.filter(one => one.scrollWidth > one.clientWidth).length"
    assert page.locator(".scroller:has(.confusion)").evaluate_all(cut) == 0
    assert page.locator(".confusion td").evaluate_all(cut) == 0


@pytest.mark.parametrize("scheme", SCHEMES)
def test_every_text_stands_out_from_its_ground(open_page: OpenPage, url: str, scheme: str) -> None:
    page = open_page(url, color_scheme=scheme)
    page.locator("details").evaluate_all("all => all.forEach(one => { one.open = true; })")
    assert page.evaluate(FAINT) == []


def test_headings_lead_through_the_page_without_a_gap(open_page: OpenPage, url: str) -> None:
    page = open_page(url)
    expect(page.get_by_role("heading", level=1)).to_have_text("The model")
    headings = page.get_by_role("heading").evaluate_all(
        "all => all.map(one => [Number(one.tagName[1]), one.innerText])"
    )
    titles = [title for level, title in headings if level == 2]
    assert titles == [
        "In short",
        "What it is for, and what not",
        "How well it reads digits",
        "What is no digit",
        "How far ink may stray",
        "Pictures",
        "Its worst mistakes",
        "What it learned from",
        "The network",
        "Do it again",
    ]
    levels = [level for level, _ in headings]
    assert all(lower - upper <= 1 for upper, lower in pairwise(levels))
    for table in page.locator("table").all():
        assert (table.locator("caption").text_content() or "").strip()
        assert table.locator("th:not([scope])").count() == 0


def test_the_worst_mistakes_are_pictures_of_28_cells(open_page: OpenPage, url: str) -> None:
    page = open_page(url)
    pictures = page.locator(".mistakes img")
    assert pictures.count() > 10
    assert set(pictures.evaluate_all("all => all.map(one => `${one.naturalWidth}x${one.naturalHeight}`)")) == {
        "28x28"
    }
    assert all(side % 28 == 0 for side in pictures.evaluate_all("all => all.map(one => one.clientWidth)"))
    assert all(pictures.evaluate_all("all => all.map(one => one.alt.length > 10)"))


def test_it_needs_no_scripts_and_leads_to_the_pad_and_the_api(open_page: OpenPage, url: str) -> None:
    page = open_page(url, java_script_enabled=False)
    expect(page.locator(".mark dd").first).to_contain_text("%")
    page.get_by_role("link", name="API").click()
    expect(page).to_have_title("Digits: the API")
    page.go_back()
    page.get_by_role("link", name="Draw", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("digits")
    page.get_by_role("link", name="Model").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("The model")


def test_on_paper_no_bar_is_missing_and_no_row_is_cut(open_page: OpenPage, url: str) -> None:
    page = open_page(url, viewport={"width": 718, "height": 1000})
    page.emulate_media(media="print")
    style = "(all, name) => [...new Set(all.map(one => getComputedStyle(one)[name]))]"
    for part in ("tr", ".mistakes li", ".verdict-bars li", ".signs li", ".sweeps > *", ".mark", ".plot"):
        assert page.locator(part).evaluate_all(style, "breakInside") == ["avoid"], part
    assert page.locator(".leaf").evaluate_all(style, "containerType") == ["normal"]
    assert page.locator(".scroller").evaluate_all(style, "overflowX") == ["visible"]
    assert page.locator(".strip, .legend-part").evaluate_all(style, "printColorAdjust") == ["exact"]
    seen = page.locator(".verdict-bars .strip, .sweep .strip").evaluate_all(
        "all => all.map(one => one.getBoundingClientRect()).filter(box => box.width > 40 && box.height > 4).length"
    )
    assert seen == page.locator(".verdict-bars .strip, .sweep .strip").count() > 10
    assert not scrolls_sideways(page)


def test_on_paper_it_is_dark_on_white_even_at_night(open_page: OpenPage, url: str) -> None:
    page = open_page(url, color_scheme="dark")
    page.emulate_media(media="print", color_scheme="dark")
    colours = page.evaluate(
        "() => [getComputedStyle(document.documentElement)].flatMap(s => [s.backgroundColor, s.color])"
    )
    assert colours == ["rgb(255, 255, 255)", "rgb(0, 0, 0)"]
    expect(page.get_by_role("navigation", name="On this page")).to_be_hidden()
    assert page.locator(".mistakes img").first.evaluate("one => getComputedStyle(one).filter") == "none"
