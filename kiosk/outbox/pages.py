"""The pages of one material as a PDF around the very JPEG bytes of the scan: nothing is encoded twice."""

from __future__ import annotations

import img2pdf

from kiosk.dossier import Page

_POINTS_PER_INCH = 72


def pages_as_pdf(pages: tuple[Page, ...]) -> bytes:
    """Every page in its true size, by its own resolution. Raises ValueError for bytes that are no JPEG."""
    sizes = iter([_size_in_points(page) for page in pages])

    def layout(_width_px: int, _height_px: int, _dpi: tuple[float, float]) -> tuple[float, float, float, float]:
        width, height = next(sizes)
        return width, height, width, height

    try:
        document: bytes = img2pdf.convert(
            [page.jpeg for page in pages],
            layout_fun=layout,
            engine=img2pdf.Engine.internal,
            nodate=True,
            producer="tongban",
        )
    except img2pdf.ImageOpenError:
        raise ValueError("a page is no picture") from None
    return document


def _size_in_points(page: Page) -> tuple[float, float]:
    return page.width_px / page.dpi * _POINTS_PER_INCH, page.height_px / page.dpi * _POINTS_PER_INCH
