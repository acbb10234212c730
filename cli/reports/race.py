"""The report of a race of optimizers."""

from collections.abc import Sequence
from pathlib import Path

from cli.reports import contours, figures, pictures
from cli.reports.page import write_page
from model.optim import SURFACES, Course


def write_race(path: Path, surface: str, courses: Sequence[Course]) -> None:
    """Write how a race went: its paths from above, the loss over the steps, and where each ended.

    Raises:
        DataError: the file cannot be written.
    """
    over = SURFACES[surface]
    write_page(
        path,
        "race.html",
        title=f"Optimizers racing: {surface}",
        about=over.about,
        courses=[
            {"line": figures.line_of_run(number), "course": one, "steps": len(one.path) - 1}
            for number, one in enumerate(courses)
        ],
        paths=pictures.png_address(contours.race_map(over, courses)),
        losses=pictures.png_address(contours.race_losses(over, courses)),
    )
