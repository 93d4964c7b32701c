"""RSS and Atom, read by expat, with nothing switched on that a stranger could use.

Why expat and no library: an entry's exact bytes are needed, and expat tells where it is; it is in the standard library;
and what makes XML dangerous is refused here in three lines. A feed that declares an entity is not read at all (billion
laughs, files of ours in its text); no external entity or document type is ever fetched; depth and number of elements,
and the length of a tag, are bounded.

Feeds come in many encodings; those of the web (:data:`ENCODINGS`) are decoded by Python, and expat gets UTF-8. Bytes
that are not in the declared encoding become U+FFFD in the text and are told; places are those in the file as it came.

An entry's bytes alone are no document: prefixes are bound, and base and language given, by what encloses it. So the
start tags around it are kept as the context (``open``), and rebuilding parses ``open`` + entry + the closing tags::

    <rss version="2.0" xmlns:dc="…"><channel>  +  <item>…</item>  +  </channel></rss>
"""

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final
from xml.parsers import expat

MAX_DEPTH: Final = 64
MAX_ELEMENTS: Final = 1_000_000
MAX_TAG: Final = 4 << 20  #: bytes; an attribute takes seventy times its own in memory, and a tag is read whole
STEP: Final = 1 << 18  #: bytes that are parsed at a time
MAX_OPEN: Final = 1 << 16  #: bytes of the start tags around the entries, which are parsed again with each of them
ATOM, CONTENT, DC = (
    "http://www.w3.org/2005/Atom",
    "http://purl.org/rss/1.0/modules/content/",
    "http://purl.org/dc/elements/1.1/",
)
PLAIN: Final = (
    "",
    "http://purl.org/rss/1.0/",
    "http://my.netscape.com/rdf/simple/0.9/",
    "http://backend.userland.com/rss2",
)
XML: Final = "http://www.w3.org/XML/1998/namespace"
ENTRIES: Final = ("item", "entry")
#: The Encoding Standard's (https://encoding.spec.whatwg.org/), by Python's names. Python knows others, which no feed
#: has and of which some take more than linear time, or execute escapes.
ENCODINGS: Final = frozenset([
    "utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "ascii", "big5", "big5hkscs", "cp950", "gb2312", "gbk",
    "gb18030", "hz", "euc_jp", "iso2022_jp", "shift_jis", "cp932", "euc_kr", "cp949", "koi8-r", "koi8-u", "cp866",
    "cp874", "tis-620", "mac-roman", "mac-cyrillic", *(f"cp{number}" for number in range(1250, 1259)),
    *(f"iso8859-{number}" for number in range(1, 17)),
])  # fmt: skip
DECLARED: Final = re.compile(rb"<\?xml[^>]*?encoding\s*=\s*[\"']([A-Za-z0-9._-]+)[\"']")
#: Nothing is given back: else the matcher keeps a note of each character, a hundred times the tag.
_TAG: Final = re.compile(rb"<[^>\"']*+(?:(?:\"[^\"]*+\"|'[^']*+')[^>\"']*+)*+>")
_STRAY: Final = re.compile("[\ud800-\udfff]")


class BadXml(ValueError):
    """XML that is not well formed, or that does what a feed has no business to do. *kind* as in report.py."""

    def __init__(self, why: str, kind: str = "damaged", offset: int = 0) -> None:
        super().__init__(why)
        self.kind = kind
        self.offset = offset


