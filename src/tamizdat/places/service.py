"""What a person writes to name a storage service, checked before anything is sent.

::

    s3://bucket/prefix                  access_key_id, secret_access_key, region or endpoint
    webdav://cloud.example/dav/path     username, password (both or neither); always over https
    webdav+http://127.0.0.1:8080/path   the same without encryption, to this machine only
    sftp://host:22/path                 username, password or private_key (private_key_passphrase), host_key
    any of them                         timeout: seconds in which nothing moves before it is given up (60)

What must stay secret is never part of the URL, which ends up in histories, process lists and logs; it is in
the options, and no message, repr or log of ours repeats an option's value.

Plain http is for this machine only (a tunnel, a test): whoever listens on the line would read the login.
"""

import ipaddress
import re
from collections.abc import Mapping
from dataclasses import field
from typing import Final
from urllib.parse import SplitResult, unquote, urlsplit

from tamizdat.dataclass import dataclass
from tamizdat.errors import UsageError

S3_OPTIONS: Final = frozenset({"access_key_id", "secret_access_key", "session_token", "region", "endpoint", "timeout"})
WEBDAV_OPTIONS: Final = frozenset({"username", "password", "timeout"})
SFTP_OPTIONS: Final = frozenset(
    {"username", "password", "private_key", "private_key_passphrase", "host_key", "timeout"}
)
TIMEOUT: Final = 60  #: seconds without a byte: a poor mobile line between two cells, or Tor building a new circuit
SMALL_QUESTION: Final = 30.0  #: seconds in which a living service answers "how large is this?"
LONGEST_TIMEOUT: Final = 86_400  #: seconds, a day: a place that is silent for longer carries nothing

HOST_KEY: Final = re.compile(r"[a-z0-9@.-]{5,60} SHA256:[A-Za-z0-9+/]{43}")
_IN_HEADER: Final = re.compile(r"[A-Za-z0-9+/=._~%-]+")
_BUCKET: Final = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")


@dataclass(frozen=True)
class Service:
    """Where a service is and how to log in; *settings* hold the login, and are never shown."""

    kind: str  #: "s3", "webdav" or "sftp"
    timeout: float
    settings: Mapping[str, str] = field(repr=False)


def parse_service(name: str, url: str, options: Mapping[str, str]) -> Service:
    """Return the service at *url*, for the place that is called *name*; raises UsageError."""
    parts = _split(name, url)
    kind = parts.scheme if parts.scheme in _KINDS else "webdav"
    allowed, read = _KINDS[kind]
    if unknown := len(options.keys() - allowed):
        raise UsageError(f"Place “{name}”: {unknown} option(s) unknown; {kind} takes {', '.join(sorted(allowed))}.")
    settings = read(name, parts, options)
    return Service(kind, read_timeout(name, options), {**settings, "root": _root(name, parts)})


