"""Finding an account of Bluesky and fetching its repository: handle, DID, server, CAR.

::

    at://lin.example, https://bsky.app/profile/lin.example
    → https://lin.example/.well-known/atproto-did         the DID that the handle's own host names; if it does not,
      https://public.api.bsky.app/xrpc/com.atproto.ident… Bluesky is asked
    → https://plc.directory/DID/log/audit                 the keys and the server, which prove themselves
    → https://SERVER/xrpc/com.atproto.sync.getRepo        signed by one of these keys

A handle counts only if the account names it too. Of ``did:web`` there is no history: its document names the server.
"""

import io
import re
from typing import Final
from urllib.parse import quote, urlsplit

from tamizdat.dataclass import dataclass
from tamizdat.posts.car import Car
from tamizdat.posts.elements import NotJson, decode
from tamizdat.posts.export_bounds import BadExport
from tamizdat.posts.feed_visits import Fetch, NoFeed
from tamizdat.posts.fetch import CAR, MAX_REPOSITORY, Answer, BadAnswer
from tamizdat.posts.formats import members
from tamizdat.posts.formats.account_keys import BadHistory, read_history
from tamizdat.posts.repository import BadRepository, read_commit

DIRECTORY: Final = "https://plc.directory"
RESOLVER: Final = "https://public.api.bsky.app/xrpc/com.atproto.identity.resolveHandle?handle="
HANDLE: Final = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?", re.I)
DID: Final = re.compile(r"did:plc:[a-z2-7]{24}|did:web:[a-z0-9.-]{1,200}", re.I)


@dataclass(frozen=True)
class BlueskyAccount:
    """An account as somebody names it: a handle, or a DID."""

    name: str

    @property
    def url(self) -> str:
        """Return the address under which it is followed."""
        return f"at://{self.name}"


@dataclass(frozen=True)
class Found:
    """Where an account's repository is, and the log of its keys (empty for ``did:web``)."""

    did: str
    server: str
    log: bytes


def account_of(url: str) -> BlueskyAccount | None:
    """Return the account that an address names; None if it names none of Bluesky."""
    found = re.match(r"(?:at://|https://bsky\.app/profile/)([^/?#]{1,300})", url, re.I)
    name = found[1].removeprefix("@") if found else ""
    if DID.fullmatch(name):
        return BlueskyAccount(name)
    return BlueskyAccount(name.lower()) if HANDLE.fullmatch(name) and len(name) <= 253 else None


def find(account: BlueskyAccount, get: Fetch) -> Found:
    """Return where an account's repository is; raise :class:`NoFeed` if nothing proves where."""
    did = account.name if account.name.startswith("did:") else _did_of(account.name, get)
    if did.startswith("did:web:"):
        return Found(did, _server_in_document(did, _ask(f"https://{did[8:]}/.well-known/did.json", get)), b"")
    log = _ask(f"{DIRECTORY}/{did}/log/audit", get).body
    try:
        history = read_history(decode(log))
    except (NotJson, BadHistory) as error:
        raise NoFeed(f"Expected the history of {did}, found one that does not prove itself: {error}.") from error
    if history.did != did:
        raise NoFeed(f"Expected the history of {did} from {DIRECTORY}, found that of {history.did}.")
    if not account.name.startswith("did:") and history.handle.lower() != account.name:
        raise NoFeed(
            f"Expected {did} to call itself {account.name}, found that it calls itself {history.handle or 'nothing'}. "
            "Give that name, or the DID, if you mean it."
        )
    return Found(did, _checked(history.server, did), log)


def latest_revision(found: Found, get: Fetch) -> str:
    """Return the revision of the repository now; raise :class:`NoFeed` with the server's reason if there is none."""
    answer = _ask(f"{found.server}/xrpc/com.atproto.sync.getLatestCommit?did={quote(found.did, safe=':')}", get)
    try:
        return members.text(decode(answer.body), "rev")
    except NotJson:
        return ""


def fetch_repository(found: Found, since: str, get: Fetch) -> bytes:
    """Return the CAR of what was written after a revision, or of everything.

    Raises :class:`BadAnswer` for one that is too large, :class:`NoFeed` for what is not that account's.
    """
    address = f"{found.server}/xrpc/com.atproto.sync.getRepo?did={quote(found.did, safe=':')}"
    try:
        car = _ask(f"{address}&since={quote(since)}" if since else address, get, CAR).body
        _check_owner(car, found.did)
        return car
    except BadAnswer as error:
        if since:
            raise
        raise BadAnswer(
            f"Expected a repository of at most {MAX_REPOSITORY:,} bytes, or a sound answer. Fetch {address} with "
            "another program, and collect the file; from then on only what is new is fetched here."
        ) from error


def _check_owner(car: bytes, did: str) -> None:
    """Raise :class:`NoFeed` if a server gave out what is no repository, or another account's."""
    try:
        opened = Car(io.BytesIO(car))
        owner = read_commit(opened.block(opened.root) or b"").did
    except (BadExport, BadRepository) as error:
        raise NoFeed(f"Expected the repository of {did}, found {len(car):,} bytes that are none: {error}.") from error
    if owner != did:
        raise NoFeed(f"Expected the repository of {did}, found that of {owner[:200]}. Nothing was taken.")


def _did_of(handle: str, get: Fetch) -> str:
    try:
        said = _ask(f"https://{handle}/.well-known/atproto-did", get).body[:300].decode("ascii", "replace").strip()
    except (NoFeed, OSError, BadAnswer):
        said = ""
    if not DID.fullmatch(said):
        try:
            said = members.text(decode(_ask(f"{RESOLVER}{quote(handle)}", get).body), "did")
        except NotJson:
            said = ""
    if not DID.fullmatch(said):
        raise NoFeed(f"Expected an account of Bluesky that is called {handle}, found none.")
    return said


def _server_in_document(did: str, answer: Answer) -> str:
    try:
        document = decode(answer.body)
    except NotJson:
        document = None
    for service in members.each(document, "service"):
        if members.text(service, "id").endswith("#atproto_pds"):
            return _checked(members.text(service, "serviceEndpoint"), did)
    raise NoFeed(f"Expected the document of {did} to name its server, found none.")


def _checked(server: str, did: str) -> str:
    try:
        parts = urlsplit(server)
    except ValueError:  # https://[a is no address
        parts = urlsplit("")
    if parts.scheme != "https" or not parts.hostname or parts.username or parts.path.strip("/") or parts.query:
        raise NoFeed(f"Expected the server of {did} as https://HOST, found {server[:120]!r}.")
    return f"https://{parts.netloc}"


def _ask(url: str, get: Fetch, accept: str = "*/*") -> Answer:
    answer = get(url, {"Accept": accept})
    if answer.status == 200:
        return answer
    try:
        reason = members.text(decode(answer.body[:4096]), "error")
    except NotJson:
        reason = ""
    told = f"{answer.status} ({reason[:80]})" if reason else f"{answer.status}"
    raise NoFeed(f"Expected an answer from {urlsplit(url).hostname}, it said {told}.", answer.status)
