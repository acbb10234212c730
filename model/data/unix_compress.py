"""The `.Z` files of Unix's `compress`, which Python's library does not read: LZW with codes of 9 to 16 bits.

Source: T. A. Welch, "A Technique for High-Performance Data Compression", IEEE Computer 17 (6), 1984. The layout is
that of `compress` 4.0: two bytes 0x1f 0x9d, one of flags (the most bits a code has, and 0x80 if code 256 clears the
table), then the codes from the lowest bit on. Codes of one width come in groups of eight; a width ends with a group.
"""

from model.errors import DataError

_MAGIC = b"\x1f\x9d"
_CLEAR = 256


def is_unix_compressed(raw: bytes) -> bool:
    """Say whether `raw` starts as every `.Z` file does."""
    return raw.startswith(_MAGIC)


def uncompress(raw: bytes, *, name: str, limit: int) -> bytes:
    """Give the content of `raw`.

    Args:
        raw: the bytes of a `.Z` file.
        name: what to call it in an error.
        limit: how many bytes the content may have.

    Raises:
        DataError: a code that cannot be, or more content than `limit`.
    """
    flags = raw[2] if len(raw) > 2 else 0
    most_bits, clears = flags & 0x1F, bool(flags & 0x80)
    if not 10 <= most_bits <= 16:
        raise DataError(f"{name}: is damaged: codes of {most_bits} bits, expected 10 to 16")
    first = _CLEAR + clears
    table = [bytes([value]) for value in range(256)] + [b""] * clears
    content = bytearray()
    previous = b""
    bits, start, position = 9, 24, 24
    while position + bits <= 8 * len(raw):
        code = int.from_bytes(raw[position // 8 : position // 8 + 4], "little") >> position % 8 & (1 << bits) - 1
        position += bits
        if clears and code == _CLEAR:
            del table[first:]
            previous = b""
            start = position = _end_of_group(position, start, bits)
            bits = 9
            continue
        if code < len(table):
            entry = table[code]
        elif previous and code == len(table):
            entry = previous + previous[:1]
        else:
            raise DataError(f"{name}: is damaged: there is no code {code} yet")
        content += entry
        if len(content) > limit:
            raise DataError(f"{name}: its content is larger than the {limit:,} bytes allowed")
        if previous and len(table) < 1 << most_bits:
            table.append(previous + entry[:1])
        previous = entry
        if len(table) >= 1 << bits and bits < most_bits:
            start = position = _end_of_group(position, start, bits)
            bits += 1
    return bytes(content)


def _end_of_group(position: int, start: int, bits: int) -> int:
    """The bit after the group of eight codes that `position` is in or at the end of; groups began at `start`."""
    group = 8 * bits
    return start + -(-(position - start) // group) * group
