"""The modules without a DOM, each on its own: strokes, words, links, the collection."""

from typing import Any

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import OpenPage

pytestmark = pytest.mark.browser

IN_A_WORKER = """
([module, work]) => new Promise((resolve, reject) => {
    const source = `
        import * as subject from "${location.origin}/static/js/${module}";
        postMessage((${work})(subject));
    `;
    const url = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
    const worker = new Worker(url, { type: "module" });
    worker.onmessage = ({ data }) => resolve(data);
    worker.onerror = ({ message }) => reject(new Error(message));
})
"""


@pytest.fixture
def worker_page(open_page: OpenPage) -> Page:
    """A page that may start a worker from a string, which the real policy forbids."""
    return open_page(bypass_csp=True)


def in_a_worker(page: Page, module: str, work: str) -> Any:
    """What a function of the module's exports returns, in a worker, where there is no DOM."""
    return page.evaluate(IN_A_WORKER, [module, work])


def test_strokes_are_data_that_need_no_dom(worker_page: Page) -> None:
    steps = in_a_worker(
        worker_page,
        "strokes.js",
        """({ Drawing }) => {
            const drawing = new Drawing();
            const steps = [];
            const note = () => steps.push([drawing.isEmpty, drawing.isOpen, drawing.toJSON()]);
            note();
            drawing.begin(10, 10); drawing.extend(20.04, 20.06); note();
            drawing.finish(); drawing.extend(90, 90); note();
            drawing.begin(30, 30); note();
            drawing.undo(); drawing.extend(90, 90); note();
            drawing.begin(1, 1); drawing.clear(); note();
            drawing.undo(); note();
            return steps;
        }""",
    )

    first = [[10, 10], [20, 20.1]]
    assert steps == [
        [True, False, []],
        [False, True, [first]],
        [False, False, [first]],
        [False, True, [first, [[30, 30]]]],
        [False, False, [first]],
        [True, False, []],
        [False, False, [first, [[1, 1]]]],
    ]


def test_strokes_end_at_the_edge_and_skip_points_that_say_nothing_new(worker_page: Page) -> None:
    strokes = in_a_worker(
        worker_page,
        "strokes.js",
        """({ Drawing }) => {
            const drawing = new Drawing();
            drawing.begin(-5, 300);
            drawing.extend(0.2, 279.9);
            drawing.extend(140, 140);
            drawing.extend(140.3, 140.3);
            return drawing.toJSON();
        }""",
    )

    assert strokes == [[[0, 280], [140, 140]]]


def test_words_say_how_sure_the_answer_is(worker_page: Page) -> None:
    said = in_a_worker(
        worker_page,
        "words.js",
        """({ verdictWords, detailWords, percent }) => {
            const reading = (verdict, digit, confidence, ...alternatives) => ({
                verdict, digit, confidence,
                alternatives: alternatives.map(([digit, probability]) => ({ digit, probability })),
            });
            const readings = [
                reading("digit", 7, 0.99995), reading("digit", 8, 0.97, [1, 0.02]),
                reading("uncertain", 7, 0.6, [1, 0.3], [2, 0.05]), reading("uncertain", 4, 0.5, [9, 0.3], [7, 0.15]),
                reading("uncertain", 5, 0.5), reading("not_a_digit", null, 0.2), reading("blank", null, 0),
            ];
            return [...readings.map(r => [verdictWords(r), detailWords(r)]), [0, 0.9999, 1].map(percent)];
        }""",
    )

    assert said == [
        ["that’s a 7", "more than 99.9\u2009% sure"],
        ["that’s an 8", "97.0\u2009% sure"],
        ["probably 7, maybe 1", "60.0\u2009% sure"],
        ["probably 4, maybe 9 or 7", "50.0\u2009% sure"],
        ["probably 5", "50.0\u2009% sure"],
        ["not a digit", "It looks like none of the ten."],
        ["draw something", "The answer appears while you draw."],
        ["0.0\u2009%", "99.9\u2009%", "100.0\u2009%"],
    ]