@dataclass
class Node:
    """An element: its name without the prefix, its namespace, and what is in it, in order."""

    space: str
    name: str
    attributes: dict[str, str]
    children: "list[Node | str]" = field(default_factory=list)
    offset: int = 0

    def child(self, name: str, *spaces: str) -> "Node | None":
        """Return the first child of that name, in one of these namespaces (none given: RSS's own, and Atom's)."""
        wanted = spaces or (*PLAIN, ATOM)
        found = (
            each for each in self.children if isinstance(each, Node) and each.name == name and each.space in wanted
        )
        return next(found, None)

    def all(self, name: str) -> "list[Node]":
        """Return all children of that name, of any namespace."""
        return [each for each in self.children if isinstance(each, Node) and each.name == name]

    def text(self) -> str:
        """Return all character data in it."""
        return "".join(each if isinstance(each, str) else each.text() for each in self.children)

    def markup(self) -> str:
        """Return what is in it as HTML, for Atom's XHTML."""
        escape = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
        pieces = [
            "".join(escape.get(letter, letter) for letter in each)
            if isinstance(each, str)
            else f"<{each.name}>{each.markup()}</{each.name}>"
            for each in self.children
        ]
        return "".join(pieces)


@dataclass(frozen=True)
class Entry:
    """An entry and its bytes, as they stand in the file."""

    offset: int
    length: int
    node: Node


@dataclass
class Feed:
    """What a document held, up to where it broke, if it did.

    This is what is said of the feed itself, the start tags around the entries, and the entries.
    """

    head: Node
    open: str
    encoding: str
    entries: list[Entry]
    broken: BadXml | None


def read_xml(data: bytes) -> Feed:
    """Return a feed in any encoding of the web; what is wrong with it is in ``broken``."""
    encoding = _encoding(data)
    try:
        if codecs.lookup(encoding).name not in ENCODINGS:
            raise LookupError
        text = data.decode(encoding, "surrogateescape")
        whole = text.encode(encoding, "surrogateescape") == data
    except (LookupError, UnicodeError):
        whole = False
    if not whole:
        return Feed(Node("", "", {}), "", encoding, [], BadXml("not in the encoding it declares", "encoding"))
    reader = _Reader(_STRAY.sub("\ufffd", text).encode())
    broken = reader.run()
    if len(reader.open) > MAX_OPEN:
        said = f"start tags of {len(reader.open):,} bytes around its entries; at most {MAX_OPEN:,} are read"
        return Feed(Node("", "", {}), "", encoding, [], BadXml(said, "size"))
    entries = list(_places(text, encoding, reader))
    return Feed(reader.head, reader.open.decode(), encoding, entries, broken)


def read_entry(start_tags: str, entry: bytes, encoding: str) -> Node:
    """Return one entry, from its bytes and the start tags around it; raise :class:`BadXml` if they are none."""
    names = re.findall(r"<([^\s/>]+)", re.sub(r"\"[^\"]*\"|'[^']*'", "", start_tags))
    try:
        text = _STRAY.sub("\ufffd", entry.decode(encoding, "surrogateescape"))
    except (LookupError, UnicodeError) as error:
        raise BadXml("not in the encoding it declares", "encoding") from error
    reader = _Reader("".join([start_tags, text, *(f"</{name}>" for name in reversed(names))]).encode())
    broken = reader.run()
    if broken or len(reader.entries) != 1:
        raise broken or BadXml("no entry")
    return reader.entries[0].node


def _encoding(data: bytes) -> str:
    """Return the encoding: by its mark, by its declaration, else UTF-8 (XML 1.0, appendix F)."""
    for mark, name in (
        (b"\xff\xfe", "utf-16-le"),
        (b"\xfe\xff", "utf-16-be"),
        (b"<\0", "utf-16-le"),
        (b"\0<", "utf-16-be"),
    ):
        if data.startswith(mark):
            return name
    declared = DECLARED.match(data.lstrip(b"\xef\xbb\xbf"))
    name = declared[1].decode().lower() if declared else "utf-8"
    return {"gb2312": "gb18030", "gbk": "gb18030", "big5": "big5hkscs", "us-ascii": "utf-8", "ascii": "utf-8"}.get(
        name, name
    )


