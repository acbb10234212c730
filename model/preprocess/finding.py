"""Finding the ink in a picture: what it asks for is done, and no more."""

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from model.preprocess.background import Background, estimate_background
from model.preprocess.clearing import STANDS_FREE, standing_free
from model.preprocess.contrast import has_wide_parts, local_contrast
from model.preprocess.coverage import BOX_THRESHOLD, MIN_CONTRAST, cropped, full_coverage, ink_levels
from model.preprocess.frame import BackgroundKind
from model.preprocess.levels import Levels, check_image, see_levels
from model.preprocess.pieces import (
    bars,
    find_pieces,
    find_sheet,
    inside,
    is_at_edge,
    pixels_of,
)
from model.preprocess.steps import Step

_PLAIN_CONTRAST = 6.0
"""As `MIN_CONTRAST`, where all of the border is of one level: faint pencil, and no noise."""

_LOCAL_CONTRAST = 8.0
"""The same, beside the paper around each pixel: pencil on a photo."""

_NOISE_DEVIATIONS = 5.0
"""Standard deviations of the paper's noise below which a pixel is paper."""

_PHOTO_SIDE = 400
"""Pixels: as large as this, a photo's light, frames and pieces are looked at."""

_RECTANGLE_SIDE = 0.95
"""Share of each side of its box that a picture within a frame covers, or the frame itself."""

_RIM = 200
"""Of the longer side: one part of it is how blurred the edge of a frame may be."""

_NESTED = 3
"""Sheets and frames within each other that are looked into."""

_LARGE = 0.5
"""Share of each side of the picture that its frame has."""

_DROWNED = 0.5
"""Share of full ink that the paper's noise may have; beyond, no level or surface describes the paper."""

_MUCH = 0.3
"""Of the picture: if so much is exactly of the border's level, that is the paper, however wide the ink may be."""

_FAINT = 4.0
"""Grey levels that noise alone seldom has beyond what is taken for noise."""

_TINY = 20
"""Pixels: so small a picture is all ink, whose edges are no noise."""

_SMALL = 0.12
"""Share of the shorter side: what is smaller, beside a shadow or whatever is as wide, is a speck."""

_MIN_PHOTO = 160
"""Pixels: smaller pictures are drawn, or cropped to their ink, and have no light and no desk."""

_CLEARINGS = 4
"""Times that what is around the ink is looked for: beside a black bar the ink may be pale."""


@dataclass(frozen=True, slots=True)
class FoundInk:
    """The ink of a picture, told from its paper.

    Attributes:
        coverage: float32 (height, width) of the ink's box, 0 paper to 1 full ink; None if nothing stands out from the
            paper.
        corner: (left, top) of the box in the picture.
        colour: whether the ink is darker or lighter than the paper.
        background: `flat` if one level was subtracted, `uneven` if a fitted surface was, `local` if the paper around
            each pixel was.
        steps: what else it took, in order.
        has_gaps: whether an empty row or column of the box lies between ink and ink.
    """

    coverage: NDArray[np.float32] | None
    corner: tuple[int, int]
    colour: Literal["dark", "light"]
    background: BackgroundKind
    steps: tuple[Step, ...] = ()
    has_gaps: bool = False

    def in_box(self) -> "FoundInk":
        """The same with the coverage of the ink's box only."""
        if self.coverage is None:
            return self
        mask = self.coverage > BOX_THRESHOLD
        rows, columns = (np.flatnonzero(mask.any(axis=axis)) for axis in (1, 0))
        if not len(rows):
            return replace(self, coverage=None)
        top, bottom, left, right = (int(side) for side in (rows[0], rows[-1] + 1, columns[0], columns[-1] + 1))
        return FoundInk(
            self.coverage[top:bottom, left:right],
            (self.corner[0] + left, self.corner[1] + top),
            self.colour,
            self.background,
            self.steps,
            has_gaps=len(rows) < bottom - top or len(columns) < right - left,
        )


def find_ink(image: NDArray[np.uint8]) -> FoundInk:
    """Tell the ink of a picture from its paper, and from what lies around it.

    Args:
        image: uint8, grey (height, width), or red, green, blue and alpha (height, width, 4).

    Raises:
        InkError: the array has another shape or type, or no pixels.
    """
    check_image(image)
    return _find(image, _NESTED)


def _find(image: NDArray[np.uint8], nested: int) -> FoundInk:
    """The ink of a picture, in which so many sheets and frames may lie within each other."""
    codes = _codes(image)
    if not _has_plain_border(codes):
        return _in_photo(image)
    found = _on_plain_paper(image, codes)
    if found.coverage is None:
        return found
    if _is_rectangle(found.coverage, image.shape):
        return _within(image, found, nested)
    return _cleared(found, found.coverage) if found.has_gaps else found


def _codes(image: NDArray[np.uint8]) -> NDArray[np.uint8] | NDArray[np.uint32]:
    """One number (height, width) for each pixel, the same for the same colour."""
    return image if image.ndim == 2 else np.ascontiguousarray(image).view(np.uint32)[..., 0]


