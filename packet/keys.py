"""Make and read keys. A private key file is created with mode 0600 and never replaces another."""

from __future__ import annotations

import base64
import binascii
import os
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from pyrage import x25519

from packet.errors import BadKey


@dataclass(frozen=True)
class NewKey:
    """`public` is what others may know: base64 for Ed25519, `age1...` for age."""

    file: Path
    public: str


def make_signing_key(file: Path) -> NewKey:
    """A new Ed25519 key as PKCS #8 PEM. Raises FileExistsError, OSError."""
    key = Ed25519PrivateKey.generate()
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    write_private(file, pem)
    return NewKey(file, public_text(key.public_key()))


def make_age_key(file: Path) -> NewKey:
    """A new age X25519 identity in the file format of the `age` tool. Raises FileExistsError, OSError."""
    identity = x25519.Identity.generate()
    public = str(identity.to_public())
    write_private(file, f"# public key: {public}\n{identity}\n".encode())
    return NewKey(file, public)


def read_signing_key(file: Path) -> Ed25519PrivateKey:
    """Raises BadKey when the file is missing, unreadable or holds another kind of key."""
    try:
        key = serialization.load_pem_private_key(file.read_bytes(), password=None)
    except (OSError, ValueError, TypeError, UnsupportedAlgorithm) as wrong:
        raise BadKey(f"{file}: no usable private key ({type(wrong).__name__})") from None
    if not isinstance(key, Ed25519PrivateKey):
        raise BadKey(f"{file}: not an Ed25519 key")
    return key


def public_text(key: Ed25519PublicKey) -> str:
    """The 32 raw bytes in base64."""
    return base64.b64encode(key.public_bytes_raw()).decode("ascii")


def read_public(text: str) -> Ed25519PublicKey:
    """The inverse of `public_text`. Raises BadKey."""
    try:
        return Ed25519PublicKey.from_public_bytes(base64.b64decode(text, validate=True))
    except (ValueError, binascii.Error):
        raise BadKey("not the base64 of an Ed25519 public key") from None


def write_private(file: Path, data: bytes) -> None:
    """Create `file` for the owner only, on disk before this returns. Raises FileExistsError, OSError."""
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    with os.fdopen(descriptor, "wb") as out:
        out.write(data)
        out.flush()
        os.fsync(out.fileno())
