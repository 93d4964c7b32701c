"""RSS and Atom, read by expat, with nothing switched on that a stranger could use.

Why expat and no library: an entry's exact bytes are needed, and expat tells where it is; it is in the standard library;
and what makes XML dangerous is refused here in three lines. Nothing that a feed declares is expanded (billion laughs,
files of ours in its text); no external entity or document type is ever fetched; depth and number of elements, and the
length of a tag, are bounded.

What expat does not read because it breaks the rules is made well formed (:mod:`~tamizdat.posts.formats.xml_repair`)
and read then; what was mended is told. Prefixes that nobody bound mean what they mean everywhere. Encodings are decoded
by Python (:mod:`~tamizdat.posts.formats.feed_encoding`), and expat gets UTF-8. Bytes that are not in the encoding
become U+FFFD in the text and are told; places are those in the file as it came.

An entry's bytes alone are no document: prefixes are bound, and base and language given, by what encloses it. So the
start tags around it are kept as the context (``open``), and rebuilding parses ``open`` + entry + the closing tags::

    <rss version="2.0" xmlns:dc="…"><channel>  +  <item>…</item>  +  </channel></rss>

An entry inside another is one of its own; the outer one's bytes are those before and behind it.
"""

import re
from collections.abc import Iterable
from dataclasses import field
from functools import lru_cache
from operator import is_
from typing import Final
from xml.parsers import expat

from tamizdat.dataclass import dataclass
from tamizdat.posts.formats.feed_encoding import Decoded, byte_offsets, decoded, text_in
from tamizdat.posts.formats.xml_node import ATOM, CONTENT, DC, Node
from tamizdat.posts.formats.xml_repair import ENTRIES, KINDS, Mended, mend

MAX_DEPTH: Final = 64
MAX_ELEMENTS: Final = 1_000_000
MAX_TAG: Final = 4 << 20  #: bytes; an attribute takes seventy times its own in memory, and a tag is read whole
STEP: Final = 1 << 18  #: bytes that are parsed at a time
MAX_OPEN: Final = 1 << 16  #: bytes of the start tags around the entries, which are parsed again with each of them
XML: Final = "http://www.w3.org/XML/1998/namespace"
#: what a prefix means that is bound nowhere, as feeds are copied together
UNBOUND: Final = {
    "xml": XML, "atom": ATOM, "content": CONTENT, "dc": DC, "media": "http://search.yahoo.com/mrss/",
    "itunes": "http://www.itunes.com/dtds/podcast-1.0.dtd", "xhtml": "http://www.w3.org/1999/xhtml",
    "thr": "http://purl.org/syndication/thread/1.0", "feedburner": "http://rssnamespace.org/feedburner/ext/1.0",
}  # fmt: skip
CONTAINERS: Final = frozenset(["rss", "channel", "feed", "rdf", "items"])
#: Nothing is given back: else the matcher keeps a note of each character, a hundred times the tag.
_TAG: Final = re.compile(rb"<[^>\"']*+(?:(?:\"[^\"]*+\"|'[^']*+')[^>\"']*+)*+>")
_STRAY: Final = re.compile("[\ud800-\udfff]")


class BadXml(ValueError):
    """What is wrong with a document. *kind* as in report.py."""

    def __init__(self, why: str, kind: str = "damaged", offset: int = 0, final: bool = False) -> None:
        super().__init__(why)
        self.kind = kind
        self.offset = offset
        self.final = final  #: nothing behind it is read


@dataclass(frozen=True)
class Entry:
    """An entry and its bytes as they stand in the file: (offset, length), several if another stands inside it.

    *alone*: these bytes and the start tags around them are the same node again, since nothing in them was mended, no
    other entry stands inside, and the same elements enclose it.
    """

    pieces: tuple[tuple[int, int], ...]
    node: Node
    alone: bool


@dataclass
class Feed:
    """What a document held, up to where it broke, if it did.

    This is what is said of the feed itself, the start tags around the entries, the entries, and what was wrong.
    """

    head: Node
    open: str
    encoding: str
    entries: list[Entry]
    problems: list[BadXml]


def read_xml(data: bytes, charset: str = "") -> Feed:
    """Return a feed in any encoding of the web; *charset* is the one its server named. What is wrong is told in it."""
    text = decoded(data, charset)
    nothing = Feed(Node("", "", {}), "", text.encoding, [], [])
    problems = nothing.problems
    if text.doubt:
        problems.append(BadXml(text.doubt, "encoding"))
    if not text.encoding:
        return nothing
    plain = _STRAY.sub("\ufffd", text.text)
    reader, mended = _Reader(plain.encode()), Mended(plain)
    broken = reader.run()
    if broken and broken.final:
        problems.append(broken)
    elif broken:
        mended = mend(plain)
        reader = _Reader(mended.text.encode())
        problems += _told(broken, reader.run(), mended, data, text)
    if len(reader.open) > MAX_OPEN:
        said = f"start tags of {len(reader.open):,} bytes around its entries; at most {MAX_OPEN:,} are read"
        problems.append(BadXml(said, "size"))
        return nothing
    if any(each == "html" for each in re.findall(r"<([^\s/>]+)", reader.open.decode().lower())):
        problems.append(BadXml("a feed inside an HTML page", "syntax"))
    entries = _placed(data, text, mended, reader)
    return Feed(reader.head, reader.open.decode(), text.encoding, entries, problems)


