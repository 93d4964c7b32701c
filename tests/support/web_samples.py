"""WARC and WACZ files of our own making, whole or spoiled in a chosen way."""

import base64
import gzip
import hashlib
import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from typing import Any

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

DATE = "2026-11-20T08:00:00Z"
URL = "https://school.example/names"
HTML = (
    '<!doctype html><html><head><meta charset="utf-8"><title>名单</title></head><body><p>校舍塌了。</p></body></html>'
)


def record(kind: str, uri: str, block: bytes, date: str = DATE, **more: str) -> bytes:
    """A record with a digest of its block; members of *more* stand as ``WARC_Payload_Digest=…``."""
    digest = base64.b32encode(hashlib.sha1(block).digest()).decode()
    head = {
        "WARC-Type": kind,
        "WARC-Record-ID": f"<urn:uuid:{hashlib.md5(uri.encode() + kind.encode() + block).hexdigest()}>",
        "WARC-Date": date,
        "WARC-Target-URI": uri,
        "WARC-Block-Digest": f"sha1:{digest}",
        "Content-Type": "application/http; msgtype=response" if kind == "response" else "text/plain",
        "Content-Length": str(len(block)),
        **{name.replace("_", "-"): value for name, value in more.items()},
    }
    lines = "".join(f"{name}: {value}\r\n" for name, value in head.items() if value)
    return f"WARC/1.1\r\n{lines}\r\n".encode() + block + b"\r\n\r\n"


def answer(body: bytes, media_type: str = "text/html", status: str = "200 OK", **headers: str) -> bytes:
    """An answer of a server."""
    told = {"Content-Type": media_type, **{name.replace("_", "-"): value for name, value in headers.items()}}
    lines = "".join(f"{name}: {value}\r\n" for name, value in told.items())
    return f"HTTP/1.1 {status}\r\n{lines}\r\n".encode() + body


def page(uri: str = URL, html: str = HTML, date: str = DATE, **headers: str) -> bytes:
    return record("response", uri, answer(html.encode(), **headers), date)


def packed(records: Sequence[bytes]) -> bytes:
    """A member of gzip for each record."""
    return b"".join(gzip.compress(each, mtime=0) for each in records)


def wacz(
    records: Sequence[bytes] = (),
    pages: Sequence[Mapping[str, str]] | None = None,
    key: ec.EllipticCurvePrivateKey | None = None,
    raw: bool = False,
    listed: Mapping[str, bytes] | None = None,
    unlisted: Sequence[tuple[str, bytes]] = (),
    version: str = "1.1.1",
    signed: Mapping[str, Any] | None = None,
    digest: bool = True,
) -> bytes:
    """A WACZ with these records; signed with *key* if there is one, as a browser does (*raw*) or as a server does."""
    lines = [{"format": "json-pages-1.0", "id": "pages"}, *(pages or [{"url": URL, "ts": DATE, "title": "名单"}])]
    members = {
        "archive/data.warc.gz": packed(records or [page()]),
        "pages/pages.jsonl": "".join(json.dumps(each, ensure_ascii=False) + "\n" for each in lines).encode(),
        **(listed or {}),
    }
    resources = [
        {"path": path, "hash": f"sha256:{hashlib.sha256(data).hexdigest()}", "bytes": len(data)}
        for path, data in members.items()
    ]
    package = json.dumps({"profile": "data-package", "wacz_version": version, "resources": resources}).encode()
    hashed = f"sha256:{hashlib.sha256(package).hexdigest()}"
    about: dict[str, Any] = {"path": "datapackage.json", "hash": hashed}
    if key:
        about["signedData"] = sign(hashed, key, raw)
    if signed is not None:
        about["signedData"] = signed
    every = [*members.items(), ("datapackage.json", package)]
    every += [("datapackage-digest.json", json.dumps(about).encode())] if digest else []
    return zipped([*every, *unlisted])


def zipped(members: Sequence[tuple[str, bytes]]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        for name, data in members:
            made.writestr(zipfile.ZipInfo(name), data)
    return out.getvalue()


def sign(hashed: str, key: ec.EllipticCurvePrivateKey, raw: bool = False) -> dict[str, str]:
    """A signature over a hash by a key without a name."""
    signature = key.sign(hashed.encode(), ec.ECDSA(hashes.SHA256()))
    if raw:
        size = (key.curve.key_size + 7) // 8
        signature = b"".join(each.to_bytes(size, "big") for each in decode_dss_signature(signature))
    public = key.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    return {
        "hash": hashed,
        "created": "2026-11-20T08:00:05Z",
        "software": "test",
        "signature": base64.b64encode(signature).decode(),
        "publicKey": base64.b64encode(public).decode(),
    }
