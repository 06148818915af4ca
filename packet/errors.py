"""What can be wrong with a packet.

PacketError
├── BadShape         bytes that are not the JSON, or not the fields, that were promised
│   ├── BadManifest
│   ├── BadApplication
│   └── BadReceipt
├── BadArchive       the tar inside the seal breaks its own rules
├── BadSignature     a signature that does not belong to these bytes and this key
├── BadKey           a key file or key text that cannot be used
├── SealError        sealing did not finish; nothing that was written may be used
└── UnsealError      not sealed for us, cut short or changed

Messages are for logs: they name fields and sizes and never repeat a value of the citizen.
"""


class PacketError(Exception):
    """Base of everything this package raises by itself."""


class BadShape(PacketError):
    """`where` is the path of the field, "" for the whole."""

    def __init__(self, where: str, wanted: str) -> None:
        super().__init__(f"{where or 'document'}: wanted {wanted}")
        self.where = where
        self.wanted = wanted


class BadManifest(BadShape):
    pass


class BadApplication(BadShape):
    pass


class BadReceipt(BadShape):
    pass


class BadArchive(PacketError):
    pass


class BadSignature(PacketError):
    pass


class BadKey(PacketError):
    pass


class SealError(PacketError):
    pass


class UnsealError(PacketError):
    pass
