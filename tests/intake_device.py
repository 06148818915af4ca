"""A kiosk's side of HTTP, one request at a time, as honest or as broken as a test wants it."""

from __future__ import annotations

import base64
import json
from pathlib import Path

import httpx

from packet.digest import hex_of
from packet.http_signature import sign_request
from packet.keys import read_signing_key
from packet.manifest import Manifest
from packet.parts import read_part
from packet.sign import Ed25519Signer
from tests.filings import KIOSK_ID, Keys
from tests.intake_city import now


class Filed:
    """A packet as it lies in a kiosk's spool."""

    def __init__(self, folder: Path) -> None:
        self.manifest_bytes = (folder / "manifest.json").read_bytes()
        self.manifest = Manifest.from_bytes(self.manifest_bytes)
        self.packet_id = self.manifest.packet_id
        self.parts = {
            part.sha256: read_part(folder / "sealed.age", self.manifest.parts, index)
            for index, part in enumerate(self.manifest.parts)
        }


class Device:
    def __init__(self, url: str, keys: Keys, *, device_id: str = KIOSK_ID) -> None:
        self.signer = Ed25519Signer(read_signing_key(keys.device_file), key_id=device_id)
        self.http = httpx.Client(base_url=url, trust_env=False, timeout=10)
        self._nonces = 0

    def request(self, method: str, path: str, body: bytes, *, promised: str = "", nonce: str = "") -> httpx.Request:
        """Signed; `promised` is the digest of another body, `nonce` one that was used before."""
        request = self.http.build_request(method, path, content=body)
        self._nonces += 1
        sign_request(
            request,
            signer=self.signer,
            body_sha256=promised or hex_of(body),
            created=now(),
            nonce=nonce or f"{self._nonces:020d}",
        )
        return request

    def send(self, method: str, path: str, body: bytes, *, promised: str = "", nonce: str = "") -> httpx.Response:
        return self.http.send(self.request(method, path, body, promised=promised, nonce=nonce))

    def put_parts(self, filed: Filed) -> None:
        for sha256, data in filed.parts.items():
            assert self.send("PUT", f"/v1/parts/{sha256}", data).status_code == 201

    def put_dossier(self, packet_id: str, manifest: bytes, *, signed: bytes | None = None) -> httpx.Response:
        """`signed` are the bytes the signature is made over when it is not honest."""
        body = {
            "manifest": base64.b64encode(manifest).decode(),
            "signature": vars(self.signer.sign(manifest if signed is None else signed)),
        }
        return self.send("PUT", f"/v1/dossiers/{packet_id}", json.dumps(body).encode())
