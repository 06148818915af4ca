"""The whole world in front of the kiosk, for the real drivers: every emulator, and one hand that moves them all.

Under `folder` stand the ends of the wires, at names that do not change: `sam.tty`, `cups.sock`,
`pcscd/pcscd.comm` and `control.sock`. `World.wires` tells the rest.
"""

from __future__ import annotations

import contextlib
import shutil
import subprocess
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Self, TypeVar

import cv2
import numpy as np

from drivers.emulators import cards, emrtd_documents, lens, sheets
from drivers.emulators.artwork import DPI
from drivers.emulators.camera import CameraEmulator
from drivers.emulators.control import ControlServer, Words, WorldError
from drivers.emulators.cups import PrintRoom
from drivers.emulators.emrtd_card import EmrtdApplication
from drivers.emulators.holder import Holder
from drivers.emulators.network import NetworkLink
from drivers.emulators.pcscd import PrivatePcscd
from drivers.emulators.sam import SamEmulator
from drivers.emulators.virtual_card import SocialSecurityApplication, VirtualCard
from drivers.idcard.nations import nation_name
from drivers.protocols import CardData, CardKind, Image

_Row = TypeVar("_Row")

_CARD_TITLES = {
    CardKind.RESIDENT: "身份证",
    CardKind.HK_MO_TW_PERMIT: "港澳台居住证",
    CardKind.FOREIGNER_2017: "外国人永居证",
    CardKind.FOREIGNER_2023: "外国人永居证（新版）",
    CardKind.SOCIAL_SECURITY: "社保卡",
}
_DOCUMENTS = {
    "passport_pace": "护照",
    "passport_expired": "过期的护照",
    "passport_cloned": "芯片被复制的护照",
    "permit": "陈浩贤 通行证",
}
"""Of `emrtd_documents`, by key and title."""

DEFAULT_SLOW = 50_000  # bytes a second


@dataclass(frozen=True)
class Wires:
    """Where the real drivers and the courier find the world."""

    serial: Path
    pcscd_socket: Path
    camera_url: str
    cups_socket: Path
    queue: str
    printer_uri: str
    network_port: int


