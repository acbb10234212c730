"""The lessons: each sets the lab, asks, and answers on demand."""

import pytest
from playwright.sync_api import expect

from model.lab import Lesson, load_lessons
from tests.browser.conftest import OpenLab

pytestmark = pytest.mark.browser

LESSONS = load_lessons()
FIRST, SECOND = LESSONS[:2]


def link(lesson: Lesson) -> str:
    return f"{lesson.state}&lesson={lesson.slug}"


def test_the_list_has_them_all_in_order(open_lab: OpenLab) -> None:
    page = open_lab()
    expect(page.get_by_test_id("lesson")).to_be_hidden()
    page.locator("#lessons summary").first.click()

    expect(page.locator("#lessons ol a")).to_have_text([lesson.title for lesson in LESSONS])


def test_a_lesson_asks_and_answers_on_demand_and_leads_to_the_next(open_lab: OpenLab) -> None:
    page = open_lab(link(FIRST))
    lesson = page.get_by_test_id("lesson")
    expect(lesson.get_by_role("heading")).to_have_text(FIRST.title)
    for words in (*FIRST.text, FIRST.question):
        expect(lesson.get_by_text(words, exact=True)).to_be_visible()
    answer = lesson.get_by_text(FIRST.answer, exact=True)
    expect(answer).to_be_hidden()
    lesson.get_by_text("Show the answer").click()
    expect(answer).to_be_visible()
    lesson.get_by_text("The same from the command line").click()
    expect(lesson.locator("pre")).to_have_text("\n".join(FIRST.command))

    lesson.get_by_role("link", name=SECOND.title).click()
    expect(lesson.get_by_role("heading")).to_have_text(SECOND.title)
    expect(lesson.get_by_text(SECOND.answer, exact=True)).to_be_hidden()
    page.go_back()
    expect(lesson.get_by_role("heading")).to_have_text(FIRST.title)


def test_by_its_name_alone_a_lesson_sets_the_lab_too(open_lab: OpenLab) -> None:
    page = open_lab(f"lesson={SECOND.slug}")
    expect(page.get_by_test_id("lesson").get_by_role("heading")).to_have_text(SECOND.title)
    assert page.url.endswith(f"#{link(SECOND)}")


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.slug)
def test_each_sets_the_lab_as_its_link_says(open_lab: OpenLab, lesson: Lesson) -> None:
    page = open_lab("view=train")
    page.evaluate("link => { location.hash = link; }", link(lesson))
    state = dict(one.split("=") for one in lesson.state.split("&"))
    view = page.get_by_test_id(state.pop("view"))
    expect(view).to_be_visible()
    expect(page.get_by_test_id("lesson").get_by_role("heading")).to_have_text(lesson.title)
    if page.get_by_test_id("train").is_hidden():
        return
    expect(page.get_by_test_id("train-status")).to_be_empty()
    for key, value in state.items():
        if "." not in key:
            expect(page.get_by_test_id(f"knob-{key}")).to_have_value(value)
    beside = {key[0] for key in state if "." in key}
    expect(page.locator(".run-tab")).to_have_count(len(beside) + 1 if beside else 0)
