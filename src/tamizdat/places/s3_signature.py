"""How a request to S3 is signed: AWS Signature Version 4, with the digest of the whole body in it.

::

    canonical request   method, path, query, headers, names of headers, SHA-256 of the body; a line each
    string to sign      "AWS4-HMAC-SHA256", time, day/region/s3/aws4_request, SHA-256 of the canonical request
    key                 HMAC-SHA256 in turn: "AWS4" + secret → day → region → "s3" → "aws4_request"
"""

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import field
from datetime import UTC, datetime
from urllib.parse import quote

from tamizdat.dataclass import dataclass

SAFE = "-_.~"


@dataclass(frozen=True)
class Login:
    """The login to a bucket, and the region its owner named."""

    key: str = field(repr=False)
    secret: str = field(repr=False)
    region: str
    token: str | None = field(default=None, repr=False)


def encoded_path(path: str) -> str:
    """Return *path* percent-encoded as S3 signs it."""
    return quote(path, safe="/" + SAFE)


def encoded_query(query: Mapping[str, str]) -> str:
    """Return *query* percent-encoded and sorted as S3 signs it."""
    return "&".join(f"{quote(name, safe=SAFE)}={quote(value, safe=SAFE)}" for name, value in sorted(query.items()))


def signed_headers(
    login: Login,
    method: str,
    path: str,
    query: Mapping[str, str],
    headers: Mapping[str, str],
    body: bytes | memoryview,
    now: datetime,
) -> dict[str, str]:
    """Return *headers*, among them ``host``, with the ones that sign a request for the encoded *path* at *now*."""
    stamp = now.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
    digest = hashlib.sha256(body).hexdigest()
    given = {name.lower(): value.strip() for name, value in headers.items()}
    all_headers = {**given, "x-amz-content-sha256": digest, "x-amz-date": stamp}
    if login.token:
        all_headers["x-amz-security-token"] = login.token
    names = ";".join(sorted(all_headers))
    lines = [
        method,
        path,
        encoded_query(query),
        *(f"{name}:{all_headers[name]}" for name in sorted(all_headers)),
        "",
        names,
        digest,
    ]
    scope = f"{stamp[:8]}/{login.region}/s3/aws4_request"
    to_sign = "\n".join(["AWS4-HMAC-SHA256", stamp, scope, hashlib.sha256("\n".join(lines).encode()).hexdigest()])
    key = f"AWS4{login.secret}".encode()
    for part in scope.split("/"):
        key = hmac.digest(key, part.encode(), "sha256")
    signature = hmac.digest(key, to_sign.encode(), "sha256").hex()
    authorization = f"AWS4-HMAC-SHA256 Credential={login.key}/{scope},SignedHeaders={names},Signature={signature}"
    return {**all_headers, "authorization": authorization}
