"""Asks a running service to read a seven, as strokes and as a PNG: python3 scripts/ask_service.py URL.

Needs nothing but Python, so that it runs wherever a container does. Exits with 1 if an answer is not 7.
"""

import json
import struct
import sys
import urllib.request
import zlib

STROKES = [[[20, 20], [80, 20], [45, 100]]]


def main(url: str) -> int:
    """Ask in both forms and say what came back."""
    page = ask(url, None, "")
    answers = {
        "strokes": json.loads(ask(f"{url}/predict", json.dumps({"strokes": STROKES}).encode(), "application/json")),
        "image": json.loads(ask(f"{url}/predict", seven_png(), "image/png")),
    }
    for form, answer in answers.items():
        print(f"a seven as {form}: {answer['digit']} ({answer['verdict']}, {answer['confidence']:.1%})")
    return 0 if b"<canvas" in page and all(answer["digit"] == 7 for answer in answers.values()) else 1


def ask(url: str, content: bytes | None, media_type: str) -> bytes:
    """The body of the reply."""
    request = urllib.request.Request(url, content, {"Content-Type": media_type} if media_type else {})
    with urllib.request.urlopen(request, timeout=10) as reply:
        body: bytes = reply.read()
    return body


def seven_png() -> bytes:
    """A black seven on white, 120 x 120, as a PNG made by hand (RFC 2083)."""
    side, half_pen = 120, 6
    rows = []
    for y in range(side):
        bar = [abs(y - 20) <= half_pen and 20 <= x <= 80 for x in range(side)]
        stem = [20 <= y <= 100 and abs(x - (80 - 35 * (y - 20) / 80)) <= half_pen for x in range(side)]
        rows.append(b"\0" + bytes(0 if bar[x] or stem[x] else 255 for x in range(side)))
    header = struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)
    parts = [(b"IHDR", header), (b"IDAT", zlib.compress(b"".join(rows))), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        for name, data in parts
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1].rstrip("/")))