def _told(broken: BadXml, still: BadXml | None, mended: Mended, data: bytes, text: Decoded) -> list[BadXml]:
    """Return what is to be told of a document that was mended: once a kind, with its number and first place."""
    told = []
    for kind, number in mended.told.items():
        [offset] = byte_offsets(data, text, [mended.first[kind]])
        sort = {"hostile": "bomb", "deep": "size", "many": "size"}.get(kind, "syntax")
        told.append(BadXml(KINDS[kind] if number == 1 else f"{KINDS[kind]}, {number:,} times", sort, offset))
    if still:
        parsed = mended.text.encode()[: still.offset].decode("utf-8", "replace")
        [offset] = byte_offsets(data, text, [mended.start(len(parsed))])
        told.append(BadXml(str(still), still.kind, offset))
    elif not mended.whole and not mended.told["many"]:
        told.append(BadXml("", "truncated", len(data)))
    return told or [BadXml(str(broken), "syntax", broken.offset)]


def read_tree(text: str, most: int) -> Node | None:
    """Return any other document, mended in at most *most* places if it must be; None if it cannot be read."""
    plain = _STRAY.sub("\ufffd", text)
    reader = _Reader(plain.encode())
    if reader.run():
        mended = mend(plain, most)
        reader = _Reader(mended.text.encode())
        if mended.told["many"] or reader.run():
            return None
    return reader.head


@lru_cache(16)
def _end_tags(start_tags: str) -> str:
    names = re.findall(r"<([^\s/>]+)", re.sub(r"\"[^\"]*\"|'[^']*'", "", start_tags))
    return "".join(f"</{name}>" for name in reversed(names))


def read_entry(start_tags: str, entry: bytes, encoding: str) -> Node:
    """Return one entry, from its bytes and the start tags around it; raise :class:`BadXml` if they are none."""
    try:
        text = start_tags + _STRAY.sub("\ufffd", text_in(entry, encoding))
    except (LookupError, UnicodeError) as error:
        raise BadXml("not in the encoding it declares", "encoding") from error
    reader = _Reader(f"{text}{_end_tags(start_tags)}".encode())
    broken = reader.run()
    if broken:
        reader = _Reader(mend(text).text.encode())
        broken = reader.run()
    if broken or not reader.entries:
        raise broken or BadXml("no entry")
    return min(reader.entries, key=lambda each: each.start).node


def _placed(data: bytes, text: Decoded, mended: Mended, reader: "_Reader") -> list[Entry]:
    """Return the entries, their places turned from the UTF-8 that was parsed to the bytes of the file.

    Those that only the end of the file closed are left out: their words may be cut.
    """
    found = sorted(reader.entries, key=lambda each: each.start)
    points = sorted({point for each in found for point in (*each.starts(), *each.ends())})
    characters = dict(zip(points, _characters(reader.data, points), strict=True))
    kept = [each for each in found if not (mended.end and characters[each.end] > mended.end)]
    bounds = [
        [
            (mended.start(characters[start]), mended.stop(characters[end]))
            for start, end in zip(each.starts(), each.ends(), strict=True)
        ]
        for each in kept
    ]
    places = sorted({place for pieces in bounds for piece in pieces for place in piece})
    offset = dict(zip(places, byte_offsets(data, text, places), strict=True))

    def alone(each: _Place) -> bool:
        span = (characters[each.start], characters[each.end])
        return text.encoding == "utf-8" and each.usual and not each.holes and mended.is_untouched(*span)

    return [
        Entry(
            tuple((offset[start], offset[end] - offset[start]) for start, end in pieces if end > start),
            each.node,
            alone(each),
        )
        for each, pieces in zip(kept, bounds, strict=True)
    ]


def _characters(data: bytes, points: Iterable[int]) -> list[int]:
    """Return the number of characters before each of these places of UTF-8, in rising order."""
    if data.isascii():
        return list(points)
    found, before, count = [], 0, 0
    for point in points:
        count += len(data[before:point].decode())
        found.append(count)
        before = point
    return found


@dataclass
class _Place:
    """Where an entry stands in what was parsed, and the entries inside it."""

    node: Node
    start: int
    usual: bool  #: what encloses it is what encloses the first one
    end: int = 0
    holes: list[tuple[int, int]] = field(default_factory=list)

    def starts(self) -> list[int]:
        """Return where its pieces begin."""
        return [self.start, *(hole[1] for hole in self.holes)]

    def ends(self) -> list[int]:
        """Return where its pieces end."""
        return [*(hole[0] for hole in self.holes), self.end]


