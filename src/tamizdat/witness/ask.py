"""Asking one witness to sign a checkpoint: everything it may answer, and what that means.

An answer is believed as far as it verifies. A witness that cannot be reached, or refuses, keeps nothing from being
published; one that has seen another ledger under our name is told loudly.
"""

import http.client
from collections.abc import Sequence
from enum import StrEnum
from typing import Final
from urllib.parse import urlsplit

from tamizdat.dataclass import dataclass
from tamizdat.encoding import sha256_hex
from tamizdat.errors import BadNote, BadProof, DamagedInput, UsageError
from tamizdat.ledger.checkpoint import Checkpoint
from tamizdat.ledger.cosignature import STAMP, Witness
from tamizdat.ledger.note import Verifier, open_note, split_note
from tamizdat.ledger.tree import Tree
from tamizdat.network.exchange import Server, reason
from tamizdat.network.proxy import is_here, proxy_in_use
from tamizdat.witness.add_checkpoint import PATH, AddCheckpoint, lines_of, parse_size

SECONDS: Final = 15.0  #: in which a living witness answers, over Tor too
MAX_ANSWER: Final = 1 << 16
TRIES: Final = 3  #: of 409, in case somebody else asks at the same time


class Outcome(StrEnum):
    """What came of it."""

    SIGNED = "signed"
    UNREACHABLE = "unreachable"  #: now; the next run asks again
    REFUSED = "refused"  #: it answers, and does not sign
    FORKED = "forked"  #: it has signed a ledger that this one does not continue


@dataclass(frozen=True)
class Answer:
    """What one witness answered; *lines* are its signature lines, verified, *detail* says what else is known."""

    witness: str
    outcome: Outcome
    lines: tuple[bytes, ...] = ()
    detail: str = ""
    size: int = 0  #: of the ledger that it has seen, where it is another one


def checked_url(text: str) -> str:
    """Return the submission prefix of a witness, without a slash at its end; raises UsageError.

    It is https, or http to an onion service or this computer: what is asked is public, who asks is not.
    """
    try:
        parts = urlsplit(text.strip())
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        host, parts = "", urlsplit("")
    plain = parts.scheme == "http" and (host.endswith(".onion") or is_here(host))
    if not host or not (parts.scheme == "https" or plain) or "@" in parts.netloc or parts.query or parts.fragment:
        raise UsageError(
            "Expected the address of a witness, such as https://witness.example/prefix, or http:// to an onion "
            f"service, found {text!r}. Ask who runs the witness for it."
        )
    return text.strip().rstrip("/")


def ask(name: str, keys: Sequence[Witness], url: str, note: bytes, tree: Tree, old: int = 0) -> Answer:
    """Ask the witness *name* at *url* to sign the checkpoint in *note*, over the first entries of *tree*.

    *old* is the size that it signed last, as far as we know. Its lines count if all that are by its *keys* hold, and
    one does. Never raises for what the witness does.
    """
    try:
        return _ask(name, keys, url, note, tree, old)
    except (OSError, http.client.HTTPException) as error:
        return Answer(name, Outcome.UNREACHABLE, detail=f"it could not be asked: {reason(error)}")
    except UsageError as error:  # a proxy that cannot be used
        return Answer(name, Outcome.UNREACHABLE, detail=f"it was not asked. {error}")
    except DamagedInput as error:
        return Answer(name, Outcome.REFUSED, detail=f"what it answered does not hold. {error}")


def newest(keys: Sequence[Witness], url: str, log: Verifier) -> Checkpoint | None:
    """Return the newest checkpoint of *log* that a witness at *url* signed; None if it tells none that holds.

    It is what C2SP tlog-witness has monitors ask for; a witness that serves it elsewhere tells nothing here.
    """
    parts = urlsplit(url)
    if (parts.hostname or "").endswith(".onion") and proxy_in_use() is None:
        return None
    target = f"{parts.path}/{sha256_hex(log.name.encode())}/checkpoint"
    try:
        server = Server(parts.scheme, parts.hostname or "", parts.port, SECONDS)
        with server.ask("GET", target, {}) as answer:
            body = answer.read(MAX_ANSWER)
        note = open_note(body, [log, *keys])
        found = Checkpoint.parse(note.text)
    except (OSError, http.client.HTTPException, UsageError, DamagedInput):
        return None
    ours = answer.status == 200 and log in note.signed and found.origin == log.name
    return found if ours and any(each in note.signed for each in keys) else None


def _ask(name: str, keys: Sequence[Witness], url: str, note: bytes, tree: Tree, old: int) -> Answer:
    text, _ = split_note(note)
    size = Checkpoint.parse(text).size
    parts = urlsplit(url)
    if (parts.hostname or "").endswith(".onion") and proxy_in_use() is None:
        return Answer(
            name, Outcome.UNREACHABLE, detail="its address is an onion service, and no proxy is set ('places proxy')"
        )
    server = Server(parts.scheme, parts.hostname or "", parts.port, SECONDS)
    for _ in range(TRIES):
        hashes = tree.consistency_proof(old, size) if 0 < old <= size else []
        status, body = _post(server, f"{parts.path}/{PATH}", AddCheckpoint(old, tuple(hashes), note).encode())
        if status == 200:
            return Answer(name, Outcome.SIGNED, _verified(name, keys, text, body))
        if status == 409:
            told = parse_size(body)
            if told > size:
                return Answer(
                    name, Outcome.FORKED, size=told,
                    detail=f"it has signed {told:,} entries of this ledger, which has only {size:,} here: this archive "
                    "is an older copy, or somebody else signs with its key",
                )  # fmt: skip
            if told == old:
                return Answer(name, Outcome.REFUSED, detail=f"it wants to be asked from {told:,} on, and was (409)")
            old = told
            continue
        if status == 422 and old:
            return Answer(
                name, Outcome.FORKED, size=old,
                detail=f"the {old:,} entries of this ledger that it has signed are others than here: it was forked",
            )  # fmt: skip
        return Answer(name, Outcome.REFUSED, detail=_refusal(status))
    return Answer(name, Outcome.REFUSED, detail="it told another size each time it was asked (409)")


def _post(server: Server, target: str, body: bytes) -> tuple[int, bytes]:
    headers = {"Content-Type": "text/plain; charset=utf-8"}
    with server.ask("POST", target, headers, body) as answer:
        read = answer.read(MAX_ANSWER)
    if len(read) > MAX_ANSWER:
        raise BadProof(f"Expected an answer of at most {MAX_ANSWER:,} bytes, found more.")
    return answer.status, read


def _verified(name: str, keys: Sequence[Witness], text: bytes, body: bytes) -> tuple[bytes, ...]:
    """Return the lines of *body* by *keys*; raises BadNote unless one is there and all of them hold, with a time."""
    answer = text + b"\n" + body
    note = open_note(answer, keys)
    if not all(any(signature[:STAMP]) for signature in note.signed.values()):
        raise BadNote(f"Expected cosignatures of {name} with their time, found one without.")
    return tuple(lines_of(answer, note.signed))


def _refusal(status: int) -> str:
    known = {
        400: "it could not read what was asked",
        403: "it does not know the key of this ledger",
        404: "it does not know this ledger, or its address lacks the path that its keeper gives, often /witness",
        405: "no witness answers there: its address lacks the path that its keeper gives, often /witness",
        422: "it does not accept the proof",
        503: "it cannot sign at this moment",
    }
    return f"{known.get(status, 'it does not sign')} (answer {status})"
