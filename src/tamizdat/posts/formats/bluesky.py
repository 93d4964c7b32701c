"""A repository of Bluesky: the CAR that every account can download, and that anybody can fetch.

It is signed by its account, and so is each post in it: a post's slices are the commit, the nodes of the tree on the
way to the record, and the record. Whoever has them, and the history of the account's keys, can check that its key
signed those words (:mod:`tamizdat.posts.repository`, :mod:`tamizdat.posts.formats.account_keys`); no other platform
gives that. The history is the directory's log of the account, if it lies beside the CAR
(``https://plc.directory/DID/log/audit``, any name ending in ``.json``); it goes into the context, whole. Without it
nobody can tell whose key it was: "unknown".

A post whose signature is by no key that the account ever had is kept, marked, and for nobody to release: it is a
forgery, or the log is older than the key. Nothing in a repository tells that a post was deleted or edited. Pictures and
clips are not in it; files beside it that are named by their CID, and are what it says, belong to their posts.
"""

import io
from collections import OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import BinaryIO, Final

from tamizdat.dataclass import dataclass
from tamizdat.encoding import Json
from tamizdat.posts.car import Car, begins_as_car
from tamizdat.posts.dag_cbor import BadCbor, CborValue, Cid, decode
from tamizdat.posts.elements import JsonValue, NotJson
from tamizdat.posts.elements import decode as decode_json
from tamizdat.posts.export import BadExport, Export, head
from tamizdat.posts.formats import members
from tamizdat.posts.formats.account_keys import (
    BROKEN,
    PROVED,
    BadHistory,
    History,
    judge,
    keys_of,
    read_history,
    stated,
)
from tamizdat.posts.formats.bluesky_record import POST, REPOST, blobs, is_out_of_time, read_record
from tamizdat.posts.formats.format import BadPost, Context, Found, Open, Plan, Removal, Slice, one_post
from tamizdat.posts.post import Author, Post
from tamizdat.posts.report import IngestReport
from tamizdat.posts.repository import (
    MAX_NODE,
    BadRepository,
    Commit,
    Leaf,
    Walk,
    find_record,
    proves_absence,
    read_commit,
)

NAME: Final = "bluesky/v1"
PROFILE: Final = "app.bsky.actor.profile/self"
MAX_LOG: Final = 1 << 20  #: bytes
MAX_HELD: Final = 512 << 20  #: bytes of a CAR that is packed, and therefore read into memory
COLLECTIONS: Final = {
    "app.bsky.feed.like": "likes", "app.bsky.graph.follow": "contacts", "app.bsky.graph.block": "blocked accounts",
    "app.bsky.graph.list": "lists", "app.bsky.graph.listitem": "lists", "app.bsky.graph.listblock": "lists",
    "app.bsky.feed.threadgate": "rules for answers", "app.bsky.feed.postgate": "rules for answers",
    "app.bsky.actor.profile": "profile",
}  # fmt: skip


def recognises(export: Export) -> bool:
    """Tell whether a file begins as a CAR does."""
    return any(_is_car(export, path) for path in export.names())


def _is_car(export: Export, path: str) -> bool:
    named = path.endswith(".car") or len(export.names()) == 1  # no picture of another export is looked at
    return named and begins_as_car(head(export, path)[:256])


def takes(export: Export, name: str) -> bool:
    """Tell whether a file may be the history of an account's keys."""
    return _may_be_log(export, name)


def plan(export: Export, report: IngestReport) -> Plan:
    """Return the repositories, whose they are, and the histories of keys that lie beside them."""
    made = Plan(NAME, [path for path in export.names() if _is_car(export, path)])
    histories = dict(_histories(export, report))
    for path in export.names():
        cid = path.rsplit("/", 1)[-1].partition(".")[0]
        if cid.startswith("bafkrei") and _is_what_it_says(export, path, cid, report):
            made.media.setdefault(cid, []).append(path)
    for path in made.sources:
        try:
            with export.open(path) as file:
                made.contexts[path] = _context(Car(_seekable(file)), histories)
        except (BadExport, BadRepository):
            made.contexts[path] = {}  # read() tells it
    return made


def _may_be_log(export: Export, path: str) -> bool:
    beginning = head(export, path) if path.endswith(".json") else b""
    return beginning.lstrip().startswith(b"[") and b'"did:plc:' in beginning and b'"operation"' in beginning


def _histories(export: Export, report: IngestReport) -> Iterator[tuple[str, tuple[History, JsonValue]]]:
    for path in export.names():
        if not _may_be_log(export, path):
            continue
        try:
            with export.open(path) as file:
                log = decode_json(file.read(MAX_LOG))
            history = read_history(log)
        except (NotJson, BadExport, BadHistory) as error:
            report.problem("signature", path, detail=f"no history of keys that proves itself: {error}")
        else:
            yield history.did, (history, log)


