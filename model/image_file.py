"""PNG, JPEG and WebP files as pixels, as small and as early as their decoders allow.

What a file costs is bounded before it is decoded, where its own words tell it. A decoder may have weaknesses beyond
these: the service decodes in a process that it can end (`model.resources`).
"""

import io
import re
import struct
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import ExifTags, Image, UnidentifiedImageError

from model.errors import InkError
from model.preprocess import Preprocessed, preprocess_image

FORMATS = {"PNG": "image/png", "JPEG": "image/jpeg", "WEBP": "image/webp"}
"""Pillow's names of the formats that are read, and their media types."""

_ALLOWED = "a PNG, JPEG or WebP"

_BEGINNINGS = (
    (0, b"\x89PNG\r\n\x1a\n", "PNG"),
    (0, b"\xff\xd8\xff", "JPEG"),
    (8, b"WEBP", "WEBP"),
    (0, b"GIF8", "GIF"),
    (0, b"BM", "BMP"),
    (0, b"II\x2a\0", "TIFF"),
    (0, b"MM\0\x2a", "TIFF"),
    (0, b"\0\0\1\0", "ICO"),
    (4, b"ftypavi", "AVIF"),
    (4, b"ftyp", "HEIC"),
    (0, b"\0\0\0\x0cJXL ", "JPEG XL"),
    (0, b"\xff\x0a", "JPEG XL"),
    (0, b"\0\0\0\x0cjP  ", "JPEG 2000"),
    (0, b"8BPS", "PSD"),
    (0, b"%PDF-", "PDF"),
)
"""At which byte files of each format have which bytes."""

_SVG = re.compile(rb"\s*(<\?xml[^>]{0,200}\?>|<!--.{0,500}?-->|<!DOCTYPE svg[^>]{0,300}>|\s)*<svg[\s>]", re.DOTALL)

_INSTEAD = {
    "HEIC": "save the photo as JPEG (on an iPhone: Settings, Camera, Formats, Most Compatible)",
    "SVG": "export it as PNG, or send its lines as strokes",
    "PDF": "export the page as PNG",
}
"""What to do with a format that is not read; usually to save it in one that is."""

_WORKING_SIDE = 1024
"""Pixels: larger images are averaged down to this at most; the digit ends in 20, so nothing is lost."""

_MAX_WEBP_PIXELS = 6 * 2**20
"""The decoder holds a WebP four times over, 16 bytes a pixel, and knows no smaller scale."""

_JPEG_TIMES = 5
"""Times the pixels of other images that a JPEG may have: 84 million with the usual 16. Pillow warns of 89 million."""

_MAX_SCANS = 100
"""Of a JPEG. Encoders write about ten; each goes over all of the image again (ITU-T T.81, annex G)."""

_MAX_SCANNED = 600 * 2**20
"""Pixels times scans: up to 5 ms a million."""

_MAX_CHUNKS = 2**16
"""Of a PNG. Encoders write one every 8 KiB and more."""

_SCALES = (1, 15, 16)
"""Where the grey levels of some data sets end; scikit-learn's digits at 16."""

_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""What makes an image upright, by its EXIF orientation (Exif 2.32, tag 0x0112)."""

_AVERAGED = frozenset({"L", "RGB", "RGBA", "CMYK"})
"""Pillow's modes of which means are right as they are."""

_BITS = (8, 10, 12, 16, 31)
"""That a grey level in 16 or 32 bits may use."""

_ROWS = 256
"""Of an image in 16 bits, brought to 8 at the same time."""


