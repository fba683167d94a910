"""Addresses as QR codes, black on white with their quiet zone, so that they read on a dark screen and on paper. Pure."""

from io import BytesIO

import segno

SVG = "image/svg+xml; charset=utf-8"
SCALE, QUIET_ZONE = 8, 4


def svg(url: str) -> bytes:
    """The code as SVG, for our own pages."""
    drawn = BytesIO()
    segno.make_qr(url, error="m").save(drawn, kind="svg", scale=SCALE, border=QUIET_ZONE, light="#fff", xmldecl=False)
    return drawn.getvalue()


def png(url: str) -> bytes:
    """The code as PNG, for mail, where many readers show no SVG."""
    drawn = BytesIO()
    segno.make_qr(url, error="m").save(drawn, kind="png", scale=SCALE, border=QUIET_ZONE, light="#fff")
    return drawn.getvalue()
