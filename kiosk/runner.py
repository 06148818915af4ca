"""The runner: keeps the session, and lets the world do what `advance` asks for, each device on its own lane."""

from __future__ import annotations

import gc
from collections.abc import Callable
from queue import Empty, SimpleQueue
from typing import TypeAlias

from kiosk.advance import advance
from kiosk.effects import (
    AskProgress,
    CaptureNow,
    Effect,
    FetchAndPrintNotice,
    NoteReceipt,
    PrintGuide,
    PrintReceipt,
    ReadCard,
    Seal,
    StopDevices,
    StopPrinting,
    WatchCode,
    WatchPage,
    Wipe,
)
from kiosk.events import Event, FromLane, ReceiptFound, Tick
from kiosk.jobs import camera, card, city, filing, printing
from kiosk.lanes import Job, Lane
from kiosk.parts import Parts
from kiosk.scanning.preview import PreviewSlot
from kiosk.session import Session
from kiosk.step import Context
from kiosk.visit import first
from paper.render import Rendered

OnChange: TypeAlias = Callable[[Session], None]


class Runner:
    """Owned by the main thread; every method is called there.

    `wake` is called on any thread when news has come: it must arrange that `drain` is called soon on the main thread
    (Kivy: a `Clock.create_trigger`). `tick` wants to be called about once a second.
    """

    def __init__(self, parts: Parts, *, wake: Callable[[], None] = lambda: None) -> None:
        self._parts = parts
        self._wake = wake
        self._inbox: SimpleQueue[FromLane] = SimpleQueue()
        self._listeners: list[OnChange] = []
        self.session = first(number=1, now_s=parts.clock.monotonic())
        self._card = Lane("card", self._post)
        self._camera = Lane("camera", self._post)
        self._printer = Lane("printer", self._post)
        self._sealer = Lane("sealer", self._post)
        self._link = Lane("link", self._post)
        self._lanes = (self._card, self._camera, self._printer, self._sealer, self._link)
        self._watch = camera.Watch(parts)
        self._look_for_unproven_receipt()

    @property
    def parts(self) -> Parts:
        return self._parts

    @property
    def preview(self) -> PreviewSlot:
        return self._parts.preview

    def on_change(self, listener: OnChange) -> None:
        """`listener` is told every new session, on the main thread."""
        self._listeners.append(listener)

    def send(self, event: Event) -> None:
        parts = self._parts
        context = Context(
            catalogue=parts.catalogue,
            idle_warning_s=parts.idle_warning_s,
            idle_answer_s=parts.idle_answer_s,
            wall=parts.clock.now(),
        )
        before = self.session
        self.session, effects = advance(before, event, context)
        del event
        is_changed = self.session != before
        del before
        for effect in effects:
            self._carry_out(effect)
        del effects
        if is_changed:
            for listener in tuple(self._listeners):
                listener(self.session)

    def tick(self) -> None:
        self.send(Tick(self._parts.clock.monotonic()))

    def drain(self) -> int:
        """Take everything that the lanes have told since the last time; answers how much it was."""
        taken = 0
        while True:
            try:
                news = self._inbox.get_nowait()
            except Empty:
                return taken
            taken += 1
            self.send(news)

    def is_quiet(self) -> bool:
        """Nothing runs on any lane and nothing waits in the inbox."""
        return self._inbox.empty() and all(lane.wait_idle(0.0) for lane in self._lanes)

    def close(self) -> None:
        """Stop every lane and let the devices go. May be called twice."""
        for lane in self._lanes:
            lane.stop()
        for lane in self._lanes:
            lane.close()
        self._watch.close()
        for reader in self._parts.card_readers:
            reader.close()
        self._parts.printer.close()

    def _look_for_unproven_receipt(self) -> None:
        stored = self._parts.outbox.unproven_receipt()
        if stored is not None:
            self.send(ReceiptFound(stored.filing, stored.item_code, stored.locality, stored.page_counts))

    def _post(self, news: FromLane) -> None:
        self._inbox.put(news)
        self._wake()

    # --- effects --------------------------------------------------------------------------------------------------

    def _carry_out(self, effect: Effect) -> None:
        match effect:
            case ReadCard(ticket):
                self._start(self._card, card.read_card(self._parts.card_readers), ticket)
            case WatchPage(ticket):
                self._start(self._camera, self._watch.page(effect), ticket)
            case CaptureNow():
                self._watch.capture_now()
            case WatchCode(ticket):
                self._start(self._camera, self._watch.code(), ticket)
            case StopDevices():
                self._release_devices()
            case StopPrinting():
                self._stop_printing()
            case Seal(ticket):
                self._start(self._sealer, filing.seal(self._parts.outbox, self._parts.link, effect), ticket)
            case NoteReceipt():
                self._start(self._sealer, filing.note_receipt(self._parts.outbox, effect), 0)
            case PrintReceipt(ticket):
                self._start(self._printer, printing.print_receipt(self._parts, effect), ticket)
            case PrintGuide(ticket):
                self._start(self._printer, printing.print_guide(self._parts, effect), ticket)
            case FetchAndPrintNotice():
                self._fetch_and_print(effect)
            case AskProgress(ticket):
                self._start(self._link, city.ask_progress(self._parts.link, effect), ticket)
            case Wipe():
                self._wipe()

    def _start(self, lane: Lane, job: Job, ticket: int) -> None:
        lane.start(job, session=self.session.number, ticket=ticket)

    def _fetch_and_print(self, effect: FetchAndPrintNotice) -> None:
        session = self.session.number

        def then(notice: Rendered) -> None:
            job = printing.print_notice(self._parts, notice)
            self._printer.start(job, session=session, ticket=effect.ticket)

        self._start(self._link, city.fetch_notice(self._parts.link, effect, then=then), effect.ticket)

    def _release_devices(self) -> None:
        self._card.stop()
        self._start(self._camera, self._watch.release(), 0)

    def _stop_printing(self) -> None:
        self._link.stop()
        self._printer.stop()

    def _wipe(self) -> None:
        """Everything but the sealer stops: what was handed in must reach the spool, and holds on to nothing after."""
        self._release_devices()
        self._stop_printing()
        self._parts.preview.clear()
        gc.collect()
