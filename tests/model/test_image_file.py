"""Image files: what people make is read, and what costs far more than it is worth is refused before it is decoded."""

import struct
import time
import zlib

import numpy as np
import pytest
from PIL import Image

from model.errors import InkError
from model.image_file import preprocess_image_file, preprocess_image_files, read_image_file
from tests.drawings import SEVEN, canvas, encoded

LIMIT = 16 * 2**20


LARGE = canvas(SEVEN, size=(1400, 1300), scale=10, pen=100, right=200, down=200)


def progressive(side: int, scans: int) -> bytes:
    """A JPEG whose last scan, which refines nothing, is there again and again."""
    content = encoded(Image.new("L", (side, side), 128), "JPEG", progressive=True)
    last = content[content.rindex(b"\xff\xda") : -2]
    return content[:-2] + last * (scans - content.count(b"\xff\xda")) + content[-2:]


def chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def header(width: int, height: int) -> bytes:
    return chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))


def png(*chunks: bytes) -> bytes:
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


PIXELS = chunk(b"IDAT", zlib.compress(b"\0" + b"\xff" * 10)[:])
END = chunk(b"IEND", b"")


class TestSize:
    @pytest.mark.parametrize(("side", "factor"), [(280, 1), (1024, 1), (1025, 2), (2047, 2), (2049, 3), (4032, 4)])
    @pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP"])
    def test_what_is_larger_than_is_needed_is_averaged_down(self, side: int, factor: int, form: str) -> None:
        picture = read_image_file(encoded(Image.new("RGB", (side, 10), "white"), form), LIMIT)
        assert picture.factor == factor
        assert picture.pixels.shape[1] == -(-side // factor)

    @pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
    def test_a_large_drawing_is_read_as_a_small_one_in_any_mode(self, mode: str) -> None:
        grey = Image.fromarray(LARGE)
        large = Image.fromarray(LARGE.astype(np.uint16) * 257) if mode == "I;16" else grey.convert(mode)
        small = grey.convert("1" if mode == "1" else "L").convert("L").reduce(2)
        found, expected = (preprocess_image_file(encoded(one), LIMIT).pixels.astype(int) for one in (large, small))
        assert np.abs(found - expected).max() <= 2

    @pytest.mark.parametrize("bits", [8, 10, 12, 16])
    def test_a_png_of_16_bits_may_use_fewer_of_them(self, bits: int) -> None:
        grey = canvas(SEVEN)
        deep = np.rint(grey / 255.0 * (2**bits - 1)).astype(np.uint16)
        found, expected = (preprocess_image_file(encoded(one), LIMIT).pixels.astype(int) for one in (deep, grey))
        assert np.abs(found - expected).max() <= 2

    @pytest.mark.parametrize("orientation", range(1, 9))
    def test_a_large_image_is_turned_as_a_small_one_is(self, orientation: int) -> None:
        exif = Image.Exif()
        exif[0x0112] = orientation
        drawing = Image.fromarray(LARGE)
        large, small = (
            preprocess_image_file(encoded(one, exif=exif), LIMIT).pixels.astype(int)
            for one in (drawing, drawing.reduce(2))
        )
        assert np.abs(large - small).max() <= 1

    def test_more_pixels_than_the_limit_are_refused(self) -> None:
        with pytest.raises(InkError, match="more than the 100 pixels"):
            read_image_file(encoded(Image.new("L", (11, 10)), "PNG"), 100)

    def test_a_jpeg_of_48_megapixels_is_decoded_at_an_eighth(self) -> None:
        drawing = Image.fromarray(canvas(SEVEN)).resize((8000, 6000))
        picture = read_image_file(encoded(drawing, "JPEG", quality=50), LIMIT)
        assert (picture.factor, picture.pixels.shape) == (8, (750, 1000))
        odd = read_image_file(encoded(drawing.resize((9000, 5000)), "JPEG", quality=50), LIMIT)
        assert (odd.factor, max(odd.pixels.shape)) == (16, 563)

    def test_one_beyond_its_own_bound_says_what_that_is(self) -> None:
        large = encoded(Image.new("L", (600, 100)), "JPEG")
        assert read_image_file(large, 12_000).pixels.shape == (100, 600)
        with pytest.raises(InkError, match="more than the 59,995 pixels"):
            read_image_file(large, 11_999)
        with pytest.raises(InkError, match="more than the 59,999 pixels"):
            read_image_file(encoded(Image.new("L", (600, 100)), "JPEG", progressive=True), 59_999)

    def test_a_webp_is_held_four_times_over_and_refused_sooner(self) -> None:
        with pytest.raises(InkError, match="a WebP is read up to 6,291,456 pixels"):
            read_image_file(encoded(Image.new("L", (2600, 2600)), "WEBP", lossless=True), LIMIT)


class TestJpeg:
    def test_as_many_scans_as_encoders_write_are_read(self) -> None:
        assert read_image_file(progressive(64, 100), LIMIT).factor == 1

    @pytest.mark.parametrize(("side", "scans", "most"), [(64, 101, 100), (4000, 45, 39), (1000, 1500, 100)])
    def test_more_are_refused_the_sooner_the_larger_it_is_and_not_decoded(
        self, side: int, scans: int, most: int
    ) -> None:
        content = progressive(side, scans)
        started = time.process_time()
        with pytest.raises(InkError, match=f"a JPEG of {scans} scans; so large a one is read up to {most}"):
            read_image_file(content, LIMIT)
        assert time.process_time() - started < 0.5


class TestPng:
    @pytest.mark.parametrize("twice", [header(4096, 4096), chunk(b"PLTE", b"\0\0\0") * 2])
    def test_a_chunk_that_may_be_there_once_is_refused_twice(self, twice: bytes) -> None:
        with pytest.raises(InkError, match="a PNG with two"):
            read_image_file(png(header(10, 1), twice, PIXELS, END), LIMIT)

    def test_more_chunks_than_anyone_writes_are_refused(self) -> None:
        with pytest.raises(InkError, match="more than 65,536 chunks"):
            read_image_file(png(header(10, 1), PIXELS, chunk(b"teXt", b"") * 66_000, END), LIMIT)


class TestMany:
    def test_each_is_read_or_refused_by_itself(self) -> None:
        good = encoded(Image.fromarray(canvas(SEVEN)), "PNG")
        first, bad, last = preprocess_image_files([good, b"seven", good], LIMIT)
        assert isinstance(bad, InkError)
        assert not isinstance(first, InkError)
        assert not isinstance(last, InkError)
        np.testing.assert_array_equal(first.pixels, last.pixels)

    def test_those_beyond_the_pixels_that_are_read_together_are_refused(self) -> None:
        white = encoded(Image.new("L", (20, 20), 255), "PNG")
        read = preprocess_image_files([white] * 6, 400)
        assert [isinstance(one, InkError) for one in read] == [False] * 4 + [True] * 2
        assert str(read[-1]) == "the images before have the 1,600 pixels that are read together"