def _has_plain_border(codes: NDArray[np.uint8] | NDArray[np.uint32]) -> bool:
    """Whether all of the border is of one colour."""
    sides = (codes[0], codes[-1], codes[:, 0], codes[:, -1])
    return all((side == codes[0, 0]).all() for side in sides)


def _on_plain_paper(image: NDArray[np.uint8], codes: NDArray[np.uint8] | NDArray[np.uint32]) -> FoundInk:
    """The ink of a drawn canvas, most of which is paper: what is exactly like it needs no further look."""
    paper = np.asarray(image[0, 0])
    part, (left, top) = cropped(image, codes != codes[0, 0])
    seen = see_levels(part, paper)
    colour, levels = ink_levels(seen.levels, Background(seen.paper, 0.0, "flat"))
    steps = (Step.of("colour", levels),) if seen.is_colour else ()
    coverage = full_coverage(levels, 0.0, _PLAIN_CONTRAST)
    if coverage is None and levels.any():
        steps = (*steps, Step.of("too_faint", levels))
    return FoundInk(coverage, (left, top), colour, "flat", steps).in_box()


def _is_rectangle(coverage: NDArray[np.float32], shape: tuple[int, ...]) -> bool:
    """Whether ink covers all sides of its box, most of the picture, as a frame does, or a picture within one."""
    if any(length < _LARGE * whole for length, whole in zip(coverage.shape, shape, strict=False)):
        return False
    ink = coverage > BOX_THRESHOLD
    rim = _rim(coverage)
    sides = (ink[:rim].any(axis=0), ink[-rim:].any(axis=0), ink[:, :rim].any(axis=1), ink[:, -rim:].any(axis=1))
    return all(float(side.mean()) >= _RECTANGLE_SIDE for side in sides)


def _rim(coverage: NDArray[np.float32]) -> int:
    """How many pixels wide the edge of a frame may be, which is not all sharp."""
    return 1 + int(max(coverage.shape)) // _RIM


def _within(image: NDArray[np.uint8], found: FoundInk, nested: int) -> FoundInk:
    """The ink within a rectangle: within a frame, or on a canvas of another colour than the border; else itself."""
    assert found.coverage is not None  # noqa: S101 - a rectangle is ink
    (left, top), (height, width) = found.corner, found.coverage.shape
    if float((found.coverage > BOX_THRESHOLD).mean()) < 0.5:
        return _cleared(found, found.coverage)
    if not nested:
        return found
    rim = _rim(found.coverage)
    inner = _find(image[top + rim : top + height - rim, left + rim : left + width - rim], nested - 1)
    if inner.coverage is None or _is_rectangle(inner.coverage, (height, width)):
        return found
    corner = (left + rim + inner.corner[0], top + rim + inner.corner[1])
    return replace(inner, corner=corner, steps=(*found.steps, Step.of("frame", inner.coverage), *inner.steps))


