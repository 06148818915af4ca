"""The whole world behind its control socket, looked at by the real drivers' libraries."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest
import serial

from drivers.emulators.control import WorldClient, WorldError
from drivers.emulators.world import World

FIND_CARD = bytes.fromhex("AAAAAA96690003200122")
CARD_FOUND = 0x9F
NO_CARD = 0x80


def find_card(port: Path) -> int:
    """The status that a SAM reader answers to "find a card"."""
    with serial.Serial(str(port), 115200, timeout=2) as line:
        line.write(FIND_CARD)
        return int(line.read(10)[9])


def test_a_card_is_found_while_it_lies_there(hand: WorldClient, running_world: World) -> None:
    port = running_world.wires.serial
    assert find_card(port) == NO_CARD
    hand.lay_card("beilin_woman")
    assert find_card(port) == CARD_FOUND
    hand.lift_card()
    assert find_card(port) == NO_CARD


def test_a_chip_card_is_seen_by_the_real_pcscd(hand: WorldClient, running_world: World) -> None:
    def card_states() -> str:
        # A process of its own: the library reads the socket's path once, when it is first imported.
        program = "from smartcard.System import readers; print([r.createConnection().connect() for r in readers()[:1]])"
        environment = {**os.environ, "PCSCLITE_CSOCK_NAME": str(running_world.wires.pcscd_socket)}
        command = [sys.executable, "-c", program]
        return subprocess.run(command, env=environment, capture_output=True, text=True, check=False).stderr

    assert "NoCardException" in card_states()
    hand.lay_card("social_security")
    deadline = time.monotonic() + 10
    while card_states():
        assert time.monotonic() < deadline, "the card was never seen"
    hand.lift_card()


def test_a_travel_document_is_read_in_the_chip_reader(hand: WorldClient, running_world: World) -> None:
    hand.lay_card("permit")
    # A process of its own: it can only ever talk to one pcscd.
    program = (
        "import sys; from threading import Event; from drivers.emulators.emrtd_documents import RECIPES;"
        "from drivers.idcard.emrtd import mrz; from drivers.idcard.emrtd.reader import EmrtdReader;"
        "reader = EmrtdReader(socket=sys.argv[1]); reader.present(mrz.parse(RECIPES['permit'].mrz_text).access);"
        "card = reader.read(timeout_s=20, cancel=Event(), on_stage=lambda _: None); print(card.kind, card.name);"
        "reader.close()"
    )
    told = subprocess.run(
        [sys.executable, "-c", program, str(running_world.wires.pcscd_socket)],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert told.split() == ["travel_permit", "陈浩贤"]
    hand.lift_card()


def test_an_unplugged_reader_has_no_port(hand: WorldClient, running_world: World) -> None:
    hand.reader(is_in=False)
    assert not running_world.wires.serial.exists()
    hand.reader(is_in=True)
    assert find_card(running_world.wires.serial) == NO_CARD


def test_the_camera_streams_until_it_is_unplugged(hand: WorldClient, running_world: World) -> None:
    hand.lay_sheet("residence_proof")
    with urllib.request.urlopen(running_world.wires.camera_url, timeout=5) as stream:
        assert b"\xff\xd8" in stream.read(2000)
    hand.camera(is_in=False)
    with pytest.raises(urllib.error.URLError):
        urllib.request.urlopen(running_world.wires.camera_url, timeout=5)


def test_a_printed_document_can_be_laid_under_the_camera(
    hand: WorldClient, running_world: World, tmp_path: Path
) -> None:
    with pytest.raises(WorldError, match="only 0 documents"):
        hand.lay_printed()
    page = tmp_path / "page.pdf"
    subprocess.run(["gs", "-q", "-sDEVICE=pdfwrite", "-sPAPERSIZE=a4", f"-o{page}", "-c", "showpage"], check=True)
    wires = running_world.wires
    subprocess.run(["lp", "-h", str(wires.cups_socket), "-d", wires.queue, str(page)], check=True, capture_output=True)
    deadline = time.monotonic() + 20
    while not hand.state()["printed"]:
        assert time.monotonic() < deadline, "nothing came out of the printer"
        time.sleep(0.05)
    hand.lay_printed()
    assert hand.state()["sheet"] == "printed"


def test_paper_and_printer_move_together(hand: WorldClient) -> None:
    hand.paper(is_in=False)
    hand.printer("jam")
    hand.printer("ok")
    assert (hand.state()["paper"], hand.state()["printer"]) == ("out", "ok")
    hand.paper(is_in=True)
    hand.printer("dead")
    assert hand.state()["printer"] == "dead"


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ({"do": "dance"}, "do dance: not one of lay_card"),
        ({"do": "lay_card", "card": "nobody"}, "card nobody: not one of"),
        ({"do": "network", "state": "blue"}, "state blue: not one of up, cut"),
        ({"do": "lay_sheet", "path": "no-such.jpg"}, "no such file"),
    ],
)
def test_a_senseless_command_is_refused_with_what_makes_sense(
    hand: WorldClient, words: dict[str, str], told: str
) -> None:
    with pytest.raises(WorldError, match=told):
        hand.ask(**words)


def test_the_world_ends_whole_when_asked() -> None:
    with tempfile.TemporaryDirectory(prefix="world-") as folder:
        program = subprocess.Popen(
            [sys.executable, "-m", "drivers.emulators", "--dir", folder],
            stdout=subprocess.PIPE,
            text=True,
            cwd=Path(__file__).resolve().parents[2],
            start_new_session=True,
        )
        assert program.stdout is not None
        with program.stdout:
            assert program.stdout.readline() == "ready\n"
        with WorldClient(Path(folder) / "control.sock") as hand:
            print_room = Path(os.path.realpath(hand.state()["wires"]["cups_socket"])).parent
            hand.quit()
        assert program.wait(timeout=20) == 0
        assert not print_room.exists()
        assert not list(Path(folder).iterdir())
