"""Signing one request to S3: AWS Signature Version 4, with the digest of the body in it.

::

    key        HMAC(HMAC(HMAC(HMAC("AWS4" + secret, day), region), "s3"), "aws4_request")
    request    method, path, (no query), headers, names of the headers, SHA-256 of the body: a line each
    to sign    "AWS4-HMAC-SHA256", time, scope, SHA-256 of the request: a line each
"""

import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime
from typing import Final

ALGORITHM: Final = "AWS4-HMAC-SHA256"


def signed_headers(
    method: str, host: str, path: str, body: memoryview, login: Mapping[str, str], now: datetime
) -> dict[str, str]:
    """Return the headers, without Host, that authorise a request for the escaped *path* at *now* (UTC).

    *login* has access_key_id, secret_access_key, region, and perhaps session_token.
    """
    time, digest = now.strftime("%Y%m%dT%H%M%SZ"), hashlib.sha256(body).hexdigest()
    headers = {"x-amz-content-sha256": digest, "x-amz-date": time}
    if token := login.get("session_token"):
        headers["x-amz-security-token"] = token
    named = sorted({"host": host, **headers}.items())
    names = ";".join(name for name, _ in named)
    request = "\n".join([method, path, "", *(f"{name}:{value.strip()}" for name, value in named), "", names, digest])
    scope = f"{time[:8]}/{login['region']}/s3/aws4_request"
    to_sign = "\n".join([ALGORITHM, time, scope, hashlib.sha256(request.encode()).hexdigest()])
    key = f"AWS4{login['secret_access_key']}".encode()
    for step in scope.split("/"):
        key = hmac.digest(key, step.encode(), "sha256")
    signature = hmac.digest(key, to_sign.encode(), "sha256").hex()
    credential = f"{login['access_key_id']}/{scope}"
    return {
        **headers,
        "Authorization": f"{ALGORITHM} Credential={credential}, SignedHeaders={names}, Signature={signature}",
    }
