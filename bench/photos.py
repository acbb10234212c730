"""How well digits are found on photos, kind by kind: `python bench/photos.py --data DIR`.

DIR holds `digits-dev.jsonl.gz` (docs/data.md). Digits that are read well as strokes are written on photos made here:
paper under all kinds of light, with rules, lines and stains, on a desk, on a board. What is lost there is lost by the
search for ink (`model/preprocess/finding.py`). `--out FILE` writes a picture of those that were lost.
"""

import argparse
import io
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter

from model.artifact import packaged_weights
from model.classifier import Classifier
from model.data import load_drawings
from model.image_file import preprocess_image_file
from model.preprocess import preprocess_strokes
from model.reading import Verdict

Plane = NDArray[np.floating]
"""(height, width)."""

Strokes = list[NDArray[np.float64]]
Paint = Callable[[NDArray[np.float64]], NDArray[np.float64]]

_SURE = 0.97
_MAX_PIXELS = 2**24


@dataclass
class Photo:
    """A photo in the making.

    Attributes:
        rng: the source of randomness.
        width, height: in pixels.
        pen: width of the pen in pixels, from and to.
        colour: of the ink; how much of it covers the paper is `strength`.
        paper: its colour.
        light: by which all is multiplied, (height, width).
        paints: what else is on the paper, under the ink.
        noise, blur, quality: of the camera: grey levels, pixels, JPEG's.
    """

    rng: np.random.Generator
    width: int = 0
    height: int = 0
    pen: tuple[float, float] = (2.5, 6.0)
    colour: tuple[float, float, float] = (30, 35, 60)
    strength: float = 0.75
    paper: tuple[float, float, float] = (215, 212, 200)
    light: Plane | None = None
    paints: list[Paint] = field(default_factory=list)
    noise: float = 2.0
    blur: float = 0.7
    quality: int = 85
    size: float | None = None
    place: tuple[float, float] | None = None

    def __post_init__(self) -> None:
        self.width = self.width or int(self.rng.integers(500, 1000))
        self.height = self.height or int(self.width * self.rng.choice([0.75, 1.0, 1.33]))
        self.light = 1 + self.waves(3, 0.04)

    @property
    def across(self) -> Plane:
        """Columns of the pixels, (1, width)."""
        return np.arange(self.width, dtype=float)[None]

    @property
    def down(self) -> Plane:
        """Rows of the pixels, (height, 1)."""
        return np.arange(self.height, dtype=float)[:, None]

    @property
    def shorter(self) -> int:
        """The shorter side."""
        return min(self.width, self.height)

    def waves(self, cells: int, amount: float) -> Plane:
        """Smooth random levels."""
        levels = self.rng.normal(0, amount, (cells, cells)).astype(np.float32)
        return np.asarray(Image.fromarray(levels).resize((self.width, self.height), Image.Resampling.BICUBIC))

    def shine(self, light: Plane) -> None:
        """More or less light on all of it."""
        assert self.light is not None
        self.light = self.light * light

    def paint(self, where: NDArray[np.bool_], colour: object, share: float = 1.0) -> None:
        """Paint something on the paper."""
        self.paints.append(
            lambda image: np.where(where[..., None], image * (1 - share) + np.multiply(colour, share), image)
        )

    def written(self, strokes: Strokes) -> bytes:
        """The photo of these strokes as a JPEG file."""
        ink = self._ink(strokes)[..., None] * self.strength
        image = np.broadcast_to(np.array(self.paper, float), (self.height, self.width, 3))
        for paint in self.paints:
            image = paint(image)
        assert self.light is not None
        image = (image * (1 - ink) + np.array(self.colour) * ink) * self.light[..., None]
        seen = Image.fromarray(np.clip(image, 0, 255).astype(np.uint8)).filter(ImageFilter.GaussianBlur(self.blur))
        noisy = np.asarray(seen) + self.rng.normal(0, self.noise, (self.height, self.width, 1))
        file = io.BytesIO()
        Image.fromarray(np.clip(noisy, 0, 255).astype(np.uint8)).save(file, "JPEG", quality=self.quality)
        return file.getvalue()

    def _ink(self, strokes: Strokes) -> Plane:
        points = np.concatenate(strokes)
        low, span = points.min(axis=0), np.ptp(points, axis=0)
        scale = (self.size or self.rng.uniform(0.3, 0.6) * self.shorter) / max(span.max(), 1e-6)
        room = np.maximum(0.8 * np.array([self.width, self.height]) - span * scale, 0)
        corner = self.place or 0.1 * np.array([self.width, self.height]) + self.rng.uniform(0, 1, 2) * room
        pen, fine = self.rng.uniform(*self.pen), 3
        image = Image.new("L", (self.width * fine, self.height * fine))
        draw = ImageDraw.Draw(image)
        for stroke in strokes:
            line = [tuple(point) for point in ((stroke - low) * scale + corner) * fine]
            draw.line(line, 255, max(1, round(pen * fine)), joint="curve")
            for x, y in line:
                reach = pen * fine / 2
                draw.ellipse((x - reach, y - reach, x + reach, y + reach), 255)
        return np.asarray(image.resize((self.width, self.height), Image.Resampling.BOX), float) / 255


