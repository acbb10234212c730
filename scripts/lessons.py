"""Writes the lessons in docs/lessons.md anew, from model/lab/lessons.toml."""

import re
import textwrap
from pathlib import Path

from model.lab import Lesson, load_lessons

DOCUMENT = Path(__file__).parents[1] / "docs" / "lessons.md"

_BETWEEN_MARKERS = re.compile(r"(?<=<!-- lessons -->\n).*(?=<!-- /lessons -->)", re.DOTALL)

_WIDTH = 118


def with_lessons(document: str) -> str:
    """A document with the lessons of today between its markers."""
    lessons = load_lessons()
    rows = [f"| {_topics(each)} | [{each.title}](#{_anchor(each)}) | {each.question} |\n" for each in lessons]
    table = "".join(["| topics | lesson | question |\n", "| --- | --- | --- |\n", *rows])
    return _BETWEEN_MARKERS.sub(lambda _: "\n".join([table, *map(_section, lessons)]), document)


def _section(lesson: Lesson) -> str:
    commands = "".join(f"{command}\n" for command in lesson.command)
    parts = [
        f"## {lesson.title}",
        *map(_wrapped, lesson.text),
        _wrapped(f"**{lesson.question}**"),
        f"```sh\n{commands}```",
        _wrapped(f"**The picture.** {lesson.picture}"),
        _wrapped(f"**The answer.** {lesson.answer}"),
        _wrapped(f"**To notice.** {lesson.notice}"),
        f"In the lab: `/lab#{lesson.state}`",
    ]
    return "".join(f"{part}\n\n" for part in parts).removesuffix("\n")


def _topics(lesson: Lesson) -> str:
    return ", ".join(map(str, lesson.topics))


def _anchor(lesson: Lesson) -> str:
    """Where a heading is found: as it is written, small, with hyphens for blanks and without other signs."""
    return re.sub(r"[^\w -]", "", lesson.title.lower()).replace(" ", "-")


def _wrapped(text: str) -> str:
    """A paragraph in which no character but `*` means anything to Markdown, with lines of a usual length."""
    escaped = re.sub(r"([\\`|<>_\[\]])", r"\\\1", text)
    return "\n".join(textwrap.wrap(escaped, _WIDTH, break_long_words=False, break_on_hyphens=False))


if __name__ == "__main__":
    DOCUMENT.write_text(with_lessons(DOCUMENT.read_text(encoding="utf-8")), encoding="utf-8")
