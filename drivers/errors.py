"""What can go wrong inside a driver.

DeviceError
├── DeviceAbsent      not plugged in, port or socket gone, daemon not running
├── DeviceBusy        another program holds it
├── DeviceTimeout     no answer within the time limit
├── DeviceGarbled     an answer that breaks the device's own protocol
├── Cancelled         the caller's cancel flag was raised
├── CardRemoved       the card left while it was being read
└── CardUnreadable    the card answered, and cannot be read (see `reason`)

Messages are for the log and hold no personal data. The words for citizens live in `config/texts`.
"""


class DeviceError(Exception):
    """Base of every driver error. `device` names the device, `detail` says what was seen."""

    def __init__(self, device: str, detail: str) -> None:
        super().__init__(f"{device}: {detail}")
        self.device = device
        self.detail = detail


class DeviceAbsent(DeviceError):
    """The device cannot be reached at all."""


class DeviceBusy(DeviceError):
    """The device is held by another program."""


class DeviceTimeout(DeviceError):
    """The device did not answer within its time limit."""


class DeviceGarbled(DeviceError):
    """The device answered something that its protocol does not allow."""


class Cancelled(DeviceError):
    """The caller asked to stop."""


class CardRemoved(DeviceError):
    """The card was taken away during the read."""


class CardUnreadable(DeviceError):
    """The card is there and refuses to be read. `reason` is a short stable word such as `wrong_kind`."""

    def __init__(self, device: str, detail: str, *, reason: str) -> None:
        super().__init__(device, detail)
        self.reason = reason