def _shadow(photo: Photo, softness: tuple[float, float]) -> None:
    angle, edge = photo.rng.uniform(0, 2 * np.pi), photo.rng.uniform(-0.3, 0.3) * photo.shorter
    across, down = photo.across - photo.width / 2, photo.down - photo.height / 2
    far = across * np.cos(angle) + down * np.sin(angle) - edge
    photo.shine(1 - photo.rng.uniform(0.3, 0.6) / (1 + np.exp(np.clip(-far / photo.rng.uniform(*softness), -50, 50))))


def _hand(photo: Photo) -> None:
    corners = [(0, 0), (photo.width, 0), (photo.width, photo.height), (0, photo.height)]
    first = int(photo.rng.integers(4))
    middle = photo.rng.uniform(0.3, 0.7, 2) * (photo.width, photo.height)
    reach = photo.rng.uniform(-0.3, 0.3, (3, 2)) * (photo.width, photo.height)
    mask = Image.new("L", (photo.width, photo.height))
    outline = [corners[first], corners[(first + 1) % 4], *map(tuple, middle + reach)]
    ImageDraw.Draw(mask).polygon(outline, 255)
    soft = mask.filter(ImageFilter.GaussianBlur(photo.rng.uniform(2, 12)))
    photo.shine(1 - np.asarray(soft) / 255 * photo.rng.uniform(0.3, 0.6))


def _vignette(photo: Photo) -> None:
    far = (photo.across / photo.width - 0.5) ** 2 + (photo.down / photo.height - 0.5) ** 2
    photo.shine(1 - 2 * photo.rng.uniform(0.4, 0.8) * far)


def _fold(photo: Photo) -> None:
    for place, length in ((photo.across, photo.width), (photo.down, photo.height)):
        photo.shine(np.where(place > length * photo.rng.uniform(0.3, 0.7), 1, photo.rng.uniform(0.75, 0.95)))


def _pencil(photo: Photo) -> None:
    photo.colour, photo.strength, photo.noise, photo.pen = (90, 90, 90), photo.rng.uniform(0.12, 0.35), 1.2, (2, 5)


def _rules(photo: Photo, share: tuple[float, float] = (0.4, 0.9)) -> None:
    step, tilt, width = (
        photo.rng.uniform(0.04, 0.12) * photo.height,
        photo.rng.uniform(-0.05, 0.05),
        photo.rng.uniform(1, 2.2),
    )
    lines = (photo.down + tilt * photo.across) % step < width
    squares = (photo.across - tilt * photo.down) % step < width
    photo.paint(lines | (squares & (photo.rng.random() < 0.5)), (160, 170, 200), photo.rng.uniform(*share))


def _desk(photo: Photo) -> None:
    turn = photo.rng.uniform(-0.14, 0.14)
    across, down = photo.across - photo.width / 2, photo.down - photo.height / 2
    sides = photo.rng.uniform(0.32, 0.42, 2) * (photo.width, photo.height)
    along = np.abs(across * np.cos(turn) + down * np.sin(turn)) < sides[0]
    on_sheet = along & (np.abs(down * np.cos(turn) - across * np.sin(turn)) < sides[1])
    photo.paint(~on_sheet, (110, 80, 55))
    photo.size = float(0.8 * sides.min())
    photo.place = (photo.width / 2 - 0.4 * photo.size, photo.height / 2 - 0.5 * photo.size)