@dataclass(frozen=True, slots=True)
class Picture:
    """An image as it is worked on.

    Attributes:
        pixels: uint8, grey (height, width), or red, green, blue and alpha (height, width, 4); 1024 on a side at most.
        factor: by which it was averaged down, since it was larger than is needed.
    """

    pixels: NDArray[np.uint8]
    factor: int

    @classmethod
    def of(cls, image: Image.Image, factor: int = 1) -> "Picture":
        """An image that was reduced by a factor already: upright, in 8 bits, and no larger than needed."""
        more = -(-max(image.size) // _WORKING_SIDE)
        turn = _turn(image)
        if more > 1:
            # First of all: each step that follows takes another image as large.
            is_averaged = image.mode in _AVERAGED and "transparency" not in image.info
            image = (image if is_averaged else _plain(image)).reduce(more)
        upright = image if turn is None else image.transpose(turn)
        return cls(np.asarray(_plain(upright), np.uint8), factor * more)

    @classmethod
    def of_levels(cls, levels: NDArray[Any]) -> "Picture":
        """Grey levels (height, width), 0 to 255, of any numeric type."""
        return cls.of(Image.fromarray(levels.round().astype(np.uint8)))


def grey_scale(levels: NDArray[Any]) -> float:
    """What grey levels are multiplied by to go from 0 to 255: those of some data sets end at 1, 15 or 16.

    Of a picture from 0 to 255 nothing would stand out if no level were higher.
    """
    highest = float(levels.max())
    return next((255.0 / end for end in _SCALES if highest <= end), 1.0)


def format_of(content: bytes) -> str:
    """The image format that content begins like, whether or not it is one that is read; empty if it is like none."""
    for place, beginning, name in _BEGINNINGS:
        if content.startswith(beginning, place):
            return name
    return "SVG" if _SVG.match(content[:2048].removeprefix(b"\xef\xbb\xbf")) else ""


def why_not_read(content: bytes) -> str:
    """What is said of a file that is in none of the formats that are read: its format, and what to do."""
    name = format_of(content)
    if not name or name in FORMATS:
        return f"not {_ALLOWED} image"
    return f"{name} is not read, but {_ALLOWED} is: {_INSTEAD.get(name, 'save the image as one of these')}"


def read_image_file(content: bytes, max_pixels: int) -> Picture:
    """The image in a file.

    Args:
        content: the file's bytes.
        max_pixels: width times height that is decoded; a JPEG may have five times as many, since it is decoded at a
            fraction of its size.

    Raises:
        InkError: not a whole PNG, JPEG or WebP, more pixels than the limit, or dearer to decode than any that people
            make.
    """
    try:
        with Image.open(io.BytesIO(content), formats=tuple(FORMATS)) as image:
            _check_cost(content, image, max_pixels)
            factor = _draft(image, max_pixels)
            image.load()
            return Picture.of(image, factor)
    except Image.DecompressionBombError as error:
        raise _too_many_pixels(max_pixels) from error
    except UnidentifiedImageError as error:
        raise InkError(why_not_read(content)) from error
    except MemoryError as error:
        raise InkError("takes more memory to decode than any image that is read") from error
    except (OSError, ValueError, SyntaxError, EOFError, struct.error, TypeError, AttributeError) as error:
        # Whatever a decoder stumbles over in a damaged file.
        raise InkError(f"a damaged image; expected {_ALLOWED}") from error


def png_file(pixels: NDArray[np.uint8]) -> bytes:
    """Grey levels (height, width) as the bytes of a PNG."""
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "PNG")
    return file.getvalue()


def preprocess_picture(picture: Picture) -> Preprocessed:
    """Bring an image to 28x28, with the trace in the pixels that were sent."""
    ink = preprocess_image(picture.pixels)
    trace, factor = ink.trace, picture.factor
    if factor == 1 or trace.box is None or trace.scale is None:
        return ink
    left, top, right, bottom = (side * factor for side in trace.box)
    return replace(ink, trace=replace(trace, box=(left, top, right, bottom), scale=trace.scale / factor))


def preprocess_image_file(content: bytes, max_pixels: int) -> Preprocessed:
    """Bring an image file to 28x28; takes and raises what `read_image_file` does."""
    return preprocess_picture(read_image_file(content, max_pixels))


def preprocess_image_files(contents: Sequence[bytes], max_pixels: int) -> list[Preprocessed | InkError]:
    """Bring image files to 28x28, or find out why they cannot be read.

    Args:
        contents: the bytes of each.
        max_pixels: of one of them; four times as many are decoded of all.
    """
    results: list[Preprocessed | InkError] = []
    left = most = 4 * max_pixels
    for content in contents:
        if left <= 0:
            results.append(InkError(f"the images before have the {most:,} pixels that are read together"))
            continue
        try:
            picture = read_image_file(content, max_pixels)
        except InkError as error:
            results.append(error)
            continue
        left -= picture.pixels.shape[0] * picture.pixels.shape[1] * picture.factor**2
        results.append(preprocess_picture(picture))
    return results