def _in_photo(image: NDArray[np.uint8]) -> FoundInk:
    """The ink of a picture whose border is not all alike."""
    factor = -(-max(image.shape[:2]) // _PHOTO_SIDE)
    small = _reduced(image, factor)
    paper = np.median(small.reshape(-1, *small.shape[2:]), axis=0).astype(np.uint8)
    seen = see_levels(small, paper)
    steps = (Step.of("colour", np.abs(seen.levels - seen.paper)),) if seen.is_colour else ()
    found = _by_border(seen.levels, steps) or _by_surroundings(seen.levels, steps)
    return _enlarged(found, factor, image.shape)


def _by_border(grey: Levels, steps: tuple[Step, ...]) -> FoundInk | None:
    """The ink that stands out from what the border tells of the paper; None if it does not tell what that is like."""
    background = estimate_background(grey)
    counts = np.bincount(np.rint(grey).astype(np.uint8).ravel())
    if (
        background.noise and counts.max() > grey.size / 2
    ):  # no photo, but a screenshot, whatever lies along its border
        background = Background(float(counts.argmax()), 0.0, "flat")
    colour, levels = ink_levels(grey, background)
    floor = _NOISE_DEVIATIONS * background.noise if max(grey.shape) > _TINY else 0.0
    if floor > _DROWNED * levels.max():
        return None
    coverage = full_coverage(levels.copy(), floor)
    if background.kind == "uneven":
        steps = (*steps, Step.of("paper", levels))
    found = FoundInk(None, (0, 0), colour, background.kind, steps)
    is_known = background.noise == 0 and float((np.abs(levels) < 1).mean()) > _MUCH
    is_photo = grey.size >= _MIN_PHOTO**2 and not is_known
    if coverage is None:
        return None if is_photo and background.kind == "uneven" else _blank(found, levels, floor)
    if max(grey.shape) <= _TINY:
        return replace(found, coverage=coverage).in_box()
    if is_photo:
        mask = coverage > STANDS_FREE[0]
        pieces = find_pieces(mask)
        sheet = find_sheet(pieces)
        if sheet is not None and (on_sheet := _on_sheet(grey, inside(pieces, sheet, grey.shape), steps)):
            return on_sheet
        at_edge = pixels_of(pieces, is_at_edge(pieces) & ~bars(pieces), coverage.shape)
        if background.kind == "uneven" or mask.mean() > 0.5 or has_wide_parts(at_edge):
            return None
    return _cleared(found, coverage, levels, floor)


def _on_sheet(grey: Levels, sheet: NDArray[np.bool_], steps: tuple[Step, ...]) -> FoundInk | None:
    """The ink on a sheet (height, width) of paper that lies on something darker or lighter; None if it is empty."""
    part, (left, top) = cropped(grey, sheet)
    on_sheet = Step.of("sheet", np.abs(part - np.median(part)))
    found = _by_surroundings(part, (*steps, on_sheet), cropped(sheet, sheet)[0])
    return None if found.coverage is None else replace(found, corner=(left + found.corner[0], top + found.corner[1]))


def _by_surroundings(grey: Levels, steps: tuple[Step, ...], within: NDArray[np.bool_] | None = None) -> FoundInk:
    """The ink that stands out from what is around each pixel, without what lies around it."""
    local = local_contrast(np.asarray(grey, np.float32), within)
    coverage = full_coverage(local.levels.copy(), local.floor, _LOCAL_CONTRAST)
    found = FoundInk(None, (0, 0), local.colour, "local", (*steps, Step.of("paper", local.levels)))
    if coverage is None:
        return _blank(found, local.levels, local.floor)
    cleared = _cleared(found, coverage, local.levels, local.floor)
    is_small = cleared.coverage is not None and max(cleared.coverage.shape) < _SMALL * min(grey.shape)
    return replace(found, steps=cleared.steps) if is_small else cleared


def _blank(found: FoundInk, levels: NDArray[np.float32], floor: float) -> FoundInk:
    """No ink, or too faint a one."""
    is_faint = float(levels.max()) - floor > _FAINT
    return replace(found, steps=(*found.steps, Step.of("too_faint", levels))) if is_faint else found


def _reduced(image: NDArray[np.uint8], factor: int) -> NDArray[np.uint8]:
    """The image averaged down by a whole factor; what is left over at the end goes to the last pixels."""
    if factor == 1:
        return image
    sums = np.asarray(image, np.float32)
    counts = np.ones((1,) * image.ndim, np.float32)
    for axis in (0, 1):
        starts = np.arange(0, image.shape[axis], factor)
        sums = np.add.reduceat(sums, starts, axis=axis)
        lengths = np.diff(starts, append=image.shape[axis]).astype(np.float32)
        counts = counts * np.expand_dims(lengths, [other for other in range(image.ndim) if other != axis])
    return np.asarray(np.rint(sums / counts), np.uint8)


def _enlarged(found: FoundInk, factor: int, shape: tuple[int, ...]) -> FoundInk:
    if factor == 1 or found.coverage is None:
        return found
    left, top = (side * factor for side in found.corner)
    coverage = np.repeat(np.repeat(found.coverage, factor, axis=0), factor, axis=1)
    return replace(found, coverage=coverage[: shape[0] - top, : shape[1] - left], corner=(left, top))


def _cleared(
    found: FoundInk, coverage: NDArray[np.float32], levels: NDArray[np.float32] | None = None, floor: float = 0.0
) -> FoundInk:
    """The ink without frames, bars and whatever else lies around it, and without rules that run through it.

    Args:
        found: what is known of it.
        coverage: of the whole picture, or of its box.
        levels: by which each pixel stands out, if full ink is to be found anew without what was taken away.
        floor: of them, what paper has.
    """
    steps: list[Step] = list(found.steps)
    least = _LOCAL_CONTRAST if found.background == "local" else MIN_CONTRAST
    for _ in range(_CLEARINGS):
        level, pieces, dropped, kinds, _ = standing_free(coverage, has_edge=levels is not None)
        if level > STANDS_FREE[0]:
            coverage = np.maximum(coverage - np.float32(level), 0) / np.float32(1 - level)
            kinds = [*kinds, "rules"]
        if not kinds:
            break
        is_ours = pixels_of(pieces, ~dropped, coverage.shape)
        coverage = np.where(is_ours, coverage, np.float32(0))
        if levels is not None and dropped.any():
            levels[~is_ours] = 0
            renewed = full_coverage(levels.copy(), floor, least)
            coverage = coverage if renewed is None else renewed
        steps += [Step.of(kind, coverage) for kind in kinds if all(kind != step.name for step in steps)]
        if not dropped.any() or coverage.max() <= STANDS_FREE[0]:  # what is left was below the rules taken away
            break
    return replace(found, coverage=coverage, steps=tuple(steps)).in_box()
