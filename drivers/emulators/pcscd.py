"""A private copy of the real pcscd with virtual reader slots, without privilege and apart from the system's own.

pcscd's socket path is compiled in; it takes a socket passed to it as systemd would do, and only the client side honours
`PCSCLITE_CSOCK_NAME`. Its run folder lives in a mount namespace of its own. Its virtual driver keeps static state, so
each reader gets its own copy of the library; it listens on every address, so the shim moves it to loopback.
"""

from __future__ import annotations

import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path

from drivers.emulators import shim

DRIVER = Path("/usr/lib/pcsc/drivers/serial/libifdvpcd.so")

# $1 the shim, $2 the configuration. Without the right to make a namespace the system's run folder has to do, unless a
# pcscd of the system is using it.
_START = """
PATH="$PATH:/usr/sbin:/sbin"
run='LD_PRELOAD="$1" LISTEN_FDS=1 LISTEN_PID=$$ exec pcscd -f -c "$2"'
if unshare -Urm true 2>/dev/null; then
    if [ -d /run/pcscd ]; then own='mount -t tmpfs none /run/pcscd'
    else own='mount -t tmpfs none /run && mkdir /run/pcscd'; fi
    exec unshare -Urm sh -c "$own && $run" sh "$1" "$2"
elif [ -e /run/pcscd/pcscd.comm ]; then
    echo "no namespaces here, and a pcscd of the system is running" >&2
    exit 1
fi
mkdir -p /run/pcscd && exec sh -c "$run" sh "$1" "$2"
"""


class PrivatePcscd:
    """One pcscd with one reader of two slots. `folder` is private to it; `socket_path` is for the client's option.

    `kill` and `start` again stand for a reader that was unplugged or a daemon that crashed: path and ports stay.
    """

    def __init__(self, folder: Path, *, reader_name: str = "Tongban Virtual Reader") -> None:
        self.socket_path = folder / "pcscd.comm"
        self.ports = _free_port_pair()
        self._folder = folder
        self._reader_name = reader_name
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process else None

    def start(self, *, timeout_s: float = 10.0) -> None:
        """Returns when the slots wait for cards. Raises RuntimeError when pcscd does not come up."""
        configuration = self._write_configuration()
        self.socket_path.unlink(missing_ok=True)
        with socket.socket(socket.AF_UNIX) as listener, (self._folder / "pcscd.log").open("ab") as log:
            listener.bind(str(self.socket_path))
            listener.listen(16)
            passed = listener.fileno()
            self._process = subprocess.Popen(
                # bash, because dash knows no descriptor above 9.
                ["/bin/bash", "-c", f"exec 3<&{passed}\n{_START}", "bash", str(shim.build()), str(configuration)],
                pass_fds=(passed,),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        end_s = time.monotonic() + timeout_s
        while not all(_is_listening(port) for port in self.ports):
            if self._process.poll() is not None or time.monotonic() > end_s:
                self.stop()
                raise RuntimeError(f"pcscd did not start, see {self._folder / 'pcscd.log'}")
            time.sleep(0.01)

    def stop(self) -> None:
        """May be called twice."""
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        self._end(signal.SIGKILL)

    def _end(self, how: signal.Signals) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.send_signal(how)
            process.wait()

    def _write_configuration(self) -> Path:
        configuration = self._folder / "reader.conf.d"
        configuration.mkdir(parents=True, exist_ok=True)
        library = self._folder / "libifdvpcd.so"
        if not library.exists():
            shutil.copy(DRIVER, library)
        port = self.ports[0]
        (configuration / "virtual").write_text(
            f'FRIENDLYNAME "{self._reader_name}"\n'
            f"DEVICENAME /dev/null:0x{port:04X}\n"
            f"LIBPATH {library}\n"
            f"CHANNELID 0x{port:04X}\n",
            encoding="utf-8",
        )
        return configuration


def _free_port_pair() -> tuple[int, int]:
    """Two neighbouring ports that were free a moment ago: vpcd's second slot always listens on the next one."""
    while True:
        with socket.socket() as first, socket.socket() as second:
            first.bind(("127.0.0.1", 0))
            port = first.getsockname()[1]
            try:
                second.bind(("127.0.0.1", port + 1))
            except (OSError, OverflowError):
                continue
            return port, port + 1


def _is_listening(port: int) -> bool:
    """Asked of the kernel, not by connecting: to connect would insert a card."""
    wanted = f":{port:04X}"
    for table in ("tcp", "tcp6"):
        for line in Path(f"/proc/net/{table}").read_text(encoding="ascii").splitlines()[1:]:
            fields = line.split()
            if fields[1].endswith(wanted) and fields[3] == "0A":
                return True
    return False
