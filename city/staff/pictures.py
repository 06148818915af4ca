"""Pages of a material as pictures. The kiosk puts one JPEG on each page of a PDF; that JPEG is shown as it is."""

from __future__ import annotations

import io

import pikepdf
from PIL import Image

THUMBNAIL_PX = 200


class NoPicture(Exception):
    """The PDF has no such page, or the page is not one JPEG."""


def page_jpeg(pdf: bytes, number: int) -> bytes:
    """The JPEG of page `number`, from 1, byte for byte as it was embedded. Raises NoPicture."""
    try:
        with pikepdf.open(io.BytesIO(pdf)) as document:
            if not 1 <= number <= len(document.pages):
                raise NoPicture(f"no page {number}")
            images = list(document.pages[number - 1].get_images().values())
            if len(images) != 1 or not _is_jpeg(images[0]):
                raise NoPicture(f"page {number} is not one JPEG")
            return images[0].read_raw_bytes()
    except pikepdf.PdfError as error:
        raise NoPicture(str(error)) from error


def _is_jpeg(image: pikepdf.Object) -> bool:
    found = image.get("/Filter")
    filters = list(found) if isinstance(found, pikepdf.Array) else [found]
    return filters == [pikepdf.Name.DCTDecode]


def thumbnail(jpeg: bytes) -> bytes:
    """At most THUMBNAIL_PX wide. Raises NoPicture."""
    try:
        with Image.open(io.BytesIO(jpeg), formats=("JPEG",)) as image:
            image.draft("RGB", (THUMBNAIL_PX * 2, THUMBNAIL_PX * 4))
            image.thumbnail((THUMBNAIL_PX, THUMBNAIL_PX * 3))
            out = io.BytesIO()
            image.convert("RGB").save(out, "JPEG", quality=82)
    except (OSError, Image.DecompressionBombError) as error:
        raise NoPicture(str(error)) from error
    return out.getvalue()


def is_pdf(data: bytes) -> bool:
    """True when it opens as a PDF with at least one page and without a password."""
    if not data.startswith(b"%PDF-"):
        return False
    try:
        with pikepdf.open(io.BytesIO(data)) as document:
            return len(document.pages) > 0
    except pikepdf.PdfError:
        return False