class World:
    """Everything outside the kiosk's case. `start`, then `answer` commands; `close` leaves no process and no file."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._ended = threading.Event()
        self._open = contextlib.ExitStack()
        self._card = ""
        self._chip_card: VirtualCard | None = None
        self._holder = sheets.DEFAULT_HOLDER
        self._sheet = ""
        self._paper_in = True
        self._printer = "ok"
        self._reader_in = True
        self._laid = 0

    def start(self) -> None:
        """Start every part, side by side. Raises what a part raises, after ending the others."""
        with contextlib.ExitStack() as opened:
            self._sam = SamEmulator(self._folder / "sam.tty")
            self._sam.plug()
            opened.callback(self._sam.unplug)
            self._network = opened.enter_context(NetworkLink())
            self._pcscd = PrivatePcscd(self._subfolder("pcscd"))
            opened.callback(self._pcscd.stop)
            opened.callback(self._lift_card, {})
            self._print_room = PrintRoom()
            opened.callback(self._print_room.stop)
            with ThreadPoolExecutor() as pool:
                camera = pool.submit(CameraEmulator)
                others = [pool.submit(self._print_room.start), pool.submit(self._pcscd.start)]
                self._camera = opened.enter_context(camera.result())
                for other in others:
                    other.result()
            self._link("cups.sock", self._print_room.socket_path)
            control = ControlServer(self.control_path, self.answer)
            opened.callback(control.close)
            self._open = opened.pop_all()

    def close(self) -> None:
        self._open.close()
        (self._folder / "cups.sock").unlink(missing_ok=True)
        shutil.rmtree(self._folder / "pcscd", ignore_errors=True)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def control_path(self) -> Path:
        return self._folder / "control.sock"

    @property
    def wires(self) -> Wires:
        return Wires(
            serial=self._sam.link,
            pcscd_socket=self._pcscd.socket_path,
            camera_url=self._camera.url,
            cups_socket=self._folder / "cups.sock",
            queue=self._print_room.queue,
            printer_uri=self._print_room.device_uri,
            network_port=self._network.port,
        )

    def wait(self) -> None:
        """Until somebody says `quit`, or `end` is called."""
        # In slices: a signal's handler runs between two of them, never inside one wait.
        while not self._ended.wait(0.2):
            pass

    def end(self) -> None:
        self._ended.set()

    # --- commands -----------------------------------------------------------------------------------------------

    def answer(self, words: Words) -> Words:
        """Carry out one command. Raises WorldError when it makes no sense."""
        commands: dict[str, Callable[[Words], Words | None]] = {
            "lay_card": self._lay_card,
            "lift_card": self._lift_card,
            "lay_sheet": self._lay_sheet,
            "take_sheet": self._take_sheet,
            "paper": self._move_paper,
            "printer": self._move_printer,
            "camera": self._move_camera,
            "reader": self._move_reader,
            "network": self._move_network,
            "offers": self._offers,
            "state": self._state,
            "quit": self._quit,
        }
        return _row(commands, words, "do")(words) or {}

    def _lay_card(self, words: Words) -> None:
        """Social security cards and travel documents go into the chip reader, the others lie on the SAM reader."""
        key = words.get("card")
        _row({**cards.CARDS, **_DOCUMENTS}, words, "card")
        self._lift_card(words)
        if key in _DOCUMENTS:
            self._insert(VirtualCard(EmrtdApplication(emrtd_documents.chip(str(key)))))
            self._card, self._holder = str(key), sheets.DEFAULT_HOLDER
            return
        card = cards.CARDS[str(key)]
        if card.kind is CardKind.SOCIAL_SECURITY:
            self._insert(VirtualCard(SocialSecurityApplication(card)))
        else:
            self._sam.lay(cards.emulated(card))
        self._card, self._holder = str(key), holder_of(card)

    def _insert(self, card: VirtualCard) -> None:
        self._chip_card = card
        card.insert(self._pcscd.ports[0])

    def _lift_card(self, _words: Words) -> None:
        self._sam.lift()
        if self._chip_card is not None:
            self._chip_card.remove()
            self._chip_card = None
        self._card = ""

    def _lay_sheet(self, words: Words) -> None:
        """`sheet` of ours, `path` of a photograph, or the `printed` document of that number."""
        if "path" in words:
            path = Path(str(words["path"]))
            if not path.is_file():
                raise WorldError(f"path {path}: no such file")
            self._camera.lay_sheet(path)
            self._sheet = path.name
            return
        if "printed" in words:
            picture, name = _first_page(self._printed_document(int(words["printed"]))), "printed"
        else:
            _row(sheets.KINDS, words, "sheet")
            name = str(words["sheet"])
            picture = sheets.sheet(name, person=self._holder)
        self._laid += 1
        self._camera.lay_sheet(lens.see(picture, seed=self._laid, **_hand(self._laid), **words.get("view", {})))
        self._sheet = name

    def _take_sheet(self, _words: Words) -> None:
        self._camera.take_sheet()
        self._sheet = ""

    def _move_paper(self, words: Words) -> None:
        self._paper_in = _one_of(words, "state", "in", "out") == "in"
        self._print_room.paper(is_in=self._paper_in)

    def _move_printer(self, words: Words) -> None:
        match _one_of(words, "state", "ok", "jam", "cover_open", "toner_out", "dead", "alive"):
            case "dead":
                self._print_room.kill_printer()
                self._printer = "dead"
            case "alive" | "ok":
                self._print_room.revive_printer()
                self._print_room.clear()
                self._print_room.paper(is_in=self._paper_in)
                self._printer = "ok"
            case fault:
                self._print_room.fault(fault, is_there=True)
                self._printer = fault

    def _move_camera(self, words: Words) -> None:
        if _one_of(words, "state", "in", "out") == "in":
            self._camera.plug()
        else:
            self._camera.unplug()

    def _move_reader(self, words: Words) -> None:
        self._reader_in = _one_of(words, "state", "in", "out") == "in"
        if self._reader_in:
            self._sam.plug()
        else:
            self._sam.unplug()

    def _move_network(self, words: Words) -> None:
        match _one_of(words, "state", "up", "cut", "slow", "silent", "break", "lead"):
            case "up":
                self._network.up()
            case "cut":
                self._network.cut()
            case "slow":
                self._network.slow(float(words.get("bytes_per_s", DEFAULT_SLOW)))
            case "silent":
                self._network.silence()
            case "break":
                self._network.break_after(int(words["after"]))
            case "lead":
                self._network.lead_to(str(words["host"]), int(words["port"]))

    def _offers(self, _words: Words) -> Words:
        """What can be laid, by key and title: for menus."""
        return {
            "cards": {
                key: f"{card.name or card.latin_name} {_CARD_TITLES[card.kind]}" for key, card in cards.CARDS.items()
            }
            | _DOCUMENTS,
            "sheets": {key: kind.title for key, kind in sheets.KINDS.items()},
        }

    def _state(self, _words: Words) -> Words:
        return {
            "card": self._card,
            "sheet": self._sheet,
            "reader": "in" if self._reader_in else "out",
            "camera": "in" if self._camera.is_plugged else "out",
            "paper": "in" if self._paper_in else "out",
            "printer": self._printer,
            "network": self._network.line.value,
            "sent_bytes": self._network.sent_bytes,
            "printed": [str(path) for path in self._print_room.printed_files()],
            "wires": {
                name: value if isinstance(value, int) else str(value) for name, value in asdict(self.wires).items()
            },
        }

    def _quit(self, _words: Words) -> None:
        self.end()

    def _printed_document(self, number: int) -> Path:
        printed = self._print_room.printed_files()
        try:
            return printed[number]
        except IndexError:
            raise WorldError(f"printed {number}: only {len(printed)} documents came out of the printer") from None

    def _subfolder(self, name: str) -> Path:
        folder = self._folder / name
        folder.mkdir()
        return folder

    def _link(self, name: str, target: Path) -> None:
        link = self._folder / name
        link.unlink(missing_ok=True)
        link.symlink_to(target)


def _row(table: Mapping[str, _Row], words: Words, key: str) -> _Row:
    name = words.get(key)
    if name not in table:
        raise WorldError(f"{key} {name}: not one of {', '.join(table)}")
    return table[str(name)]


def _one_of(words: Words, key: str, *names: str) -> str:
    name = words.get(key)
    if name not in names:
        raise WorldError(f"{key} {name}: not one of {', '.join(names)}")
    return str(name)


def holder_of(card: CardData) -> Holder:
    """The same person as the papers know them."""
    return Holder(name=card.name, number=card.number, address=card.address, nation=nation_name(card.nation) or "汉")


def _hand(seed: int) -> dict[str, object]:
    """Nobody lays a sheet quite straight: a little turned and shifted, differently each time."""
    dice = np.random.default_rng(seed)
    return {
        "rotation_deg": float(dice.uniform(-4, 4)),
        "shift_mm": (float(dice.uniform(-6, 6)), float(dice.uniform(-6, 6))),
    }


def _first_page(document: Path) -> Image:
    """The first page of a printed PDF at the resolution of a sheet. Raises WorldError when it is no PDF."""
    outcome = subprocess.run(
        ["pdftoppm", "-r", str(DPI), "-f", "1", "-l", "1", "-png", str(document)], capture_output=True, check=False
    )
    if outcome.returncode != 0 or not outcome.stdout:
        raise WorldError(f"{document.name}: {outcome.stderr.decode(errors='replace').strip() or 'no page'}")
    picture = cv2.imdecode(np.frombuffer(outcome.stdout, np.uint8), cv2.IMREAD_COLOR)
    return np.asarray(picture, np.uint8)
