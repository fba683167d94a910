"""A programme's logo, taken apart and put together again: nothing is kept of the file but the picture. Pure.

PNG: the chunks that draw, each with its checksum, and nothing after the last. SVG: elements and attributes from a list,
written anew from what the parser saw, so that no browser can read it another way.
"""

import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from struct import unpack
from xml.parsers.expat import ExpatError, ParserCreate
from xml.sax.saxutils import escape, quoteattr

#: A page with its logo stays light.
BYTES_MOST = 20_000
SIDE_MOST = 2_000
PNG = "image/png"
SVG = "image/svg+xml"

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_DRAWS = (b"IHDR", b"PLTE", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"IDAT", b"IEND")
_CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}

_NAMESPACE = "http://www.w3.org/2000/svg"
_DEPTH_MOST = 30
_ELEMENTS = frozenset(
    "svg g path rect circle ellipse line polyline polygon text tspan title desc defs linearGradient radialGradient stop "
    "clipPath mask".split()
)
_ATTRIBUTES = frozenset(
    "id viewBox width height x y x1 y1 x2 y2 cx cy r rx ry fx fy dx dy d points pathLength preserveAspectRatio "
    "fill fill-opacity fill-rule clip-rule stroke stroke-width stroke-opacity stroke-linecap stroke-linejoin "
    "stroke-miterlimit stroke-dasharray stroke-dashoffset opacity color display visibility paint-order "
    "gradientUnits spreadMethod offset stop-color stop-opacity clip-path clipPathUnits mask maskUnits maskContentUnits "
    "text-anchor dominant-baseline font-family font-size font-weight font-style letter-spacing word-spacing".split()
)
_MOVING = frozenset(("transform", "gradientTransform"))
#: Said by drawing programs, and of no use to who looks.
_LEFT_OUT = frozenset(("version", "class", "role", "enable-background", "baseProfile"))
_PLAIN = re.compile(r"[\w\s.,%#+'-]*")
_PAINT = re.compile(r"(rgb|hsl)a?\([\d\s.,%/+-]*\)|url\(#[\w.-]+\)")
_MOVE = re.compile(r"[\w\s.,()+-]*")
_LENGTH = re.compile(r"(\d{1,6}(?:\.\d*)?|\.\d+)(?:px|pt)?")


@dataclass(frozen=True)
class Picture:
    """A checked logo."""

    content_type: str
    image: bytes


def checked(raw: bytes) -> Picture:
    """The picture in a file somebody sent. Raises ValueError with the sentence shown at the field."""
    if not raw:
        raise ValueError("Choose a file first.")
    if len(raw) > BYTES_MOST:
        raise ValueError(f"Use a file of at most {BYTES_MOST // 1000} kB, so that pages stay light.")
    if raw.startswith(_SIGNATURE):
        return Picture(PNG, _SIGNATURE + b"".join(_drawing(raw)))
    if b"<" in raw[:200]:
        return Picture(SVG, _Drawing().of(raw))
    raise ValueError("This is neither an SVG nor a PNG picture.")


def _drawing(raw: bytes) -> Iterator[bytes]:
    """The chunks that draw a PNG, one after the other."""
    pixels, body, broken = 0, b"", ValueError("This PNG is damaged. Save it again.")
    for kind, data, whole in _chunks(raw, broken):
        if (kind == b"IHDR") == bool(pixels):
            raise broken
        if kind == b"IHDR":
            pixels = _pixel_bytes(data, broken)
        elif kind == b"IDAT":
            body += data
        elif kind == b"IEND" and not _fills(body, pixels):
            raise broken
        if kind in _DRAWS:
            yield whole
        elif kind[:1].isupper():
            raise broken


def _chunks(raw: bytes, broken: ValueError) -> Iterator[tuple[bytes, bytes, bytes]]:
    at, kind = len(_SIGNATURE), b""
    while kind != b"IEND":
        if len(raw) < at + 12:
            raise broken
        length, kind = unpack(">I4s", raw[at : at + 8])
        end = at + 12 + length
        data, check = raw[at + 8 : end - 4], raw[end - 4 : end]
        if len(raw) < end or not kind.isalpha() or zlib.crc32(kind + data).to_bytes(4, "big") != check:
            raise broken
        yield kind, data, raw[at:end]
        at = end
    if at != len(raw):
        raise ValueError("There is something after the end of this PNG. Save it again.")