def _check_cost(content: bytes, image: Image.Image, max_pixels: int) -> None:
    """Refuse what is dear to decode, by what the file says of itself."""
    pixels = image.width * image.height
    # A progressive one is held whole before any of it is decoded.
    most = max_pixels * _JPEG_TIMES if image.format == "JPEG" and not image.info.get("progressive") else max_pixels
    if pixels > most:
        raise _too_many_pixels(most)
    if image.format == "WEBP" and pixels > _MAX_WEBP_PIXELS:
        raise InkError(f"a WebP is read up to {_MAX_WEBP_PIXELS:,} pixels; send it smaller, or as JPEG or PNG")
    if image.format == "JPEG":
        scans = content.count(b"\xff\xda")  # the marker cannot stand in what is coded (ITU-T T.81, B.1.1.5)
        if scans > _MAX_SCANS or scans * pixels > _MAX_SCANNED:
            raise InkError(f"a JPEG of {scans} scans; so large a one is read up to {_max_scans(pixels)}")
    if image.format == "PNG":
        _check_chunks(content)


def _draft(image: Image.Image, max_pixels: int) -> int:
    """Have a JPEG decoded at a half, a quarter or an eighth, if it is to be averaged down by that; the factor.

    Of one that is larger than what is decoded whole, that it is averaged down by a multiple of it is enough.
    """
    factor = -(-max(image.size) // _WORKING_SIDE)
    power = factor & -factor  # the largest power of two in it
    if image.width * image.height > max_pixels:
        power = 1 << (factor.bit_length() - 1)
    width = image.width
    image.draft(None, (image.width // power, image.height // power))
    return round(width / image.width)


def _max_scans(pixels: int) -> int:
    return min(_MAX_SCANS, _MAX_SCANNED // max(pixels, 1))


def _check_chunks(content: bytes) -> None:
    """Refuse a PNG with two headers, of which a reader may take either, or with more chunks than anyone writes.

    PNG specification, 5.6: each critical chunk but IDAT is there once.
    """
    found: Counter[bytes] = Counter()
    at = 8  # behind the signature
    while at + 8 <= len(content):
        length, name = struct.unpack_from(">I4s", content, at)
        at += 12 + length
        found[name] += 1
        if found[name] > 1 and name in {b"IHDR", b"PLTE"}:
            raise InkError(f"a damaged image: a PNG with two {name.decode()} chunks")
        if name == b"IEND":
            return
        if found.total() > _MAX_CHUNKS:
            raise InkError(f"a PNG of more than {_MAX_CHUNKS:,} chunks")


def _too_many_pixels(max_pixels: int) -> InkError:
    return InkError(f"more than the {max_pixels:,} pixels that are read")


def _turn(image: Image.Image) -> Image.Transpose | None:
    """What makes the image upright, as its EXIF orientation says; None if nothing does, or that cannot be read.

    Pillow's own `exif_transpose` also writes the other EXIF data anew, and stumbles over what is wrong in it.
    """
    try:
        return _TURNS.get(image.getexif().get(ExifTags.Base.Orientation, 1))
    except (OSError, ValueError, SyntaxError, struct.error, TypeError, AttributeError):
        return None


def _plain(image: Image.Image) -> Image.Image:
    """The image in 8 bits as grey (`L`) or with red, green, blue and alpha (`RGBA`)."""
    if image.mode.startswith("I;16") or image.mode == "I":
        return _in_8_bits(image)
    if image.mode in {"1", "L"} and "transparency" not in image.info:
        return image.convert("L")
    return image.convert("RGBA")


def _in_8_bits(image: Image.Image) -> Image.Image:
    """16-bit grey, which Pillow would clip rather than scale; a few rows after the other, for the memory.

    Scanners and cameras use 10 or 12 of the 16 bits, and some programs 8.
    """
    grey = Image.new("L", image.size)
    shift = next(bits for bits in _BITS if int(image.getextrema()[1]) < 2**bits) - 8  # type: ignore[arg-type]
    for top in range(0, image.height, _ROWS):
        rows = image.crop((0, top, image.width, min(top + _ROWS, image.height)))
        levels = np.clip(np.asarray(rows).astype(np.int64) >> shift, 0, 255).astype(np.uint8)
        grey.paste(Image.fromarray(levels), (0, top))
    return grey
