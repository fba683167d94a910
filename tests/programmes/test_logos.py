"""What is taken for a logo, and what only looks like one."""

import zlib
from struct import pack

import pytest

from eventdesk.programmes.logos import PNG, SVG, checked
from tests.factories import LOGO

SIGNATURE = b"\x89PNG\r\n\x1a\n"


def chunk(kind: bytes, data: bytes = b"") -> bytes:
    """A chunk with its checksum."""
    return pack(">I", len(data)) + kind + data + pack(">I", zlib.crc32(kind + data))


def png(
    *, width: int = 2, height: int = 2, pixels: bytes | None = None, more: bytes = b"", after: bytes = b""
) -> bytes:
    """A grey picture."""
    body = zlib.compress((b"\0" + b"\x80" * width) * height if pixels is None else pixels)
    header = chunk(b"IHDR", pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
    return SIGNATURE + header + more + chunk(b"IDAT", body) + chunk(b"IEND") + after


def svg(inside: str = "", attributes: str = 'viewBox="0 0 10 10"', before: str = "") -> bytes:
    """A drawing with something in it."""
    return f'{before}<svg xmlns="http://www.w3.org/2000/svg" {attributes}>{inside}</svg>'.encode()


def test_a_plain_picture_is_taken() -> None:
    assert (checked(png()).content_type, checked(png()).image) == (PNG, png())
    assert checked(LOGO).content_type == SVG


def test_of_a_png_only_what_draws_is_kept() -> None:
    said = png(more=chunk(b"tEXt", b"Author\0Somebody") + chunk(b"eXIf", b"a place"))

    assert checked(said).image == png()


def test_an_svg_is_written_anew_with_its_shapes_paints_and_text() -> None:
    inside = (
        '<!-- by hand --><defs><linearGradient id="g"><stop offset="0" stop-color="#123"/></linearGradient></defs>'
        '<g transform="translate(1 2) rotate(45)" class="x" data-name="y"><path d="M0 0L5-5z" fill="url(#g)"/>'
        '<text font-family="Georgia, serif" stroke="rgb(1, 2, 3)">A &amp; &lt;B&gt;</text></g>'
    )

    image = checked(svg(inside, 'viewBox="0 0 10 10" version="1.1" xml:space="preserve"')).image.decode()

    assert 'fill="url(#g)"' in image
    assert "A &amp; &lt;B&gt;" in image
    assert [said for said in ("by hand", "class", "data-", "version", "xml:") if said in image] == []
    assert checked(image.encode()).image.decode() == image
    assert checked(image.encode("utf-16")).image.decode() == image


@pytest.mark.parametrize(
    "raw",
    [
        png()[:-1],
        png()[:29] + b"\xff" + png()[30:],
        png(after=b"<script>alert(1)</script>"),
        png(after=chunk(b"tEXt", b"x\0y")),
        png(width=20_000),
        png(width=0, pixels=b""),
        png(pixels=b"\0" * 5_000_000),
        png(pixels=b""),
        png(more=chunk(b"EVIL", b"x")),
        png(more=chunk(b"IHDR", pack(">IIBBBBB", 2, 2, 8, 0, 0, 0, 0))),
        SIGNATURE + chunk(b"IDAT", zlib.compress(b"\0")) + chunk(b"IEND"),
        SIGNATURE + pack(">I", 2**31) + b"IHDR",
        b"GIF89a",
        b"",
        b"%PDF-1.4",
        b"\0" * 30_000,
    ],
    ids=range(16),
)
def test_what_is_no_picture_or_more_than_one_is_refused(raw: bytes) -> None:
    with pytest.raises(ValueError, match=r"[A-Z].*\."):
        checked(raw)


BOMB = '<!DOCTYPE svg [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]>'


@pytest.mark.parametrize(
    "raw",
    [
        svg("<script>alert(1)</script>"),
        svg("<g><script href='data:,x'/></g>"),
        svg(attributes='viewBox="0 0 1 1" onload="alert(1)"'),
        svg('<rect OnClick="alert(1)"/>'),
        svg("&b;", before=BOMB),
        svg("&x;", before='<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]>'),
        svg(before="<!DOCTYPE svg>"),
        svg(before='<?xml-stylesheet href="http://x.example/s.css"?>'),
        svg('<use xmlns:xlink="http://www.w3.org/1999/xlink" xlink:href="http://x.example/#a"/>'),
        svg('<rect xmlns:xlink="http://www.w3.org/1999/xlink" xlink:href="javascript:alert(1)"/>'),
        svg('<image href="http://x.example/a.png"/>'),
        svg('<a href="http://x.example"/>'),
        svg("<foreignObject><p>x</p></foreignObject>"),
        svg('<foreignObject><p xmlns="http://www.w3.org/1999/xhtml">x</p></foreignObject>'),
        svg("<style>rect { fill: url(http://x.example) }</style>"),
        svg('<rect style="fill: url(http://x.example)"/>'),
        svg('<rect fill="url(http://x.example/#a)"/>'),
        svg('<rect fill="u\\72l(http://x.example)"/>'),
        svg('<rect fill="url(#a) url(http://x.example)"/>'),
        svg('<rect transform="url(http://x.example)"/>'),
        svg('<animate attributeName="href"/>'),
        svg('<set attributeName="onload" to="alert(1)"/>'),
        svg("<svg/>"),
        svg("<g>" * 40 + "</g>" * 40),
        svg(attributes='viewBox="0 0 999999 999999"'),
        svg(attributes='width="10" height="99999"'),
        svg(attributes='viewBox="0 0 0 nan"'),
        svg(attributes=""),
        b'<html xmlns="http://www.w3.org/1999/xhtml"/>',
        b'<svg viewBox="0 0 1 1"/>',
        svg()[:-3],
        svg("<rect/>" * 5_000),
    ],
    ids=range(32),
)
def test_a_drawing_that_does_or_fetches_anything_is_refused(raw: bytes) -> None:
    with pytest.raises(ValueError, match=r"[A-Z]"):
        checked(raw)
