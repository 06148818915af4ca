"""Secure messaging (ICAO 9303-11, 9.8): every command and answer encrypted, counted and authenticated."""

from __future__ import annotations

import hmac

from drivers.idcard.apdu import Answer, AnswerBroken, Transmit
from drivers.idcard.emrtd import ciphers, tlv
from drivers.idcard.emrtd.ciphers import Suite
from drivers.idcard.emrtd.commands import ANY_SHORT, Command, Refused, exchange

_SECURE = 0x0C

_ENCRYPTED = 0x87  # begins with a byte that names the padding
_ENCRYPTED_OF_ODD = 0x85  # the same without it, for odd instructions
_EXPECTED = 0x97
_STATUS = 0x99
_MAC = 0x8E


class SecureMessagingBroken(AnswerBroken):
    """An answer that was not made by the holder of the keys, or was changed on its way."""


class SecureChannel:
    """One session. After any error it is lost: the counters of both sides have parted."""

    def __init__(
        self, transmit: Transmit, suite: Suite, *, encryption_key: bytes, mac_key: bytes, counter: int = 0
    ) -> None:
        self._transmit = transmit
        self._suite = suite
        self._encryption_key = encryption_key
        self._mac_key = mac_key
        self._counter = counter

    @classmethod
    def of_secret(cls, transmit: Transmit, suite: Suite, secret: bytes, *, counter: int = 0) -> SecureChannel:
        return cls(
            transmit,
            suite,
            encryption_key=suite.derive(secret, ciphers.ENCRYPTION),
            mac_key=suite.derive(secret, ciphers.AUTHENTICATION),
            counter=counter,
        )

    @property
    def transmit(self) -> Transmit:
        return self._transmit

    def ask(self, command: Command) -> Answer:
        """Raises SecureMessagingBroken, and Refused when the document answers in the clear that it will not."""
        answer = exchange(self._transmit, self.protect(command))
        return self.unprotect(answer, is_odd=bool(command.ins & 1))

    def protect(self, command: Command) -> bytes:
        self._counter += 1
        cla = command.cla | _SECURE
        objects = b""
        if command.data:
            objects += self._encrypted(command.data, is_odd=bool(command.ins & 1))
        if command.expected is not None:
            size = 1 if command.expected <= ANY_SHORT else 2
            objects += tlv.encode(_EXPECTED, (command.expected % (1 << 8 * size)).to_bytes(size, "big"))
        header = ciphers.pad(bytes((cla, command.ins, command.p1, command.p2)), self._suite.block)
        objects += tlv.encode(_MAC, self._mac(header + objects))
        # A long answer is asked for the long way; how long it will be with its wrapping is the document's matter.
        is_extended = (command.expected or 0) > ANY_SHORT
        expected = 1 << 16 if is_extended else ANY_SHORT
        return Command(command.ins, command.p1, command.p2, objects, expected=expected, cla=cla).encode(
            is_extended=is_extended
        )

    def unprotect(self, answer: Answer, *, is_odd: bool = False) -> Answer:
        self._counter += 1
        if not answer.data:
            if answer.status == 0x9000:
                raise SecureMessagingBroken("an answer in the clear")
            raise Refused("secure messaging", answer.status)
        objects = {item.tag: item.value for item in tlv.items(answer.data)}
        code = objects.pop(_MAC, b"")
        authenticated = b"".join(tlv.encode(tag, value) for tag, value in objects.items())
        if not hmac.compare_digest(self._mac(authenticated), code):
            raise SecureMessagingBroken("wrong authentication code")
        if objects.get(_STATUS) != answer.status.to_bytes(2, "big"):
            raise SecureMessagingBroken("two different status words")
        return Answer(status=answer.status, data=self._decrypted(objects, is_odd=is_odd))

    def payload(self, limit: int) -> int:
        """How many bytes fit into an answer of `limit` bytes without its status word."""
        wrapping = len(tlv.encode(_STATUS, bytes(2)) + tlv.encode(_MAC, bytes(ciphers.MAC_LENGTH)))
        blocks = (limit - wrapping) // self._suite.block
        while blocks and len(tlv.encode(_ENCRYPTED, bytes(1 + blocks * self._suite.block))) + wrapping > limit:
            blocks -= 1
        return blocks * self._suite.block - 1  # at least one byte of padding

    def _encrypted(self, data: bytes, *, is_odd: bool) -> bytes:
        padded = ciphers.pad(data, self._suite.block)
        secret = self._suite.encrypt(self._encryption_key, padded, counter=self._counter)
        return tlv.encode(_ENCRYPTED_OF_ODD, secret) if is_odd else tlv.encode(_ENCRYPTED, b"\x01" + secret)

    def _decrypted(self, objects: dict[int, bytes], *, is_odd: bool) -> bytes:
        secret = objects.get(_ENCRYPTED_OF_ODD if is_odd else _ENCRYPTED)
        if secret is None:
            return b""
        if not is_odd:
            if secret[:1] != b"\x01":
                raise SecureMessagingBroken("unknown padding")
            secret = secret[1:]
        try:
            return ciphers.unpad(self._suite.decrypt(self._encryption_key, secret, counter=self._counter))
        except ValueError:
            raise SecureMessagingBroken("cannot be decrypted") from None

    def _mac(self, data: bytes) -> bytes:
        counted = self._counter.to_bytes(self._suite.block, "big") + data
        return self._suite.mac(self._mac_key, ciphers.pad(counted, self._suite.block))
