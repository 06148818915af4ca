"""The print room: a real, private cupsd and a virtual IPP printer, with controls for all that goes wrong with paper.

Both daemons run without privileges, listen on a unix socket and on loopback only, and keep everything in one folder.
What the printer received lies as files in `received`: that is the paper which came out.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import tempfile
import threading
import urllib.request
from collections.abc import Callable
from functools import partial
from pathlib import Path
from types import TracebackType

from drivers.emulators import shim
from drivers.emulators.daemons import Daemon, free_port, hand_over, program, until

QUEUE = "A4"
PDF = "application/pdf"
PWG_RASTER = "image/pwg-raster"
FAULTS = ("paper_out", "jam", "cover_open", "toner_out")
"""What people can mend. All but the first have their IPP keyword in `paper_path.sh`."""

_REASONS = {"jam": "media-jam", "cover_open": "cover-open", "toner_out": "toner-empty"}
_SHEETS = 250
_HERE = Path(__file__).parent


class PrintRoom:
    """A spooler with one queue and the printer behind it.

    `document_format` is the only one the printer takes: PDF, or PWG raster as most office printers do. Use as a
    context manager, or `start` and `stop`; `stop` leaves no process and no folder. Controls may be called from any
    thread and take effect before they return, also on an idle printer.
    """

    def __init__(self, *, document_format: str = PDF) -> None:
        self._format = document_format
        self._lock = threading.RLock()
        self._folder: Path | None = None
        self._spooler: Daemon | None = None
        self._printer: Daemon | None = None
        self._warden: subprocess.Popen[bytes] | None = None
        self._port = 0

    # --- where things are ---------------------------------------------------------------------------------------

    @property
    def folder(self) -> Path:
        if self._folder is None:
            raise RuntimeError("the print room is not started")
        return self._folder

    @property
    def socket_path(self) -> Path:
        """Where the private cupsd listens."""
        return self.folder / "cups.sock"

    @property
    def queue(self) -> str:
        return QUEUE

    @property
    def device_uri(self) -> str:
        """The printer itself, past the spooler."""
        return f"ipp://localhost:{self._port}/ipp/print"

    @property
    def spool_folder(self) -> Path:
        return self.folder / "spool"

    def printed(self) -> tuple[bytes, ...]:
        """Every document that came out, oldest first, as PDF."""
        return tuple(self._as_pdf(path) for path in self.printed_files())

    def printed_files(self) -> tuple[Path, ...]:
        """The documents as the printer received them (`.pdf` or `.pwg`), oldest first."""
        return tuple(sorted((self.folder / "received").glob("[!.]*")))

    # --- life ---------------------------------------------------------------------------------------------------

    def start(self) -> None:
        """Raises FileNotFoundError (program missing), TimeoutError, subprocess.CalledProcessError."""
        with self._lock:
            # Straight under the temporary folder: the daemons' user must reach it, and a socket path is short.
            self._folder = Path(tempfile.mkdtemp(prefix="printroom-"))
            try:
                self._post_warden()
                self._furnish()
                self._start_spooler()
                self._start_printer()
                self._add_queue()
            except BaseException:
                self.stop()
                raise

    def stop(self) -> None:
        """End all processes and remove the folder. May be called twice."""
        with self._lock:
            for daemon in (self._printer, self._spooler):
                if daemon is not None:
                    daemon.kill()
            self._printer = self._spooler = None
            if self._warden is not None:
                self._warden.communicate()
                self._warden = None
            if self._folder is not None:
                shutil.rmtree(self._folder, ignore_errors=True)
                self._folder = None

    def __enter__(self) -> PrintRoom:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    # --- controls -----------------------------------------------------------------------------------------------

    def paper(self, *, is_in: bool) -> None:
        self.fault("paper_out", is_there=not is_in)

    def fault(self, name: str, *, is_there: bool) -> None:
        """Cause or mend one of `FAULTS`. A job in the printer waits for the mending, then goes on."""
        if name not in FAULTS:
            raise ValueError(f"{name}: not one of {', '.join(FAULTS)}")
        with self._lock:
            self._control(name, is_there=is_there)
            self._show_state()

    def clear(self) -> None:
        """Mend everything that people can mend."""
        with self._lock:
            for name in (*FAULTS, "hold", "ruin"):
                self._control(name, is_there=False)
            self._show_state()

    def hold(self) -> None:
        """The next job stays in the printer, with no fault, until `release`: time to do something in the middle."""
        self._control("hold", is_there=True)

    def release(self) -> None:
        self._control("hold", is_there=False)

    def ruin(self, *, is_on: bool) -> None:
        """The printer throws jobs away by itself, as when somebody presses its cancel button."""
        self._control("ruin", is_there=is_on)

    def until_busy(self, *, timeout_s: float = 10) -> None:
        """Wait until a job is in the printer and waits there. Raises TimeoutError."""
        until((self.folder / "busy").exists, timeout_s=timeout_s, what="job in the printer")

    def kill_printer(self) -> None:
        """The printer loses its power. What it held is forgotten, also which jobs it had."""
        with self._lock:
            if self._printer is not None:
                self._printer.kill()
                self._printer = None
            for mark in ("busy", "told"):
                (self.folder / mark).unlink(missing_ok=True)

    def revive_printer(self) -> None:
        """The printer has power again, at the same address, with the faults that people have not mended."""
        with self._lock:
            if self._printer is None:
                self._start_printer()
                self._show_state()

    def spooler_down(self) -> None:
        """cupsd dies without a goodbye."""
        with self._lock:
            if self._spooler is not None:
                self._spooler.kill()
                self._spooler = None

    def spooler_up(self) -> None:
        with self._lock:
            if self._spooler is None:
                self._start_spooler()

    # --- how it is done -----------------------------------------------------------------------------------------

    def _post_warden(self) -> None:
        """So that a killed owner leaves no daemons: nobody can clean up after a SIGKILL of oneself."""
        self._warden = subprocess.Popen(
            ["sh", str(_HERE / "warden.sh"), str(self.folder)],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,  # an interrupt from the keyboard must not take it first
        )

    def _furnish(self) -> None:
        room = self.folder
        for name in ("etc/ppd", "cache", "state/certs", "spool/tmp", "log", "received", "control", "device"):
            (room / name).mkdir(parents=True)
        # Copies, because the daemons' user may not be able to reach a checkout under somebody's home.
        shutil.copy(shim.build(), room / "shim.so")
        shutil.copy(_HERE / "paper_path.sh", room / "paper_path.sh")
        (room / "paper_path.sh").chmod(0o755)
        (room / "is-cancelled.test").write_text(_IS_CANCELLED)
        (room / "state.test").write_text(_STATE_JOB.format(document_format=self._format))
        (room / "etc/cups-files.conf").write_text(_CUPS_FILES.format(room=room))
        (room / "etc/cupsd.conf").write_text(_CUPSD.format(room=room))
        hand_over(room)
        room.chmod(0o711)

    def _start_spooler(self) -> None:
        self.socket_path.unlink(missing_ok=True)
        etc = self.folder / "etc"
        command = [program("cupsd"), "-f", "-c", str(etc / "cupsd.conf"), "-s", str(etc / "cups-files.conf")]
        self._spooler = Daemon(command, log=self.folder / "log/cupsd.out")
        self._until_up(self._spooler, self.socket_path.exists, "cupsd")

    def _start_printer(self) -> None:
        room = self.folder
        attempts = 1 if self._port else 3  # another program may take a free port before ippeveprinter does
        for attempt in range(attempts):
            port = self._port or free_port()
            command = [program("ippeveprinter"), "-p", str(port), "-n", "localhost", "-d", str(room / "device")]
            command += ["-f", self._format, "-2", "-s", "60", "-c", str(room / "paper_path.sh"), "Kiosk A4"]
            environment = {
                "LD_PRELOAD": str(room / "shim.so"),
                "TONGBAN_ROOM": str(room),
                "TONGBAN_PORT": str(port),
            }
            printer = Daemon(command, log=room / "log/printer.out", environment=environment)
            try:
                self._until_up(printer, partial(_fill_tray, port, _SHEETS), "ippeveprinter")
            except (TimeoutError, RuntimeError):
                printer.kill()
                if attempt == attempts - 1:
                    raise
                continue
            self._printer, self._port = printer, port
            return

    def _add_queue(self) -> None:
        command = [program("lpadmin"), "-h", str(self.socket_path), "-p", QUEUE, "-E", "-v", self.device_uri]
        command += ["-m", "everywhere"]
        subprocess.run(command, check=True, capture_output=True, timeout=20)
        ppd = self.folder / "etc/ppd" / f"{QUEUE}.ppd"  # lpadmin comes back before it is written
        until(lambda: ppd.exists() and ppd.stat().st_size > 0, timeout_s=20, what="description of the queue")

    def _control(self, name: str, *, is_there: bool) -> None:
        path = self.folder / "control" / name
        if is_there:
            path.touch()
        else:
            path.unlink(missing_ok=True)

    def _show_state(self) -> None:
        """Make the printer show what is wrong. A busy one looks by itself, an idle one needs an (empty) job for it."""
        if self._printer is None:
            return
        control, told = self.folder / "control", self.folder / "told"
        has_paper = not (control / "paper_out").exists()
        _fill_tray(self._port, _SHEETS if has_paper else 0)
        if not has_paper:
            return  # no job gets through, so nothing else can be shown
        wanted = [reason for name, reason in _REASONS.items() if (control / name).exists()]
        command = [program("ipptool"), "-q", self.device_uri, str(self.folder / "state.test")]

        def is_shown() -> bool:
            if told.exists() and told.read_text().split() == wanted:
                return True
            subprocess.run(command, check=False, capture_output=True, timeout=10)
            return False

        until(is_shown, timeout_s=10, what="printer showing its state", every_s=0.03)

    @staticmethod
    def _until_up(daemon: Daemon, is_up: Callable[[], bool], name: str) -> None:
        def up_or_dead() -> bool:
            if not daemon.is_running:
                raise RuntimeError(f"{name} ended at once")
            return is_up()

        until(up_or_dead, timeout_s=10, what=name)

    def _as_pdf(self, path: Path) -> bytes:
        if path.suffix == ".pdf":
            return path.read_bytes()
        environment = {**os.environ, "PPD": str(self.folder / "etc/ppd" / f"{QUEUE}.ppd"), "CONTENT_TYPE": PWG_RASTER}
        command = ["/usr/lib/cups/filter/rastertopdf", "1", "room", "page", "1", "", str(path)]
        return subprocess.run(command, check=True, capture_output=True, env=environment, timeout=60).stdout


def _fill_tray(port: int, sheets: int) -> bool:
    """Say how much A4 lies in the tray: without it ippeveprinter offers Letter. False while nobody answers."""
    form = f"media?size1=iso_a4_210x297mm&type1=stationery&level1={sheets}&size3=&type3=&level3=-2"
    with contextlib.suppress(OSError):
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(f"http://localhost:{port}/{form}", timeout=2) as answer:
            return bool(answer.status == 200)
    return False


_OPERATION = """\
  GROUP operation-attributes-tag
  ATTR charset attributes-charset utf-8
  ATTR language attributes-natural-language en
  ATTR uri printer-uri $uri
