"""An AT Protocol repository: a signed commit, a search tree of keys, and records (https://atproto.com/specs/repository).

::

    commit   {"did": "did:plc:…", "version": 3, "data": → node, "rev": "3k…", "prev": null, "sig": 64 bytes}
    node     {"l": → node or null,
              "e": [{"p": 0, "k": "app.bsky.feed.post/3k…", "v": → record, "t": → node or null}, …]}

A key is written as how many bytes it shares with the one before it, and the rest. Whoever has the commit, the nodes on
the way to a key, and the record can check that the account's key signed that record: each link is a SHA-256 of what it
leads to (:func:`find_record`). The tree is walked in the order of its keys, which must rise; so nothing is walked
twice, whatever the links say.
"""

from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from typing import Final

from tamizdat.dataclass import dataclass
from tamizdat.posts.dag_cbor import BadCbor, Cid, decode, encode

MAX_NODES_DEEP: Final = 64  #: a tree of 4**n keys is n nodes deep
MAX_NODE: Final = 1 << 16  #: bytes; four keys are usual, and one that is larger was made to be
MAX_KEY: Final = 1_024
VERSIONS: Final = (2, 3)


class BadRepository(ValueError):
    """Blocks that are no repository: what is missing or wrong."""


@dataclass(frozen=True)
class Commit:
    """What an account signed: DID, root of the tree, revision; *unsigned* are the bytes under *signature*."""

    did: str
    data: Cid
    revision: str
    signature: bytes
    unsigned: bytes


@dataclass(frozen=True)
class Entry:
    """A key of a node, its record, and the node of the keys behind it."""

    key: bytes
    record: Cid
    after: Cid | None


@dataclass(frozen=True)
class Node:
    """A node of the tree."""

    before: Cid | None
    entries: tuple[Entry, ...]


@lru_cache(maxsize=64)
def read_commit(block: bytes) -> Commit:
    """Return the commit in a block; raise :class:`BadRepository` if it is none."""
    try:
        value = decode(block)
    except BadCbor as error:
        raise BadRepository(f"a commit that is no DAG-CBOR: {error}") from error
    if not isinstance(value, dict) or value.get("version") not in VERSIONS:
        raise BadRepository("no commit of version 2 or 3")
    did, data, signature, revision = (value.get(name) for name in ("did", "data", "sig", "rev"))
    if not isinstance(did, str) or not did.startswith("did:") or not isinstance(data, Cid):
        raise BadRepository("a commit without DID or tree")
    if not isinstance(signature, bytes):
        raise BadRepository("a commit without signature")
    unsigned = encode({name: each for name, each in value.items() if name != "sig"})
    return Commit(did, data, revision if isinstance(revision, str) else "", signature, unsigned)


@lru_cache(maxsize=256)
def read_node(block: bytes) -> Node:
    """Return the node in a block; raise :class:`BadRepository` if it is none, or its keys do not rise."""
    if len(block) > MAX_NODE:
        raise BadRepository(f"a node of {len(block):,} bytes; at most {MAX_NODE:,} are read")
    try:
        value = decode(block)
    except BadCbor as error:
        raise BadRepository(f"a node that is no DAG-CBOR: {error}") from error
    entries = value.get("e") if isinstance(value, dict) else None
    if not isinstance(value, dict) or not isinstance(entries, list):
        raise BadRepository("a node without entries")
    found: list[Entry] = []
    key = b""
    for each in entries:
        shared, rest, record = (each.get(name) if isinstance(each, dict) else None for name in ("p", "k", "v"))
        if type(shared) is not int or not isinstance(rest, bytes) or not isinstance(record, Cid):
            raise BadRepository("an entry without key or record")
        before, key = key, key[:shared] + rest
        if not 0 <= shared <= len(before) or len(key) > MAX_KEY or (found and key <= before):
            raise BadRepository("keys of a node that do not rise")
        found.append(Entry(key, record, _link(each, "t")))
    return Node(_link(value, "l"), tuple(found))


def _link(value: dict[str, object], name: str) -> Cid | None:
    link = value.get(name)
    if link is None or isinstance(link, Cid):
        return link
    raise BadRepository("a link that is none")


@dataclass(frozen=True)
class Leaf:
    """A key, its record, and the nodes on the way to it, from the root on."""

    key: str
    record: Cid
    path: tuple[Cid, ...]


@dataclass
class Walk:
    """A walk through a tree; *missing* counts the nodes that are not there, *wrong* those that are none."""

    block: Callable[[Cid], bytes | None]
    missing: int = 0
    wrong: int = 0
    last: bytes = b""

    def leaves(self, root: Cid) -> Iterator[Leaf]:
        """Yield the keys of the tree in their order, as far as its nodes are there."""
        stack: list[tuple[Cid | None, Entry | None, tuple[Cid, ...]]] = [(root, None, ())]
        while stack:
            cid, entry, path = stack.pop()
            if entry is not None:
                if entry.key <= self.last:
                    self.wrong += 1
                    return
                self.last = entry.key
                yield Leaf(entry.key.decode("utf-8", "replace"), entry.record, path)
            if cid is None:
                continue
            node = self._node(cid, len(path))
            if node is None:
                continue
            path = (*path, cid)
            for each in reversed(node.entries):
                stack.append((each.after, each, path))
            stack.append((node.before, None, path))

    def _node(self, cid: Cid, depth: int) -> Node | None:
        block = self.block(cid)
        if block is None:
            self.missing += 1
            return None
        try:
            if depth >= MAX_NODES_DEEP:
                raise BadRepository("a tree deeper than any")
            return read_node(block)
        except BadRepository:
            self.wrong += 1
            return None


def proves_absence(block: Callable[[Cid], bytes | None], root: Cid, key: str) -> bool:
    """Tell whether a tree shows that it has no such key; a node that is not there, or is none, shows nothing."""
    wanted, cid = key.encode(), root
    for _ in range(MAX_NODES_DEEP):
        data = block(cid)
        if data is None:
            return False
        try:
            node = read_node(data)
        except BadRepository:
            return False
        link = node.before
        for entry in node.entries:
            if entry.key == wanted:
                return False
            if entry.key > wanted:
                break
            link = entry.after
        if link is None:
            return True
        cid = link
    return False


def find_record(commit: Commit, nodes: Sequence[bytes], record: bytes) -> str:
    """Return the key under which a commit signs a record, by the nodes on the way to it.

    Raises :class:`BadRepository` if a link is not the SHA-256 of what follows.
    """
    if not nodes:
        raise BadRepository("a record without a node")
    wanted: Cid | None = commit.data
    for block, following in zip(nodes, (*nodes[1:], None), strict=True):
        if wanted is None or not wanted.matches(block):
            raise BadRepository("a node that the one before it does not link to")
        if following is not None:
            wanted = _leading_to(read_node(block), following)
    found = next((each for each in read_node(nodes[-1]).entries if each.record.matches(record)), None)
    if found is None:
        raise BadRepository("a record that the tree does not have")
    return found.key.decode("utf-8", "replace")


def _leading_to(node: Node, block: bytes) -> Cid | None:
    links = (node.before, *(each.after for each in node.entries))
    return next((link for link in links if link is not None and link.matches(block)), None)