def _places(text: str, encoding: str, reader: "_Reader") -> Iterator[Entry]:
    """Yield the entries, their places turned from the UTF-8 that was parsed to the bytes of the file."""
    parsed, characters, here, offset = reader.data, 0, 0, 0
    for entry in reader.entries:
        start = characters + len(parsed[here : entry.offset].decode())
        offset += len(text[characters:start].encode(encoding, "surrogateescape"))
        end = start + len(parsed[entry.offset : entry.offset + entry.length].decode())
        length = len(text[start:end].encode(encoding, "surrogateescape"))
        yield Entry(offset, length, entry.node)
        characters, here, offset = end, entry.offset + entry.length, offset + length


class _Reader:
    """expat over a document in UTF-8, and what it tells us."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.entries: list[Entry] = []
        self.open = b""
        self.head = Node("", "", {})
        self._stack: list[Node] = []
        self._count = 0
        self._entry: Node | None = None

    def run(self) -> BadXml | None:
        """Parse; return what was wrong, or None."""
        parser = self._parser = expat.ParserCreate("utf-8", namespace_separator=" ")
        parser.buffer_text = True
        parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
        parser.StartElementHandler, parser.EndElementHandler = self._start, self._end
        parser.CharacterDataHandler = self._text
        parser.EntityDeclHandler = _refuse
        try:
            for at in range(0, len(self.data), STEP):
                parser.Parse(self.data[at : at + STEP], False)
                if at + STEP - parser.CurrentByteIndex > MAX_TAG + STEP:  # expat waits for the end of it
                    raise BadXml(f"a tag or comment of more than {MAX_TAG:,} bytes", "size", parser.CurrentByteIndex)
            parser.Parse(b"", True)
        except expat.ExpatError as error:
            kind = "truncated" if error.code in _ENDED else "damaged"
            return BadXml(expat.ErrorString(error.code), kind, max(parser.ErrorByteIndex, 0))
        except BadXml as error:
            return error
        return None

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._count += 1
        if self._count > MAX_ELEMENTS or len(self._stack) >= MAX_DEPTH:
            raise BadXml("more elements, or deeper ones, than any feed has", "size", self._parser.CurrentByteIndex)
        node = _node(name, attributes)
        node.offset = self._parser.CurrentByteIndex
        if self._entry is None and node.name in ENTRIES and 1 <= len(self._stack) <= 2:
            self._entry = node
            self.open = self.open or b"".join(self._tag(each.offset) for each in self._stack)
        elif self._stack:
            self._stack[-1].children.append(node)
        else:
            self.head = node
        self._stack.append(node)

    def _tag(self, offset: int) -> bytes:
        """Return the start tag at *offset*, quotes respected."""
        found = _TAG.match(self.data, offset)
        return found[0] if found else b""

    def _end(self, name: str) -> None:
        node = self._stack.pop()
        if node is self._entry:
            end = self.data.index(b">", self._last(node)) + 1
            self.entries.append(Entry(node.offset, end - node.offset, node))
            self._entry = None

    def _last(self, node: Node) -> int:
        """Return where the tag begins that closes *node*; it may be the one that opened it."""
        found = _TAG.match(self.data, node.offset)
        alone = found is not None and found[0].endswith(b"/>")
        at: int = self._parser.CurrentByteIndex
        return found.end() - 1 if found and alone else at

    def _text(self, text: str) -> None:
        if self._stack:
            self._stack[-1].children.append(text)


def _node(name: str, attributes: dict[str, str]) -> Node:
    space, _, local = name.rpartition(" ")
    own = {}
    for key, value in attributes.items():
        prefix, _, bare = key.rpartition(" ")
        own[f"xml:{bare}" if prefix == XML else bare] = value
    return Node(space, local, own)


def _refuse(*_: object) -> None:
    raise BadXml("it declares an entity; such a feed is not read", "bomb")


_CODES: Final = expat.errors.codes
_ENDED: Final = {
    _CODES[expat.errors.XML_ERROR_NO_ELEMENTS],
    _CODES[expat.errors.XML_ERROR_UNCLOSED_TOKEN],
    _CODES[expat.errors.XML_ERROR_UNCLOSED_CDATA_SECTION],
}
