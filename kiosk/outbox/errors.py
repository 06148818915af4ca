"""What can go wrong while filing. After any of these the spool and the numbers are as they were before.

OutboxError
├── DiskFull     no room, or none left in the middle
├── SealFailed   anything else that kept the dossier from being sealed
└── SpoolBusy    another kiosk process holds this data folder
"""


class OutboxError(Exception):
    """Messages are for the log and hold no personal data."""


class DiskFull(OutboxError):
    pass


class SealFailed(OutboxError):
    pass


class SpoolBusy(OutboxError):
    pass