def _is_what_it_says(export: Export, path: str, cid: str, report: IngestReport) -> bool:
    try:
        with export.open(path) as file:
            if Cid.parse(cid).matches(file.read(MAX_HELD)):
                return True
    except BadCbor:
        return False
    except BadExport:
        pass
    report.problem("damaged", path, detail="not the picture or clip that its name names")
    return False


def _context(car: Car, histories: Mapping[str, tuple[History, JsonValue]]) -> Context:
    """Return whose repository it is; and its keys, with the log that proves them, if there is one."""
    commit = _commit(car)
    context: Context = {"id": commit.did, "name": _display_name(car, commit)}
    if commit.did in histories:
        history, log = histories[commit.did]
        context |= {"handle": history.handle, "keys": stated(history), "log": _plain(log)}
    return context


def _plain(value: JsonValue) -> Json:
    """Return a log that proved itself, which has no floats, as statements hold it."""
    if isinstance(value, Mapping):
        return {name: _plain(each) for name, each in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_plain(each) for each in value]
    assert not isinstance(value, float)
    return value if isinstance(value, str | int) else None


def _commit(car: Car) -> Commit:
    block = car.block(car.root)
    if block is None:
        raise BadRepository("the commit is not in it")
    return read_commit(block)


def _display_name(car: Car, commit: Commit) -> str:
    leaf = next(
        (each for each in Walk(car.block).leaves(commit.data) if each.key >= "app.bsky.actor.profile/self"), None
    )
    block = car.block(leaf.record) if leaf and leaf.key == "app.bsky.actor.profile/self" else None
    try:
        return members.text(_json(decode(block)), "displayName") if block else ""
    except BadCbor:
        return ""


def _json(value: CborValue) -> JsonValue:
    """Return a record as the platform writes it in JSON."""
    match value:
        case Cid():
            return {"$link": str(value)}
        case bytes():
            return {"$bytes": value.hex()}
        case Mapping():
            return {name: _json(each) for name, each in value.items()}
        case list():
            return [_json(each) for each in value]
        case str() | int() | float() | None:
            return value
    raise AssertionError(type(value))  # DAG-CBOR has no others


def _seekable(file: BinaryIO) -> BinaryIO:
    """Return a file in which one can go back: itself, or a copy in memory of one that is packed."""
    if file.seekable():
        return file
    data = file.read(MAX_HELD + 1)
    if len(data) > MAX_HELD:
        raise BadExport(
            f"Expected a CAR of at most {MAX_HELD:,} bytes in an archive, found a larger one. Unpack it first."
        )
    return io.BytesIO(data)


def read(plan: Plan, open_file: Open, report: IngestReport) -> Iterator[Found | Removal]:
    """Yield every post and repost, in the order of their keys, which is that of time."""
    for path in plan.sources:
        try:
            with open_file(path) as file:
                car = Car(_seekable(file))
                for fault in car.faults:
                    report.problem(fault.kind, path, fault.offset, fault.detail)
                yield from _read(plan, path, car, report)
        except (BadExport, BadRepository) as error:
            report.problem("damaged", path, detail=str(error))


def _read(plan: Plan, path: str, car: Car, report: IngestReport) -> Iterator[Found]:
    commit, context = _commit(car), plan.context_of(path)
    _tell_signature(path, commit, context, report)
    walk, blocks, strange = Walk(car.block), _Blocks(car), 0
    for leaf in walk.leaves(commit.data):
        collection = leaf.key.partition("/")[0]
        if collection not in (POST, REPOST):
            report.left[COLLECTIONS.get(collection, "other records")] += 1
            continue
        found = _found(plan, path, blocks, leaf, context, report)
        if found:
            strange += is_out_of_time(found.post)
            yield found
    if walk.wrong:
        report.problem("damaged", path, detail="a part of its tree")
    if walk.missing:
        report.notes.append(
            f"{path}: parts of the repository that are not in it: {walk.missing:,}; what they hold is not known."
        )
    if strange:
        report.notes.append(
            f"{path}: posts that say they were written on another day than they came to Bluesky, as their keys tell: "
            f"{strange:,}. They were brought from elsewhere, or dated back. The time shown is the one they say."
        )


