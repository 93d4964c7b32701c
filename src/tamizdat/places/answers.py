"""What a service answers when something fails, in our words and in our tree of errors.

Nothing a server sends is repeated, for it may repeat our login: its status is a number of three digits, its code is one
of those in the table below, and how long it wants to be left alone is a number of seconds.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from tamizdat.dataclass import dataclass
from tamizdat.errors import NotThere, PlaceBusy, PlaceError, PlaceFull, PlaceRefused, PlaceSilent, PlaceUnreachable
from tamizdat.network.exchange import Answer
from tamizdat.places import connection
from tamizdat.places.listings import error_code
from tamizdat.places.place import TRY

LONGEST_REST: Final = 3600  #: seconds: whoever asks to be left alone for longer is asked again after an hour
REST: Final = 30  #: seconds for who does not say how long

PART: Final = 206  #: the status of an answer that is a part of an object
NO_SUCH_PART: Final = 416  #: that of one whose object is shorter
GIVEN: Final = (200, PART, NO_SUCH_PART)  #: to who asked for a part
NO_HEADERS: Final[Mapping[str, str]] = MappingProxyType({})

_ABSENT: Final = (404, 410)
_BUSY: Final = (423, 425, 429, 503)  #: 423: clouds lock a file while they scan it
_FULL_CODES: Final = frozenset({"InsufficientStorage", "StorageFull", "QuotaExceeded", "XMinioStorageFull"})
_CODES: Final = {
    "SignatureDoesNotMatch": "it does not accept the secret_access_key",
    "InvalidAccessKeyId": "it does not know the access_key_id",
    "RequestTimeTooSkewed": "the clock of this machine is wrong",
    "NoSuchBucket": "it has no bucket of this name",
    "AccessDenied": "it does not allow this to this login",
}
_STATUSES: Final = {
    401: "it does not accept this login",
    403: "it does not allow this to this login",
}


@dataclass
class Refusal(Exception):
    """An answer that is no yes: its status, the code in its body, and for how many seconds it wants to rest."""

    status: int
    code: str
    rest: float


def explain(place: str, doing: str, refusal: Refusal, size: int | None = None) -> PlaceError:
    """Return *refusal* as an error of ours; *size* in bytes of the object that was sent, if one was."""
    status = refusal.status
    if status in _ABSENT and refusal.code != "NoSuchBucket":
        return NotThere(f"Place “{place}” holds nothing of this name.")
    known = _CODES.get(refusal.code) or _STATUSES.get(status) or "the service failed"
    where = f"Place “{place}” could not {doing}: {known} (answer {status})."
    if status == 507 or refusal.code in _FULL_CODES:
        return PlaceFull(f"{where} It is full: make room there.")
    if status == 413:
        return PlaceRefused(
            f"Place “{place}”: expected it to take an object of {size or 0:,} bytes, found that it takes none so large "
            "(answer 413). Ask its owner to allow requests of 5 MB (client_max_body_size, LimitRequestBody), or use "
            "another place."
        )
    if status in _BUSY:
        return PlaceBusy(
            f"Place “{place}”: expected it to {doing}, found that it is busy and asks to be left alone for "
            f"{refusal.rest:.0f} seconds (answer {status}). Run the same command again after that.",
            refusal.rest,
        )
    if 300 <= status < 400:
        return PlaceRefused(
            f"Place “{place}”: expected it to {doing}, found that it sends us to another address (answer {status}). "
            "It was not followed, for the login would go there too. Ask its owner for the address it has now."
        )
    if 400 <= status < 500:
        return PlaceRefused(where + TRY)
    if 200 <= status < 300:
        return PlaceUnreachable(
            f"Place “{place}”: expected it to {doing}, found that something else answers at this address (answer "
            f"{status}). Check its URL; or this network (a hotel's, a café's) wants a login of its own first."
        )
    return PlaceUnreachable(f"{where} Run the same command again later.")


def no_answer(place: str, doing: str, why: str, stands: bool) -> PlaceUnreachable:
    """Return the error for a place that gave no answer; *stands*: it takes connections, so it is not the line."""
    where = f"Place “{place}” could not {doing}:"
    if stands:
        return PlaceSilent(f"{where} {why}, though it takes connections. Run the same command again later.")
    return PlaceUnreachable(f"{where} {why}. Run the same command again later.")


def rest(headers: Mapping[str, str]) -> float:
    """Return for how many seconds a server wants to be left alone, of its header Retry-After."""
    seconds = headers.get("retry-after", "").strip()[:9]
    return float(min(int(seconds), LONGEST_REST)) if seconds.isdecimal() and seconds.isascii() else float(REST)


def require(answer: Answer, *statuses: int) -> None:
    """Raise Refusal unless the answer has one of *statuses*; of its body nothing but an S3 code is looked at."""
    if answer.status not in statuses:
        code = error_code(answer.read(1 << 16))
        raise Refusal(answer.status, _known(code), rest(answer.headers))


def part_of(answer: Answer, start: int, count: int) -> bytes:
    """Return what was asked for with :func:`range_header`.

    A service that does not know it gives all of the object, and one gives the part with the status of all of it.
    """
    if answer.status == NO_SUCH_PART:
        answer.read(1 << 16)
        return b""
    is_part = answer.headers.get("content-range", "").startswith(f"bytes {start}-")
    before = 0 if is_part else start
    return answer.read(before + count)[before : before + count]


def range_header(start: int, count: int) -> dict[str, str]:
    """Return the header that asks for *count* bytes from *start* on."""
    return {"Range": f"bytes={start}-{start + count - 1}"}


def accepted(answer: connection.Answer) -> None:
    """Raise Refusal unless the answer to an upload is a yes."""
    if not 200 <= answer.status < 300:
        after = REST if answer.after is None else min(answer.after, LONGEST_REST)
        raise Refusal(answer.status, _known(error_code(answer.body)), float(after))


def size_told(answer: connection.Answer) -> int | None:
    """Return the size that an answer to HEAD tells, None if it tells none; raises Refusal."""
    if answer.status != 200:
        raise Refusal(answer.status, "", float(REST))
    return answer.size


def _known(code: str) -> str:
    return code if code in _CODES or code in _FULL_CODES else ""