def _thumb(photo: Photo) -> None:
    x, y = [(0, photo.height), (photo.width, photo.height), (photo.width / 2, photo.height)][
        int(photo.rng.integers(3))
    ]
    far = ((photo.across - x) / (0.15 * photo.width)) ** 2 + ((photo.down - y) / (0.2 * photo.height)) ** 2
    photo.paint(far < 1, (200, 150, 125))
    photo.size, photo.place = 0.4 * photo.shorter, (0.32 * photo.width, 0.25 * photo.height)


def _line(photo: Photo) -> None:
    photo.size, photo.place = 0.35 * photo.shorter, (0.35 * photo.width, 0.2 * photo.height)
    top = 0.2 * photo.height + photo.size * photo.rng.uniform(1.05, 1.4)
    photo.paint((np.abs(photo.down - top) < 2) & (np.abs(photo.across / photo.width - 0.5) < 0.4), (70, 70, 70))


def _chalk(photo: Photo) -> None:
    photo.paper, photo.colour, photo.pen = (45, 72, 57), (235, 235, 230), (5, 12)


KINDS: dict[str, list[Callable[[Photo], None]]] = {
    "paper": [],
    "pencil": [_pencil],
    "hard shadow": [lambda photo: _shadow(photo, (0.8, 3))],
    "soft shadow": [lambda photo: _shadow(photo, (15, 60))],
    "a hand's shadow": [_hand],
    "vignette": [_vignette],
    "fold": [_fold],
    "rules, squares": [_rules],
    "the same in shadow": [lambda photo: _rules(photo, (0.2, 0.3)), lambda photo: _shadow(photo, (2, 20))],
    "on a desk": [_desk],
    "thumb": [_thumb],
    "a line below": [_line],
    "chalk": [_chalk],
    "chalk in shadow": [_chalk, lambda photo: _shadow(photo, (2, 40))],
}


def read(classifier: Classifier, file: bytes) -> str:
    """What is read in a photo; with a question mark if it is told to be no digit."""
    ink = preprocess_image_file(file, _MAX_PIXELS)
    if ink.is_blank:
        return "-"
    reading = classifier.predict(ink)
    return str(reading.likeliest) + "?" * (reading.verdict is Verdict.NOT_A_DIGIT)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True, help="the folder with digits-dev.jsonl.gz")
    parser.add_argument("--photos", type=int, default=50, help="how many of each kind")
    parser.add_argument("--out", type=Path, help="a picture of what is lost")
    arguments = parser.parse_args()
    classifier = Classifier.load(packaged_weights())
    drawings = load_drawings([arguments.data / "digits-dev.jsonl.gz"], lambda line: print(line, file=sys.stderr))
    chosen: list[tuple[Strokes, str]] = []
    for index in np.random.default_rng(5).permutation(len(drawings)):
        drawing = drawings[index]
        reading = classifier.predict(preprocess_strokes(drawing.strokes))
        if str(reading.digit) == drawing.label and reading.probabilities.max() > _SURE:
            chosen.append(([np.asarray(stroke, float)[:, :2] for stroke in drawing.strokes], drawing.label))
        if len(chosen) == arguments.photos:
            break
    lost: list[tuple[str, bytes]] = []
    total = 0
    for kind, steps in KINDS.items():
        right = 0
        for seed, (strokes, label) in enumerate(chosen):
            photo = Photo(np.random.default_rng([seed, len(kind)]))
            for step in steps:
                step(photo)
            file = photo.written(strokes)
            found = read(classifier, file)
            right += found == label
            lost += [(f"{kind}: {label} read {found}", file)] * (found != label)
        total += right
        print(f"{kind:<20}{right:>5} of {len(chosen)}", flush=True)
    print(f"{'all':<20}{100 * total / (len(chosen) * len(KINDS)):>7.1f} %")
    if arguments.out and lost:
        _sheet(lost).save(arguments.out)


def _sheet(lost: list[tuple[str, bytes]]) -> Image.Image:
    side, across = 200, 6
    sheet = Image.new("RGB", (across * side, -(-len(lost) // across) * (side + 20)), "white")
    draw = ImageDraw.Draw(sheet)
    for number, (title, file) in enumerate(lost):
        left, top = number % across * side, number // across * (side + 20)
        photo = Image.open(io.BytesIO(file))
        photo.thumbnail((side - 10, side - 10))
        sheet.paste(photo, (left, top + 18))
        draw.text((left, top + 4), title, fill="black")
    return sheet


if __name__ == "__main__":
    main()
