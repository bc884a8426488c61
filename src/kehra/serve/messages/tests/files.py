"""Files as programs write them, and files that pretend."""

import struct
import zlib

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n"
HTML = b"<!doctype html><script>alert(1)</script>"
ZIP = b"PK\x05\x06" + b"\x00" * 18


def png(width: int = 2, height: int = 2) -> bytes:
    """A picture that says that it is this large."""
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    picture = zlib.compress(b"\x00" * 6)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", picture) + _chunk(b"IEND", b"")


def jpeg(width: int = 2, height: int = 2) -> bytes:
    """A picture that says that it is this large."""
    frame = struct.pack(">HBHHB", 11, 8, height, width, 1) + b"\x01\x11\x00"
    return b"\xff\xd8\xff\xe0\x00\x04ab\xff\xc0" + frame + b"\xff\xda\x00\x02picture\xff\xd9"


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


PNG, JPEG = png(), jpeg()
