"""What can be said of an image without seeing it: its type and size. No I/O."""

import struct
from base64 import b64decode

_JPEG_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}


def describe(url: str) -> str:
    """One line about an image: its address, or type, size and dimensions of its data."""
    if not url.startswith("data:"):
        return f"an image at `{url}`"
    head, _, data = url.partition(",")
    try:
        raw = b64decode(data)
    except ValueError:
        return "an image that could not be decoded"
    kind = head.removeprefix("data:").partition(";")[0]
    size = _dimensions(raw)
    across = f", {size[0]} x {size[1]} pixels" if size else ""
    return f"an image of type `{kind}`{across}, {len(raw):,} bytes"


def _dimensions(raw: bytes) -> tuple[int, int] | None:
    if raw.startswith(b"\x89PNG") and len(raw) >= 24:
        width, height = struct.unpack(">II", raw[16:24])
        return width, height
    if raw.startswith(b"GIF8") and len(raw) >= 10:
        width, height = struct.unpack("<HH", raw[6:10])
        return width, height
    return _jpeg_dimensions(raw) if raw.startswith(b"\xff\xd8") else None


def _jpeg_dimensions(raw: bytes) -> tuple[int, int] | None:
    place = 2
    while place + 9 < len(raw) and raw[place] == 0xFF:
        length = int.from_bytes(raw[place + 2 : place + 4], "big")
        if raw[place + 1] in _JPEG_FRAMES:
            height, width = struct.unpack(">HH", raw[place + 5 : place + 9])
            return width, height
        place += 2 + length
    return None
