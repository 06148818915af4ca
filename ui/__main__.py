"""The kiosk's screen: `python -m ui --config KIOSK.toml [--probe SOCKET] [--size WxH] [--offscreen]`.

A root: reads configuration, chooses the devices, puts the parts together and hands them to the window.
"""

from __future__ import annotations

import argparse
import logging
import signal
import sys
import time
from datetime import datetime
from pathlib import Path

import config
from config.language import TextError, load_texts
from config.load import ConfigError, load_catalogue, load_kiosk
from config.schema import KioskSettings
from drivers import registry
from kiosk.catalogue import Catalogue
from kiosk.link import Link
from kiosk.memory import share_pools
from kiosk.outbox import Outbox, SpoolBusy
from kiosk.outbox.record import Place
from kiosk.parts import Parts
from packet.errors import BadKey
from packet.filing_number import BEIJING
from packet.seal import AgeSealer
from ui.environment import prepare
from ui.input_method.dictionary import PLACE as DICTIONARY
from ui.input_method.dictionary import Dictionary, DictionaryMissing
from ui.input_method.lattice import Lattice
from ui.input_method.protocol import InputMethod
from ui.theme import Panel

CATALOGUE = Path(config.__file__).parent
CONSENT_VERSION = "2026-1"
"""Of the texts `consent.*`; goes into every packet. Change it with them."""


class WallClock:
    """The one clock of the process."""

    def monotonic(self) -> float:
        return time.monotonic()

    def now(self) -> datetime:
        return datetime.now(BEIJING)


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m ui", description=__doc__)
    parser.add_argument("--config", type=Path, required=True)
    parser.add_argument("--probe", type=Path, help="unix socket for tests; never on a real kiosk")
    parser.add_argument("--size", help="WIDTHxHEIGHT in pixels instead of the configured screen")
    parser.add_argument("--offscreen", action="store_true", help="draw without any display server")
    chosen = parser.parse_args(arguments)
    share_pools()
    logging.basicConfig(level=logging.INFO, stream=sys.stderr, format="%(name)s %(levelname)s %(message)s")
    try:
        settings = load_kiosk(chosen.config)
        catalogue = Catalogue(load_catalogue(CATALOGUE))
        texts = load_texts()
        parts = _parts(settings, catalogue)
    except (ConfigError, TextError, BadKey, SpoolBusy, ValueError, registry.BackendUnavailable) as wrong:
        sys.stderr.write(f"{wrong}\n")
        return 1
    panel = _panel(settings, chosen.size)
    prepare(
        width=panel.width_px,
        height=panel.height_px,
        full_screen=settings.screen.full_screen and not chosen.size and not chosen.offscreen,
        offscreen=chosen.offscreen,
    )
    logging.getLogger("kivy").setLevel(logging.WARNING)
    from ui.app import App  # Kivy looks at its environment when it is imported

    app = App(parts, texts=texts, panel=panel, now=parts.clock.now, input_method=_input_method(), probe=chosen.probe)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: app.stop())
    return app.run()


def _parts(settings: KioskSettings, catalogue: Catalogue) -> Parts:
    clock = WallClock()
    return Parts(
        catalogue=catalogue,
        kiosk_id=settings.kiosk_id,
        centre=settings.centre,
        idle_warning_s=settings.screen.idle_warning_s,
        idle_answer_s=settings.screen.idle_answer_s,
        clock=clock,
        card_readers=tuple(registry.id_card_reader(row.backend, row.options) for row in settings.card_readers),
        camera=registry.camera(settings.camera.backend, settings.camera.options),
        decoder=registry.code_decoder(),
        printer=registry.printer(settings.printer.backend, settings.printer.options),
        outbox=Outbox(
            settings.data_dir,
            place=Place(
                kiosk_id=settings.kiosk_id,
                receiving_locality=settings.centre.locality,
                catalogue_digest=catalogue.digest,
                consent_version=CONSENT_VERSION,
                receiving_centre=settings.centre.name.zh,
                first_responsible=settings.centre.first_responsible,
                first_responsible_phone=settings.centre.phone,
            ),
            sealer=AgeSealer(settings.city.recipients),
            recipients_epoch=settings.city.recipients_epoch,
            clock=clock.now,
        ),
        link=Link(settings.data_dir),
    )


def _input_method() -> InputMethod | None:
    """Without a dictionary the kiosk still serves: search by initials and everything that needs no typing goes on."""
    try:
        return Lattice(Dictionary(DICTIONARY))
    except DictionaryMissing as missing:
        logging.getLogger("ui").error("pinyin_dictionary_missing %s", missing)
        return None


def _panel(settings: KioskSettings, size: str | None) -> Panel:
    """Pixels may be chosen anew; a millimetre stays as many pixels as on the configured panel's short side."""
    screen = settings.screen
    if size is None:
        return Panel(screen.width_px, screen.height_px, screen.width_mm)
    width, _, height = size.partition("x")
    panel = Panel(int(width), int(height), screen.width_mm)
    mm_per_px = min(screen.width_px, screen.height_px) * screen.width_mm / screen.width_px
    return Panel(panel.width_px, panel.height_px, panel.width_px * mm_per_px / min(panel.width_px, panel.height_px))


if __name__ == "__main__":
    sys.exit(main())
