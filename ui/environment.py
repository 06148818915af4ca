"""What Kivy must be told before it is imported for the first time."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path


def prepare(*, width: int, height: int, full_screen: bool = False, offscreen: bool = False, fps: int = 60) -> None:
    """Set Kivy up for a kiosk: no configuration files, no arguments, one input provider, no way out by keys.

    Call before anything of `ui` that imports Kivy. `offscreen` draws without any display server.
    """
    home = Path(os.environ.get("KIVY_HOME") or Path(tempfile.gettempdir()) / f"kivy-home-{os.getuid()}")
    home.mkdir(exist_ok=True)
    os.environ.update(
        KIVY_NO_CONFIG="1",
        KIVY_NO_ARGS="1",
        KIVY_NO_FILELOG="1",
        KIVY_HOME=str(home),
        KIVY_LOG_MODE="PYTHON",  # leaves logging and stderr alone: at error level Kivy would swallow tracebacks
        SDL_MOUSE_FOCUS_CLICKTHROUGH="1",
        SDL_VIDEO_ALLOW_SCREENSAVER="0",
    )
    if offscreen:
        os.environ["SDL_VIDEODRIVER"] = "offscreen"
    from kivy.config import Config

    graphics = {
        "width": width,
        "height": height,
        "borderless": 1,
        "resizable": 0,
        "multisamples": 0,
        "maxfps": fps,
        "position": "custom",
        "left": 0,
        "top": 0,
        "fullscreen": 1 if full_screen else 0,
        "show_cursor": 0 if full_screen else 1,
    }
    for key, value in graphics.items():
        Config.set("graphics", key, str(value))
    Config.set("kivy", "exit_on_escape", "0")
    Config.set("kivy", "log_level", "warning")
    Config.set("kivy", "keyboard_mode", "")
    Config.remove_option("input", "%(name)s")  # without a file Kivy adds a second provider: every touch twice
    Config.set("input", "mouse", "mouse,disable_multitouch")
    Config.set("postproc", "double_tap_time", "0")
