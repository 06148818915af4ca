"""The devices that the shipped settings name can be made: no option is misspelt."""

from __future__ import annotations

from pathlib import Path

from config.load import load_kiosk
from drivers import registry


def test_every_device_of_the_shipped_settings_can_be_made() -> None:
    settings = load_kiosk(Path(__file__).parents[2] / "config" / "kiosk.toml")
    devices = [
        *(registry.id_card_reader(row.backend, row.options) for row in settings.card_readers),
        registry.camera(settings.camera.backend, settings.camera.options),
        registry.printer(settings.printer.backend, settings.printer.options),
    ]
    for device in devices:
        device.close()
    assert len(devices) == 4
