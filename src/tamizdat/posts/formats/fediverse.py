"""What posts of the fediverse have in common, whichever server gave them out and in whichever form.

A server that knows no quotations shows ``RE: https://…`` instead of one: servers that do know them write that line into
the text for the others, before it or after it. It is not the author's, and it is no text here.
"""

import re
from collections.abc import Iterable
from typing import Final
from urllib.parse import urlsplit

from tamizdat.posts.elements import JsonValue
from tamizdat.posts.formats import members
from tamizdat.posts.markup import TAGS
from tamizdat.posts.post import Author

NUMBER: Final = re.compile(r"[A-Za-z0-9_-]{1,64}")  #: of a post on its server
_NUMBER_AT: Final = re.compile(r"/(?:statuses|notice|p/[^/]+)/([A-Za-z0-9_-]{1,64})(?:/activity)?$")
_FALLBACK: Final = re.compile(r"[ \t]*R[ET]: ?(https?://[^\s<>]+)[ \t]*")
_CAMEL: Final = re.compile(r"([a-z]{2,3})([A-Z][A-Za-z]{1,3})((?:[A-Z][A-Za-z]{1,3})?)")
_TAG: Final = re.compile(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*")
_STATUS: Final = re.compile(r"(https?://[^/\s]+/users/([\w.-]{1,64}))/statuses/[^/\s]+")
#: The ends of addresses that stand for readers whom the author knows, or whom the server does.
_FEW: Final = re.compile(r"/(?:followers|following|mutuals)$|/(?:circles?|lists?)/[^/]+$|#Public$|/limited$")
_MEDIA_TYPES: Final = {
    "jpg": "image/jpeg", "jpeg": "image/jpeg", "png": "image/png", "gif": "image/gif", "webp": "image/webp",
    "avif": "image/avif", "heic": "image/heic", "mp4": "video/mp4", "m4v": "video/mp4", "mov": "video/quicktime",
    "webm": "video/webm", "mp3": "audio/mpeg", "ogg": "audio/ogg", "oga": "audio/ogg", "m4a": "audio/mp4",
    "flac": "audio/flac", "wav": "audio/wav",
}  # fmt: skip


def language_tag(tag: str) -> str:
    """Return a BCP 47 tag for the tag of a server: ``zh-CN`` for Mastodon's ``zhCn``; "" for what is none."""
    if found := _CAMEL.fullmatch(tag):
        parts = [part.title() if len(part) == 4 else part.upper() if len(part) == 2 else part.lower()
                 for part in (found[2], found[3]) if part]  # fmt: skip
        return "-".join([found[1], *parts])
    return tag if len(tag) <= 35 and _TAG.fullmatch(tag) else ""


def without_quote_line(text: str, quoted: Iterable[str], marked: bool) -> tuple[str, str]:
    """Return *text* without a first or last line that only names what is quoted, and the address in that line.

    *marked*: the server marks such a line (by the class ``quote-inline``), so that any address in it is the quoted
    one's; else it must be one of *quoted*, or lie on the same host under the same last name.
    """
    named = {_last_name(each) for each in quoted}
    lines = text.split("\n") if named or marked else []
    for at in (-1, 0) if lines else ():
        found = _FALLBACK.fullmatch(lines[at])
        if found and (marked or _last_name(found[1]) in named):
            del lines[at]
            return "\n".join(lines).rstrip("\n ") if at else "\n".join(lines).lstrip("\n"), found[1]
    return text, ""


def _last_name(address: str) -> tuple[str, str]:
    try:
        parts = urlsplit(address)
    except ValueError:
        return "", address
    return parts.netloc.lower(), parts.path.rstrip("/").rsplit("/", 1)[-1]


def author_of(status: str) -> Author | None:
    """Return whose post the address of a post is of, where it says so; None where it does not."""
    found = _STATUS.fullmatch(status)
    return Author(found[1], found[2]) if found else None


def is_for_few(address: str) -> bool:
    """Tell whether an address in ``to`` or ``cc`` stands for some readers whom nobody names: followers, a circle.

    ``https://host.example/#Public`` is everybody on that server alone (LitePub).
    """
    return _FEW.search(address) is not None


def media_type(address: str, kind: str = "") -> str:
    """Return the media type of a file by the end of its address; "" where that tells none, unless *kind* is gifv."""
    try:
        end = urlsplit(address).path.rsplit(".", 1)[-1].lower()
    except ValueError:
        end = ""
    return _MEDIA_TYPES.get(end) or ("video/mp4" if kind == "gifv" else "")


def number_in(status: JsonValue) -> str:
    """Return the number of a status on its server, "" for what has none."""
    found = members.text(status, "id") or members.digits(status, "id")
    return found if NUMBER.fullmatch(found) else ""


def number_at(address: str) -> str:
    """Return the number of a status in its address; "" for an address that is none's."""
    found = _NUMBER_AT.search(address)
    return found[1] if found else ""


def has_markup(content: str) -> bool:
    """Tell whether a content is HTML; Pixelfed gives out captions as they were typed."""
    return TAGS.search(content) is not None


def is_device(name: object) -> bool:
    """Tell whether the name of the program that a post was written with tells more than that it was a browser."""
    shown = members.LONE.sub("", name) if isinstance(name, str) else ""
    return shown.strip().lower() not in ("", "web", "website")
