"""The window as a picture."""

from __future__ import annotations

from kivy.core.window import Window
from kivy.graphics.opengl import GL_RGB, GL_UNSIGNED_BYTE, glReadPixels
from PIL import Image


def grab() -> Image.Image:
    """What has just been drawn, in window pixels."""
    width, height = Window.system_size
    pixels = glReadPixels(0, 0, width, height, GL_RGB, GL_UNSIGNED_BYTE)
    return Image.frombytes("RGB", (width, height), pixels, "raw", "RGB", 0, -1)  # the last row comes first