def _pixel_bytes(header: bytes, broken: ValueError) -> int:
    """How many bytes the pixels take, a filter byte for each line included."""
    if len(header) != 13:
        raise broken
    width, height, depth, colour, compression, filters, interlace = unpack(">IIBBBBB", header)
    if colour not in _CHANNELS or depth not in (1, 2, 4, 8, 16) or compression or filters or interlace > 1:
        raise broken
    if not (0 < width <= SIDE_MOST and 0 < height <= SIDE_MOST):
        raise ValueError(f"Make it at most {SIDE_MOST:,} pixels wide and high.")
    line = 1 + -(-width * depth * _CHANNELS[colour] // 8)
    return int(line * height * (2 if interlace else 1))


def _fills(body: bytes, most: int) -> bool:
    """Whether the compressed pixels end by themselves, and within what the picture's size allows."""
    unpacked = zlib.decompressobj()
    try:
        return 0 < len(unpacked.decompress(body, most + 1)) <= most and unpacked.eof
    except zlib.error:
        return False


class _Drawing:
    """An SVG as it is written anew."""

    def __init__(self) -> None:
        self.out: list[str] = []
        self.depth = 0

    def of(self, raw: bytes) -> bytes:
        """The drawing of a file. Raises ValueError."""
        parser = ParserCreate("utf-8", namespace_separator=" ")
        parser.StartDoctypeDeclHandler = self._declares
        parser.ProcessingInstructionHandler = self._instructs
        parser.StartElementHandler = self._begins
        parser.EndElementHandler = self._ends
        parser.CharacterDataHandler = self._says
        try:
            parser.Parse(raw, True)
        except ExpatError as error:
            raise ValueError("This SVG cannot be read. Save it as plain SVG, in UTF-8.") from error
        return "".join(self.out).encode()

    def _declares(self, *_: object) -> None:
        raise ValueError("Take the DOCTYPE line out of this SVG, or save it as plain SVG.")

    def _instructs(self, *_: object) -> None:
        raise ValueError("This SVG asks for a style sheet. Save it as plain SVG.")

    def _begins(self, name: str, attributes: dict[str, str]) -> None:
        space, _, name = name.rpartition(" ")
        if space != _NAMESPACE or name not in _ELEMENTS or (name == "svg") != (self.depth == 0):
            raise ValueError(
                f"An SVG logo may not hold “{name[:40]}”. Save it as plain SVG, with shapes and text alone."
            )
        if self.depth == 0:
            _sized(attributes)
        self.depth += 1
        if self.depth > _DEPTH_MOST:
            raise ValueError("This SVG is nested too deep. Save it as plain SVG.")
        own = {"xmlns": _NAMESPACE} if name == "svg" else {}
        kept = own | {key: value for key, value in attributes.items() if _may_stand(key, value)}
        self.out.append(f"<{name}{''.join(f' {key}={quoteattr(value)}' for key, value in kept.items())}>")

    def _ends(self, name: str) -> None:
        self.depth -= 1
        self.out.append(f"</{name.rpartition(' ')[2]}>")

    def _says(self, text: str) -> None:
        self.out.append(escape(text))


def _may_stand(name: str, value: str) -> bool:
    """Whether an attribute is kept; False for what is left out. Raises ValueError for what must not be there."""
    if name in _LEFT_OUT or name.startswith(("data-", "aria-", "http://www.w3.org/XML/1998/namespace ")):
        return False
    if name in _MOVING and _MOVE.fullmatch(value):
        return True
    if name not in _ATTRIBUTES:
        raise ValueError(
            f"An SVG logo may not say “{name.rpartition(' ')[2][:40]}”. Save it as plain SVG, without styles and links."
        )
    if not _PLAIN.fullmatch(value) and not _PAINT.fullmatch(value.strip()):
        raise ValueError(f"An SVG logo may not say this in “{name}”: {value[:40]}")
    return True


def _sized(attributes: dict[str, str]) -> None:
    """The drawing has a size to be shown at. Raises ValueError."""
    box = attributes.get("viewBox", "").replace(",", " ").split()
    sides = box[2:] if len(box) == 4 else []
    sides += [attributes[side] for side in ("width", "height") if not attributes.get(side, "%").endswith("%")]
    lengths = [_LENGTH.fullmatch(side) for side in sides]
    if len(sides) < 2 or not all(found and 0 < float(found[1]) <= SIDE_MOST for found in lengths):
        raise ValueError(f"Give the SVG a viewBox of at most {SIDE_MOST:,} by {SIDE_MOST:,}.")