def test_what_was_undone_can_be_redone_until_something_new_is_drawn(worker_page: Page) -> None:
    seen = in_a_worker(
        worker_page,
        "strokes.js",
        """({ Drawing }) => {
            const drawing = new Drawing();
            const draw = (x) => (drawing.begin(x, x), drawing.finish());
            const seen = [];
            const note = () => seen.push([drawing.strokes.length, drawing.canRedo]);
            draw(1); draw(2); drawing.undo(); drawing.undo(); note();
            drawing.redo(); note();
            draw(3); note();
            drawing.redo(); note();
            drawing.undo(); drawing.clear(); note();
            drawing.load([[[5, 5]], []]); note();
            drawing.begin(1, 1); drawing.abandon(); note();
            return seen;
        }""",
    )
    assert seen == [[0, True], [1, True], [2, False], [2, False], [0, False], [1, False], [1, False]]


def test_clear_a_picture_and_other_strokes_are_one_step_each_on_the_way_back(worker_page: Page) -> None:
    seen = in_a_worker(
        worker_page,
        "strokes.js",
        """({ Drawing }) => {
            const drawing = new Drawing();
            const seen = [];
            const note = () => seen.push([drawing.strokes.length, drawing.picture, drawing.canUndo]);
            const back = () => (drawing.undo(), note());
            const forth = () => (drawing.redo(), note());
            drawing.load([[[1, 1]], [[2, 2]]]); note();
            drawing.clear(); note();
            drawing.put("a photo"); note();
            drawing.begin(3, 3); drawing.finish(); note();
            drawing.load([[[4, 4]], [[5, 5]], [[6, 6]]]); note();
            for (let i = 0; i < 6; i += 1) back();
            back();
            for (let i = 0; i < 6; i += 1) forth();
            return seen;
        }""",
    )
    steps = [
        [0, None, False],
        [1, None, True],
        [2, None, True],
        [0, None, True],
        [0, "a photo", True],
        [1, None, True],
        [3, None, True],
    ]
    assert seen == [*steps[2:], *steps[-2::-1], steps[0], *steps[1:]]


def test_an_abandoned_stroke_was_never_there_and_what_could_be_redone_still_can(worker_page: Page) -> None:
    assert in_a_worker(
        worker_page,
        "strokes.js",
        """({ Drawing }) => {
            const drawing = new Drawing();
            drawing.load([[[1, 1]], [[2, 2]]]);
            drawing.undo();
            drawing.begin(3, 3); drawing.extend(9, 9); drawing.abandon();
            const left = drawing.toJSON();
            drawing.redo();
            return [left, drawing.toJSON()];
        }""",
    ) == [[[[1, 1]]], [[[1, 1]], [[2, 2]]]]


def test_the_way_back_has_an_end_however_much_a_link_brings(worker_page: Page) -> None:
    taken_back = in_a_worker(
        worker_page,
        "strokes.js",
        """({ Drawing }) => {
            const drawing = new Drawing();
            drawing.load(Array.from({ length: 20_000 }, () => [[1, 1]]));
            let steps = 0;
            for (; drawing.canUndo; steps += 1) drawing.undo();
            return [steps, drawing.strokes.length];
        }""",
    )
    assert taken_back[0] >= 100
    assert sum(taken_back) == 20_000


def test_the_eraser_takes_whole_strokes_on_its_way_in_one_step(worker_page: Page) -> None:
    assert in_a_worker(
        worker_page,
        "strokes.js",
        """({ Drawing }) => {
            const drawing = new Drawing();
            const [far, dot] = [[[10, 10], [200, 10]], [[140, 200]]];
            const [left, right] = [[[100, 60], [100, 250]], [[180, 60], [180, 250]]];
            drawing.load([far, left, dot, right]);
            const changed = [drawing.begin(60, 200, true), drawing.extend(80, 200), drawing.extend(200, 200)];
            drawing.finish();
            const rest = drawing.toJSON();
            drawing.undo();
            const back = drawing.strokes.length;
            drawing.redo();
            return [changed, rest, back, drawing.strokes.length];
        }""",
    ) == [[False, False, True], [[[10, 10], [200, 10]]], 4, 1]


def test_strokes_have_a_length_and_a_box(worker_page: Page) -> None:
    assert in_a_worker(
        worker_page,
        "strokes.js",
        """({ length, boxOf }) => [
            length([[0, 0], [3, 4], [3, 14]]), length([[1, 1]]), boxOf([[[5, 9]], [[1, 2], [8, 3]]]),
        ]""",
    ) == [15, 0, [1, 2, 8, 9]]


