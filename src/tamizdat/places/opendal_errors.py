"""What opendal says when something fails, in our words and in our tree of errors.

opendal has one class for each kind of failure, with a text for its developers::

    PermissionDenied (permanent) at write => S3Error { code: "SignatureDoesNotMatch", message: "…", … }
    Context:
       uri: https://…        response: Parts { status: 403, … headers … }

That text holds addresses, headers, and whatever the server chose to say, which may be our own login. So
nothing of it is passed on but what is found in the tables below and the three digits of the status.
"""

import re
from typing import Final

from opendal import exceptions

from tamizdat.errors import NotThere, PlaceError, PlaceFull, PlaceRefused, PlaceUnreachable

#: Each kind is a class of its own below Exception; an open file raises OSError with the same text instead.
FAILURES: Final = (
    exceptions.Error,
    exceptions.Unexpected,
    exceptions.Unsupported,
    exceptions.ConfigInvalid,
    exceptions.NotFound,
    exceptions.PermissionDenied,
    exceptions.IsADirectory,
    exceptions.NotADirectory,
    exceptions.AlreadyExists,
    exceptions.IsSameFile,
    exceptions.ConditionNotMatch,
    exceptions.RateLimited,
    exceptions.RangeNotSatisfied,
    exceptions.Conflict,
    OSError,
)

_FULL: Final = re.compile(r"status: 507|InsufficientStorage|StorageFull|QuotaExceeded|storage.cap.exceeded", re.I)
_REFUSED: Final = re.compile(
    r"status: (?:400|401|402|403|405|409|410|412|413|423)\b|\A(?:PermissionDenied|ConfigInvalid)"
)
_ABSENT: Final = re.compile(r"\ANotFound|\AIsADirectory|\ANotADirectory")
_STATUS: Final = re.compile(r"status: ([1-5][0-9]{2})\b")

_REASONS: Final = {
    "SignatureDoesNotMatch": "it does not accept the secret_access_key",
    "InvalidAccessKeyId": "it does not know the access_key_id",
    "RequestTimeTooSkewed": "the clock of this machine is wrong",
    "NoSuchBucket": "it has no bucket of this name",
    "AccessDenied": "it does not allow this to this login",
    "status: 401": "it does not accept this login",
    "status: 403": "it does not allow this to this login",
    "status: 413": "it does not take objects of this size",
    "timeout reached": "it did not answer in time",
    "Connection refused": "nobody answers at its address",
    "Name or service not known": "its name was not found; is this machine online?",
    "name resolution": "its name was not found; is this machine online?",
    "dns error": "its name was not found; is this machine online?",
    "certificate verify failed": "its certificate does not hold: someone may be listening on the line",
    "invalid peer certificate": "its certificate does not hold: someone may be listening on the line",
}


def explain(place: str, doing: str, failure: BaseException) -> PlaceError:
    """Return *failure* as an error of ours: "Place “cloud” could not take an object: …". It quotes nothing."""
    if not isinstance(failure, Exception):  # opendal itself broke down over the answer (a hostile listing does it)
        return PlaceError(f"Place “{place}” could not {doing}: the service answers what no sound service answers.")
    text = str(failure)
    if _ABSENT.search(text) and "NoSuchBucket" not in text:
        return NotThere(f"Place “{place}” holds nothing of this name.")
    where = f"Place “{place}” could not {doing}: {_reason(text)}."
    if _FULL.search(text):
        return PlaceFull(f"{where} It is full: make room there, or add another place.")
    if _REFUSED.search(text):
        return PlaceRefused(f"{where} Check its URL, the login and its rights with “tamizdat places test”.")
    return PlaceUnreachable(f"{where} Run the same command again later.")


def _reason(text: str) -> str:
    status = _STATUS.search(text)
    answer = f" (answer {status[1]})" if status else ""
    for sign, reason in _REASONS.items():
        if sign in text:
            return reason + answer
    return f"the service failed{answer}"
