"""The program that talks to cupsd for us: libcups can hang or crash, and then only this process is lost.

Run as a script by `drivers.printer.spooler`, on one end of a socket pair; it imports nothing of ours. Each request is
`(call, arguments)`, each answer `("done", value)` or `("failed", word, detail)` with a word of `WORDS`.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from multiprocessing.connection import Connection
from typing import Any
from urllib.parse import urlsplit

import cups  # type: ignore[import-not-found, import-untyped, unused-ignore]  # pycups has no types

WORDS = ("spooler_down", "device_down", "refused", "gone", "error")

_SERVICE_UNAVAILABLE = 0x0502
_NOT_FOUND = 0x0406
_NOT_POSSIBLE = 0x0404
_NOT_ACCEPTING = 0x0506

# `page-logging=off` keeps CUPS's filters from counting pages: what is counted then was counted by the printer.
_OPTIONS = {"media": "iso_a4_210x297mm", "sides": "one-sided", "copies": "1", "page-logging": "off"}


class Desk:
    """The calls, each on a connection of its own: a restarted cupsd never leaves us with a dead one."""

    def __init__(self, socket_path: str, queue: str) -> None:
        self._socket_path = socket_path
        self._queue = queue

    def queue(self) -> dict[str, Any]:
        wanted = ["printer-state", "printer-state-reasons", "printer-state-message", "printer-is-accepting-jobs"]
        found = self._connect().getPrinterAttributes(self._queue, requested_attributes=wanted)
        return {
            "state": int(found["printer-state"]),
            "reasons": _words(found.get("printer-state-reasons")),
            "message": str(found.get("printer-state-message") or ""),
            "accepting": bool(found.get("printer-is-accepting-jobs", True)),
        }

    def create(self, title: str) -> int:
        return int(self._connect().createJob(self._queue, title, _OPTIONS))

    def send(self, job: int, document: bytes) -> None:
        connection = self._connect()
        connection.startDocument(self._queue, job, "document", "application/pdf", 1)
        connection.writeRequestData(document, len(document))
        connection.finishDocument(self._queue)

    def job(self, job: int) -> dict[str, Any]:
        wanted = [
            "job-state", "job-printer-state-reasons", "job-printer-state-message", "job-impressions-completed",
            "job-media-sheets-completed", "time-at-processing",
        ]  # fmt: skip
        found = self._connect().getJobAttributes(job, requested_attributes=wanted)
        counts = (found.get("job-impressions-completed"), found.get("job-media-sheets-completed"))
        return {
            "state": int(found["job-state"]),
            "started_at": int(found.get("time-at-processing") or 0),
            "reasons": _words(found.get("job-printer-state-reasons")),
            "message": str(found.get("job-printer-state-message") or ""),
            "counted": max((int(count) for count in counts if isinstance(count, int)), default=0),
        }

    def cancel(self, job: int) -> None:
        self._connect().cancelJob(job, purge_job=False)

    def purge(self, job: int) -> None:
        self._connect().cancelJob(job, purge_job=True)

    def unfinished(self) -> list[int]:
        """Our own jobs that still wait or run in this queue."""
        connection = self._connect()
        jobs = connection.getJobs(
            which_jobs="not-completed", my_jobs=True, requested_attributes=["job-id", "job-printer-uri"]
        )
        return [job for job, found in jobs.items() if found["job-printer-uri"].endswith(f"/{self._queue}")]

    def device(self, uri: str) -> dict[str, Any]:
        """What the printer says of itself, past the spooler."""
        address = urlsplit(uri)
        try:
            connection = cups.Connection(host=address.hostname or "", port=address.port or 631)
            found = connection.getPrinterAttributes(
                uri=uri, requested_attributes=["printer-state", "printer-state-reasons"]
            )
        except (RuntimeError, cups.IPPError) as error:
            raise _DeviceDownError(str(error)) from error
        return {"state": int(found["printer-state"]), "reasons": _words(found.get("printer-state-reasons"))}

    def _connect(self) -> Any:
        return cups.Connection(host=self._socket_path)


class _DeviceDownError(Exception):
    pass


def serve(pipe: Connection, desk: Desk) -> None:
    """Answer until the other end is gone."""
    calls: Mapping[str, Callable[..., Any]] = {
        name: getattr(desk, name)
        for name in ("queue", "create", "send", "job", "cancel", "purge", "unfinished", "device")
    }
    while True:
        try:
            call, arguments = pipe.recv()
        except EOFError:
            return
        try:
            answer: tuple[Any, ...] = ("done", calls[call](**arguments))
        except _DeviceDownError as error:
            answer = ("failed", "device_down", str(error))
        except cups.IPPError as error:
            answer = ("failed", _word(error.args[0]), f"{error.args[0]:#06x} {error.args[1]}")
        except RuntimeError as error:  # pycups: no connection to cupsd
            answer = ("failed", "spooler_down", str(error))
        except Exception as error:  # the other end must not wait for an answer in vain
            answer = ("failed", "error", f"{type(error).__name__}: {error}")
        pipe.send(answer)


def _word(status: int) -> str:
    if status == _SERVICE_UNAVAILABLE:
        return "spooler_down"
    if status in (_NOT_FOUND, _NOT_POSSIBLE):
        return "gone"
    return "refused" if status == _NOT_ACCEPTING else "error"


def _words(value: object) -> list[str]:
    """pycups gives a list, one bare word, or nothing, for the same attribute."""
    words = [value] if isinstance(value, str) else list(value) if isinstance(value, list) else []
    return sorted({word for word in words if word != "none"})


if __name__ == "__main__":
    serve(Connection(int(sys.argv[1])), Desk(sys.argv[2], sys.argv[3]))