class _Reader:
    """expat over a document in UTF-8, and what it tells us."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.entries: list[_Place] = []
        self.open = b""
        self.head = Node("", "", {})
        self._stack: list[Node] = []
        self._spaces: list[dict[str, str]] = [{"": ""}]
        self._count = 0
        self._within: list[_Place] = []
        self._around: list[Node] = []  #: what encloses the first entry

    def run(self) -> BadXml | None:
        """Parse; return what was wrong, or None."""
        parser = self._parser = expat.ParserCreate("utf-8")
        parser.buffer_text = True
        parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
        parser.StartElementHandler, parser.EndElementHandler = self._start, self._end
        parser.CharacterDataHandler = self._text
        parser.EntityDeclHandler = _refuse
        parser.SkippedEntityHandler = _refuse
        parser.AttlistDeclHandler = _refuse  # attributes that an entry alone would not have
        try:
            for at in range(0, len(self.data), STEP):
                parser.Parse(self.data[at : at + STEP], False)
                if at + STEP - parser.CurrentByteIndex > MAX_TAG + STEP:  # expat waits for the end of it
                    raise BadXml(
                        f"a tag or comment of more than {MAX_TAG:,} bytes", "size", parser.CurrentByteIndex, True
                    )
            parser.Parse(b"", True)
        except expat.ExpatError as error:
            kind = "truncated" if error.code in _ENDED else "damaged"
            return BadXml(expat.ErrorString(error.code), kind, max(parser.ErrorByteIndex, 0))
        except BadXml as error:
            return error
        finally:
            del self._parser  # it holds this object: without a circle both go at once
        return None

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._count += 1
        if self._count > MAX_ELEMENTS or len(self._stack) >= MAX_DEPTH:
            raise BadXml("more elements, or deeper ones, than any feed has", "size", self._parser.CurrentByteIndex)
        if attributes or ":" in name:
            node = self._node(name, attributes)
        else:
            node = Node(self._spaces[-1][""], name, {})
            self._spaces.append(self._spaces[-1])
        if not self._within or node.name in ENTRIES:  # the places of other elements in an entry are nobody's concern
            node.offset = self._parser.CurrentByteIndex
        if node.name.lower() in ENTRIES and self._is_entry(node):
            if not self._around:
                self._around = self._stack[:]
                self.open = b"".join(self._tag(each.offset) for each in self._stack)
            usual = len(self._around) == len(self._stack) and all(map(is_, self._around, self._stack))
            self._within.append(_Place(node, node.offset, usual))
        elif self._stack:
            self._stack[-1].children.append(node)
        if not self._stack:
            self.head = node
        self._stack.append(node)

    def _is_entry(self, node: Node) -> bool:
        """Tell whether an entry begins: in a feed, or in another entry; or an Atom entry that is a whole document."""
        if not self._stack:
            return node.name.lower() == "entry"
        parent = self._stack[-1]
        if self._within:
            return parent is self._within[-1].node and parent.name == node.name
        return len(self._stack) <= 2 or parent.name.lower() in CONTAINERS

    def _tag(self, offset: int) -> bytes:
        """Return the start tag at *offset*, quotes respected."""
        found = _TAG.match(self.data, offset)
        return found[0] if found else b""

    def _end(self, name: str) -> None:
        node = self._stack.pop()
        self._spaces.pop()
        if self._within and node is self._within[-1].node:
            place = self._within.pop()
            place.end = self.data.index(b">", self._last(node)) + 1
            self.entries.append(place)
            if self._within:
                self._within[-1].holes.append((place.start, place.end))

    def _last(self, node: Node) -> int:
        """Return where the tag begins that closes *node*; it may be the one that opened it."""
        at: int = self._parser.CurrentByteIndex
        if node.children:
            return at
        found = _TAG.match(self.data, node.offset)
        alone = found is not None and found[0].endswith(b"/>")
        return found.end() - 1 if found and alone else at

    def _text(self, text: str) -> None:
        if self._stack:
            self._stack[-1].children.append(text)

    def _node(self, name: str, attributes: dict[str, str]) -> Node:
        spaces, own = self._spaces[-1], {}
        for key, value in attributes.items():
            prefix, _, bare = key.rpartition(":")
            if key == "xmlns" or prefix == "xmlns":
                spaces = {**spaces, ("" if key == "xmlns" else bare): value}
                continue
            own[key if prefix == "xml" else bare] = value
        self._spaces.append(spaces)
        prefix, _, local = name.rpartition(":")
        space = spaces.get(prefix)
        return Node(UNBOUND.get(prefix, prefix) if space is None else space, local, own)


def _refuse(*_: object) -> None:
    raise BadXml("it declares entities or attributes, or names an entity that is declared elsewhere", "syntax")


_CODES: Final = expat.errors.codes
_ENDED: Final = {
    _CODES[expat.errors.XML_ERROR_NO_ELEMENTS],
    _CODES[expat.errors.XML_ERROR_UNCLOSED_TOKEN],
    _CODES[expat.errors.XML_ERROR_UNCLOSED_CDATA_SECTION],
}