def test_a_link_carries_strokes_there_and_back(worker_page: Page) -> None:
    fragment, back, *damaged = in_a_worker(
        worker_page,
        "share.js",
        """({ toFragment, fromFragment }) => {
            const fragment = toFragment([[[1.4, 2], [280, 0]], [[7, 7.6]]]);
            const damaged = ["", "#", "#ink=", "#ink=1", "#ink=1.2;", "#ink=-1.2", "#ink=1.2,3.4.5", "#ink=1e3.2",
                "#ink=" + "1.1,".repeat(20000) + "1.1"];
            return [fragment, fromFragment(fragment), ...damaged.map(fromFragment)];
        }""",
    )
    assert fragment == "#ink=1.2,280.0;7.8"
    assert back == [[[1, 2], [280, 0]], [[7, 8]]]
    assert damaged == [None] * 9


def test_a_number_is_told_in_words(worker_page: Page) -> None:
    told = in_a_worker(
        worker_page,
        "words.js",
        """({ numberWords }) => {
            const digit = (digit, verdict, confidence) => ({ digit, verdict, confidence });
            return [
                { text: "40", digits: [digit(4, "digit", 0.98765), digit(0, "digit", 1)] },
                { text: "407", digits: [digit(4, "uncertain", 0.5), digit(0, "digit", 1), digit(7, "digit", 1)] },
            ].map(numberWords);
        }""",
    )
    assert [one["verdict"] for one in told] == ["that’s 40", "probably 407"]
    assert [one["detail"].replace("\u2009", " ") for one in told] == [
        "two digits, the least sure 98.7 %",
        "three digits, the least sure 50.0 %",
    ]


def test_a_collection_keeps_drawings_in_a_storage_that_may_refuse_or_hold_rubbish(worker_page: Page) -> None:
    assert in_a_worker(
        worker_page,
        "collection.js",
        """({ Collection }) => {
            const shelf = {};
            const storage = { getItem: (key) => shelf[key] ?? null, setItem: (key, value) => (shelf[key] = value) };
            const one = new Collection(() => storage);
            one.add([[[1, 1]]], "1"); one.add([[[1, 1]]], "1"); one.add([[[2, 2]]], "7");
            one.relabel(1, "4");
            const two = new Collection(() => storage);
            const kept = two.drawings.map(({ id, label, answer }) => [id, label, answer]);
            two.remove(2);
            for (let i = 0; i < 100; i += 1) two.add([[[i, i]]], "0");
            const refusing = { getItem: () => "rubbish", setItem: () => { throw new Error("full"); } };
            const three = new Collection(() => refusing);
            three.add([[[1, 1]]], "1");
            const four = new Collection(() => { throw new Error("a sandbox"); });
            four.add([[[1, 1]]], "1");
            return [kept, two.drawings.length, three.drawings.length, four.drawings.length];
        }""",
    ) == [[[2, "7", "7"], [1, "4", "1"]], 60, 1, 1]


def test_what_is_left_on_the_pad_is_strokes_or_nothing(worker_page: Page) -> None:
    assert in_a_worker(
        worker_page,
        "collection.js",
        """({ Collection }) => {
            const shelf = {};
            const storage = { getItem: (key) => shelf[key] ?? null, setItem: (key, value) => (shelf[key] = value) };
            const nothing = new Collection(() => storage).onPad;
            new Collection(() => storage).onPad = [[[1, 2.5], [3, 4]]];
            const left = new Collection(() => storage).onPad;
            const found = (text) => new Collection(() => ({ getItem: () => text })).onPad;
            const sandboxed = new Collection(() => { throw new Error("a sandbox"); });
            sandboxed.onPad = [[[1, 1]]];
            const rubbish = ["", "rubbish", "7", "null", "{}", "[7]", "[[7]]", "[[[1]]]", '[[["a", 1]]]', "[null]"];
            return [nothing, left, sandboxed.onPad, ...rubbish.map(found)];
        }""",
    ) == [[], [[[1, 2.5], [3, 4]]], *[[]] * 11]


def test_ink_is_cropped_to_its_own_box_and_lists_are_cut_into_rows(worker_page: Page) -> None:
    assert in_a_worker(
        worker_page,
        "pictures.js",
        "({ cropped, inRows }) => [cropped([[0, 0, 0], [0, 9, 0], [0, 0, 4]]), inRows([1, 2, 3, 4, 5], 2)]",
    ) == [[[9, 0], [0, 4]], [[1, 2], [3, 4], [5]]]
