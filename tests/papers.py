"""Small PDFs as the official gazette sets them: two columns to a page, each written whole, with a page head between."""

from __future__ import annotations

from collections.abc import Sequence

_GLYPHS = {
    **{"č": "ccaron", "š": "scaron", "ž": "zcaron", "Č": "Ccaron", "Š": "Scaron", "Ž": "Zcaron", "ć": "cacute"},
    **{"đ": "dcroat", "–": "endash", "»": "guillemotright", "«": "guillemotleft", "€": "Euro"},
}
_CODES = {letter: 128 + at for at, letter in enumerate(_GLYPHS)}
_LEFT, _RIGHT, _TOP, _LEADING = 40, 310, 780, 11

Page = Sequence[Sequence[str]]


def pdf(*pages: Page) -> bytes:
    """A PDF of pages; a page is its columns in the order of the stream, a column its lines."""
    kids = " ".join(f"{4 + 2 * at} 0 R" for at in range(len(pages)))
    differences = " ".join(f"/{glyph}" for glyph in _GLYPHS.values())
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>".encode(),
        (
            "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding "
            f"<< /Type /Encoding /BaseEncoding /WinAnsiEncoding /Differences [128 {differences}] >> >>"
        ).encode(),
    ]
    for at, page in enumerate(pages):
        content = _content(page)
        frame = "/MediaBox [0 0 595 842] /Resources << /Font << /F1 3 0 R >> >>"
        objects.append(f"<< /Type /Page /Parent 2 0 R {frame} /Contents {5 + 2 * at} 0 R >>".encode())
        objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content))
    return _file(objects)


def _content(page: Page) -> bytes:
    shown: list[bytes] = []
    for left, column in zip((_LEFT, _RIGHT, _LEFT, _RIGHT), page, strict=False):
        for at, line in enumerate(column):
            place = f"1 0 0 1 {left} {_TOP - at * _LEADING} Tm".encode()
            shown.append(b"BT /F1 9 Tf " + place + b" (" + _bytes(line) + b") Tj ET")
    return b"\n".join(shown)


def _bytes(line: str) -> bytes:
    codes = (bytes([_CODES[letter]]) if letter in _CODES else letter.encode("latin-1") for letter in line)
    return b"".join(codes).replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)")


def _file(objects: Sequence[bytes]) -> bytes:
    body, places = b"%PDF-1.4\n", list[int]()
    for number, each in enumerate(objects, start=1):
        places.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, each)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(objects) + 1
    trailer = b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (size, len(body))
    return body + b"xref\n0 %d\n0000000000 65535 f \n" % size + table + trailer