def _split(name: str, url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        _ = parts.port  # a port that is no number shows itself only here
    except ValueError:
        parts = urlsplit("")
    if not parts.hostname:
        raise UsageError(f"Place “{name}”: expected a URL like s3://bucket/prefix or webdav://host/path.")
    if "@" in parts.netloc or parts.query or parts.fragment:
        raise UsageError(
            f"Place “{name}”: its URL holds a login or a query. URLs end up in logs: give the login as options."
        )
    return parts


def _root(name: str, parts: SplitResult) -> str:
    path = unquote(parts.path)
    if any(step in (".", "..") for step in path.split("/")) or not path.isprintable():
        raise UsageError(f"Place “{name}”: the path in its URL must not contain '.', '..' or control characters.")
    return f"/{path.strip('/')}/".replace("//", "/")


def _s3(name: str, parts: SplitResult, options: Mapping[str, str]) -> dict[str, str]:
    if not _BUCKET.fullmatch(parts.netloc):
        raise UsageError(
            f"Place “{name}”: expected s3://bucket/prefix, with a bucket of 3 to 63 of a–z, 0–9, '.', '-'."
        )
    if not options.get("access_key_id") or not options.get("secret_access_key"):
        raise UsageError(f"Place “{name}”: S3 needs the options access_key_id and secret_access_key.")
    settings = {key: options[key] for key in S3_OPTIONS - {"timeout"} if options.get(key)}
    for key in ("access_key_id", "session_token", "region"):  # they stand in headers, and the region in a host's name
        if not _IN_HEADER.fullmatch(settings.get(key, "-")) or (key == "region" and "/" in settings.get(key, "")):
            raise UsageError(
                f"Place “{name}”: expected the option {key} as one word of letters, digits and + / = . _ ~ % -, found "
                "a space, a line end or another character in it. Copy it once more."
            )
    if "endpoint" in settings:
        settings["endpoint"] = _endpoint(name, settings["endpoint"])
        settings.setdefault("region", "us-east-1")  # what S3-compatible services take unless they say otherwise
    elif "region" not in settings:
        raise UsageError(f"Place “{name}”: S3 needs the option endpoint (or region, for Amazon's own).")
    return {**settings, "bucket": parts.netloc}


def _webdav(name: str, parts: SplitResult, options: Mapping[str, str]) -> dict[str, str]:
    if bool(options.get("username")) != bool(options.get("password")):
        raise UsageError(f"Place “{name}”: WebDAV needs the options username and password, or neither.")
    login = {key: options[key] for key in ("username", "password") if options.get(key)}
    scheme = "http" if parts.scheme == "webdav+http" else "https"
    return {**login, "endpoint": _endpoint(name, f"{scheme}://{parts.netloc}")}


def _sftp(name: str, parts: SplitResult, options: Mapping[str, str]) -> dict[str, str]:
    if not options.get("username") or bool(options.get("password")) == bool(options.get("private_key")):
        raise UsageError(f"Place “{name}”: SFTP needs the option username, and either password or private_key.")
    if not HOST_KEY.fullmatch(options.get("host_key", "")):
        raise UsageError(
            f"Place “{name}”: SFTP needs the option host_key, the key by which the server is known, like "
            "“ssh-ed25519 SHA256:…”. Its owner sees it with: ssh-keygen -l -f /etc/ssh/ssh_host_ed25519_key.pub"
        )
    settings = {key: options[key] for key in SFTP_OPTIONS - {"timeout"} if options.get(key)}
    return {**settings, "endpoint": f"sftp://{parts.netloc}"}


_KINDS: Final = {"s3": (S3_OPTIONS, _s3), "webdav": (WEBDAV_OPTIONS, _webdav), "sftp": (SFTP_OPTIONS, _sftp)}


def _endpoint(name: str, endpoint: str) -> str:
    """Return *endpoint* as ``https://host[:port]``, or http to this machine."""
    is_url = "://" in endpoint
    parts = _split(name, endpoint if is_url else f"https://{endpoint}")
    if not is_url or parts.scheme not in ("http", "https") or parts.path.strip("/"):
        raise UsageError(f"Place “{name}”: expected an endpoint like https://host or https://host:port.")
    if parts.scheme == "http" and not _is_loopback(parts.hostname or ""):
        raise UsageError(
            f"Place “{name}”: expected https, found http to another machine; whoever listens would read the login."
        )
    return f"{parts.scheme}://{parts.netloc}"


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def read_timeout(name: str, options: Mapping[str, str]) -> float:
    """Return the option timeout in seconds, or what holds without it; raises UsageError."""
    text = options.get("timeout", str(TIMEOUT))
    if not re.fullmatch(r"[1-9][0-9]{0,4}", text) or int(text) > LONGEST_TIMEOUT:
        raise UsageError(f"Place “{name}”: expected the option timeout in seconds, from 1 to {LONGEST_TIMEOUT:,}.")
    return float(text)