def _tell_signature(path: str, commit: Commit, context: Context, report: IngestReport) -> None:
    verdict, key, detail = judge(commit, keys_of(context))
    if verdict == BROKEN:
        report.problem("signature", path, detail=f"{commit.did}: {detail}; it is forged, or the log older than the key")
    elif verdict == PROVED:
        since = next((each[1] for each in _rows(context) if each[0] == key), "")
        report.notes.append(f"{path}: signed by {commit.did} with {key}, its key since {since}; {detail or 'proved'}.")
    else:
        report.notes.append(
            f"{path}: signed in the name of {commit.did}, and nothing here tells whose key it was. Put the answer of "
            f"https://plc.directory/{commit.did}/log/audit beside it as a .json file, and collect the folder."
        )


def _rows(context: Context) -> list[list[str]]:
    rows = context.get("keys")
    return [[str(each) for each in row] for row in rows if isinstance(row, list)] if isinstance(rows, list) else []


class _Blocks:
    """Blocks of a CAR as slices; the nodes near where reading stands are kept."""

    def __init__(self, car: Car) -> None:
        self._car = car
        self._held: OrderedDict[Cid, bytes] = OrderedDict()

    def get(self, path: str, cid: Cid, hold: bool = True) -> tuple[Slice, bytes] | None:
        """Return where a block stands, and its bytes."""
        place = self._car.place(cid)
        data = self._held.get(cid) if place else None
        data = self._car.block(cid) if data is None else data
        if place is None or data is None:
            return None
        if hold and len(data) <= MAX_NODE:
            self._held[cid] = data
            if len(self._held) > 2 * 64:
                self._held.popitem(last=False)
        return Slice(path, place.offset, place.length), data

    @property
    def root(self) -> Cid:
        """Return the CID of the commit."""
        return self._car.root


def _found(plan: Plan, path: str, blocks: _Blocks, leaf: Leaf, context: Context, report: IngestReport) -> Found | None:
    record = blocks.get(path, leaf.record, hold=False)
    if record is None:
        report.left["posts whose words the file does not hold"] += 1
        return None
    way = [blocks.get(path, cid) for cid in (blocks.root, *leaf.path)]
    pieces = [each for each in (*way, record) if each is not None]
    try:
        made = post([data for _, data in pieces], context)
    except BadPost as error:
        report.problem(error.kind, path, record[0].offset, str(error))
        return None
    named = blobs(_json(decode(record[1])))
    media = tuple(dict.fromkeys(each for cid in named for each in plan.media.get(cid, ())))
    return Found(tuple(where for where, _ in pieces), made, media)


@dataclass(frozen=True)
class FollowedRepository:
    """The format of a repository that is followed: posts of *known* that its signed tree has no more are removed.

    That an account's own key signed a tree without a post is its own word that the post is gone.
    """

    known: frozenset[str]  #: ids of posts
    NAME: str = NAME

    def recognises(self, export: Export) -> bool:
        """Tell whether there is a repository."""
        return recognises(export)

    def plan(self, export: Export, report: IngestReport) -> Plan:
        """Return the repository, and whose it is."""
        return plan(export, report)

    def read(self, plan: Plan, open_file: Open, report: IngestReport) -> Iterator[Found | Removal]:
        """Yield every post, and the removal of each that the tree proves not to have."""
        yield from read(plan, open_file, report)
        for path in plan.sources:
            with suppress(BadExport, BadRepository), open_file(path) as file:
                car = Car(_seekable(file))
                commit, place = _commit(car), car.place(car.root)
                if place is None or judge(commit, keys_of(plan.context_of(path)))[0] != PROVED:
                    continue
                where = Slice(path, place.offset, place.length)
                for uri in sorted(self.known):
                    key = uri.removeprefix(f"at://{commit.did}/")
                    if key != uri and proves_absence(car.block, commit.data, key):
                        yield Removal(where, uri, None, "not in the signed repository")

    def post(self, raw: Sequence[bytes], context: Context) -> Post:
        """Return the post of a record."""
        return post(raw, context)


def post(raw: Sequence[bytes], context: Context) -> Post:
    """Return the post of a record, held against the commit by the nodes between them."""
    with one_post():
        try:
            first, *nodes, record = raw
            commit = read_commit(first)
            key = find_record(commit, nodes, record)
            value = _json(decode(record))
        except (BadRepository, BadCbor) as error:
            raise BadPost(str(error), "damaged") from error
        is_owner = context.get("id") == commit.did
        handle, name = (members.text(context, each) if is_owner else "" for each in ("handle", "name"))
        made = read_record(f"at://{commit.did}/{key}", value, Author(commit.did, handle, name))
        verdict, _, _ = judge(commit, keys_of(context) if is_owner else [])
        return replace(made, signature=verdict, audience="unknown" if verdict == BROKEN else "public")
