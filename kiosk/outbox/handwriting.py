"""The finger's strokes as a picture for the people who compare it with the paper."""

from __future__ import annotations

import io

from PIL import Image, ImageDraw

from kiosk.dossier import Signature

_WIDTH_PX = 1200
_OVERSAMPLE = 2
_PEN = 0.006  # of the width: about a ball pen's line when the field is printed 15 cm wide
_MARGIN = 0.04


def signature_as_png(signature: Signature) -> bytes:
    """Black on white, 1200 px wide, as high as the strokes reach. Raises ValueError when nothing was drawn."""
    points = [point for stroke in signature.strokes for point in stroke]
    if not points:
        raise ValueError("an empty signature")
    scale = _WIDTH_PX * _OVERSAMPLE
    height = min(1.0, max(y for _, y in points) + _MARGIN)
    picture = Image.new("L", (scale, max(_OVERSAMPLE, round(height * scale))), 255)
    draw = ImageDraw.Draw(picture)
    pen = max(1, round(_PEN * scale))
    for stroke in signature.strokes:
        path = [(x * scale, y * scale) for x, y in stroke]
        if len(path) > 1:
            draw.line(path, fill=0, width=pen, joint="curve")
        for x, y in (path[0], path[-1]) if path else ():
            draw.ellipse((x - pen / 2, y - pen / 2, x + pen / 2, y + pen / 2), fill=0)
    smooth = picture.resize((_WIDTH_PX, max(1, picture.height // _OVERSAMPLE)), Image.Resampling.BOX)
    out = io.BytesIO()
    smooth.save(out, "PNG", optimize=True)
    return out.getvalue()