"""

_IS_CANCELLED = f"""\
{{
  NAME "is the job cancelled"
  OPERATION Get-Job-Attributes
{_OPERATION}  ATTR integer job-id $job
  STATUS successful-ok
  EXPECT job-state-reasons OF-TYPE keyword WITH-VALUE "processing-to-stop-point"
}}
"""

_STATE_JOB = f"""\
{{{{
  NAME "show the state"
  OPERATION Print-Job
{_OPERATION}  ATTR name requesting-user-name room
  ATTR name job-name room-state
  ATTR mimeMediaType document-format {{document_format}}
  GROUP job-attributes-tag
  ATTR keyword media iso_a4_210x297mm
  FILE state.test
  STATUS successful-ok
}}}}
"""

_CUPS_FILES = """\
ServerRoot {room}/etc
ServerBin /usr/lib/cups
DataDir /usr/share/cups
CacheDir {room}/cache
StateDir {room}/state
RequestRoot {room}/spool
TempDir {room}/spool/tmp
ServerKeychain {room}/etc/ssl
AccessLog {room}/log/access
ErrorLog {room}/log/error
PageLog {room}/log/page
FileDevice No
Sandboxing Relaxed
SyncOnClose No
FatalErrors config
SystemGroup nogroup
"""

_CUPSD = """\
Listen {room}/cups.sock
ServerName localhost
ServerAlias *
Browsing No
WebInterface No
DefaultAuthType None
DefaultEncryption Never
IdleExitTimeout 0
LogLevel info
PreserveJobHistory Yes
PreserveJobFiles No
JobRetryInterval 2
DirtyCleanInterval 0
<Location />
 Order allow,deny
 Allow all
</Location>
<Policy default>
 JobPrivateAccess all
 JobPrivateValues none
 SubscriptionPrivateAccess all
 SubscriptionPrivateValues none
 <Limit All>
  Order allow,deny
  Allow all
 </Limit>
</Policy>
"""
