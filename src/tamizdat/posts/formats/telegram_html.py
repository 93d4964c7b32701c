"""What Telegram Desktop writes as HTML (``messages.html``, ``messages2.html``, …), for when that is all there is.

::

    <div class="message default clearfix joined" id="message8">
      <div class="body">
        <div class="pull_right date details" title="12.05.2013 14:28:00 UTC+08:00">14:28</div>
        <div class="from_name">校舍名单</div>                  not if it is joined to the message before
        <div class="text">看 <a href="https://…">名单</a></div>

The JSON says more: this tells neither the chat's number nor its kind, so that a post's id is made of the chat's title,
and nobody can say for whom it was written (``unknown``). Times are the clock of whoever exported and stay without an
offset: the one that is written there is that of winter, all the year. A post's slices are the message, and before it,
where the message does not name them, the names of the sender and of the one whose words are forwarded, as they stand
at the last message that does. Where a message before it cannot be read, or a page is missing, nobody knows them.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from tamizdat.dataclass import dataclass
from tamizdat.encoding import sha256_hex
from tamizdat.errors import UsageError
from tamizdat.posts.export import BadExport, Export, head
from tamizdat.posts.formats import members
from tamizdat.posts.formats.format import (
    BadPost,
    Context,
    Found,
    Open,
    Plan,
    Removal,
    Slice,
    checked_size,
    doubts,
    one_post,
)
from tamizdat.posts.plain import to_plain
from tamizdat.posts.post import Attachment, Author, Choice, Post
from tamizdat.posts.report import IngestReport
from tamizdat.posts.times import read_time
from tamizdat.text.references import resolve_references

NAME: Final = "telegram-html/v1"
MAX_MESSAGE: Final = 1 << 20  #: bytes
MAX_DIVS: Final = 2_000  #: in a message; a poll of twelve answers has twenty
MAX_FILE: Final = 16 << 20  #: bytes; Telegram Desktop begins a new file after a thousand messages
PAGE: Final = re.compile(rb'<div class="page_wrap[^>]*>')
FILE: Final = re.compile(r"messages([0-9]*)\.html")
MESSAGE: Final = re.compile(
    rb'<div class="message (?P<kind>default|service)[^"]*" id="message(?P<number>-?[0-9]{1,19})">'
)
JOINED: Final = re.compile(rb'<div class="message default[^"]* joined')
INSIDE: Final = (b"body", b"from_name", b"text", b"pull_right date details", b"body details")
TITLE: Final = re.compile(rb'<div class="page_header.*?<div class="text bold">(.*?)</div>', re.S)
DIV: Final = re.compile(rb"<(/?)div\b[^<>]*+>")
CLASS: Final = re.compile(rb'class="([^"]*)"')
DATE: Final = re.compile(r"(\d\d)\.(\d\d)\.(\d{4}) (\d\d:\d\d:\d\d)")
#: each stops at the next ``<a``, so that none looks at a character more than twice
ANCHOR: Final = re.compile(r"<a\b([^<>]*+)>((?:(?!<a\b).)*?)</a>", re.S)
ADDRESS: Final = re.compile(r'\bhref="([^"#][^"]*)"')
A_FILE: Final = re.compile(r'\bclass="[^"]*(?:_wrap|block_link)')
ANSWERED: Final = re.compile(r'href="(?:messages[0-9]*\.html)?#go_to_message(-?[0-9]{1,19})"')
VOTES: Final = re.compile(r"([0-9]{1,12}) vote")
TYPES: Final = {".jpg": "image/jpeg", ".png": "image/png", ".webp": "image/webp", ".mp4": "video/mp4",
                ".ogg": "audio/ogg", ".mp3": "audio/mpeg", ".pdf": "application/pdf"}  # fmt: skip


def recognises(export: Export) -> bool:
    """Tell whether there are pages of messages, and no JSON of the same."""
    return any(_is_page(export, path) for path in export.names())


def _is_page(export: Export, path: str) -> bool:
    if not FILE.fullmatch(path.rsplit("/", 1)[-1]) and not path.endswith((".html", ".htm")):
        return False
    beginning = head(export, path)
    return bool(PAGE.search(beginning) and (MESSAGE.search(beginning) or b'class="history"' in beginning))


def plan(export: Export, report: IngestReport) -> Plan:
    """Return the pages of one chat, in order; raise :class:`UsageError` for pages of several."""
    pages = [path for path in export.names() if _is_page(export, path)]
    if len({path.rpartition("/")[0] for path in pages}) > 1:
        raise UsageError(
            "Expected the pages of one Telegram chat, found several chats, and HTML does not tell which of them are "
            "letters. Nothing was taken; collect the folder of one chat, or better export it as JSON."
        )
    made = Plan(NAME, sorted(pages, key=_place))
    made.beside = frozenset(export.names()) - frozenset(pages)
    title = next((found for path in made.sources if (found := TITLE.search(head(export, path)))), None)
    made.context = {"title": to_plain(title[1].decode("utf-8", "replace")) if title else ""}
    report.notes.append(
        "Telegram's HTML does not tell whether a chat is public: none of its posts can be released. Export it as JSON."
    )
    return made


def _place(path: str) -> tuple[int, str]:
    found = FILE.fullmatch(path.rsplit("/", 1)[-1])
    return (int(found[1][:9] or 1) if found else 0, path)


@dataclass
class _Names:
    """Where the names stand that a message joined to others does not repeat."""

    sender: tuple[Slice, bytes] | None = None
    origin: tuple[Slice, bytes] | None = None

    def forget(self) -> None:
        """Know neither any more."""
        self.sender = self.origin = None


def read(plan: Plan, open_file: Open, report: IngestReport) -> Iterator[Found | Removal]:
    """Yield every message of the pages."""
    names, last = _Names(), 0
    for path in plan.sources:
        place = _place(path)[0]
        if last and place > last + 1:
            report.problem("count", path, 0, f"messages{last + 1}.html is not there")
            names.forget()
        last = place
        try:
            with open_file(path) as file:
                data = file.read(MAX_FILE + 1)
        except BadExport as error:
            report.problem("damaged", path, detail=str(error))
            names.forget()
            continue
        if len(data) > MAX_FILE:
            report.problem("size", path)
            names.forget()
            continue
        yield from _read(plan, path, data, names, report)


def _read(plan: Plan, path: str, data: bytes, names: _Names, report: IngestReport) -> Iterator[Found | Removal]:
    starts = list(MESSAGE.finditer(data))
    ends = [*(each.start() for each in starts[1:]), len(data)][: len(starts)]
    for start, end in zip(starts, ends, strict=True):
        if start["kind"] == b"service":
            report.left["service messages and days"] += 1
            names.forget()
            continue
        raw = data[start.start() : end]
        try:
            before = _names_before(path, start.start(), raw, names)
            made = post([*(each[1] for each in before), raw], plan.context)
        except BadPost as error:
            report.problem(error.kind, path, start.start(), str(error))
            names.forget()
            continue
        if _Block(raw).is_followed():
            report.problem("damaged", path, start.start(), "something of another message behind it")
            names.forget()
        folder = path.rpartition("/")[0]
        paths = [f"{folder}/{each.url}" if folder else each.url for each in made.attachments if each.url]
        media = tuple(each for each in dict.fromkeys(paths) if each in plan.beside)
        yield Found((*(each[0] for each in before), Slice(path, start.start(), len(raw))), made, media)


def _names_before(path: str, offset: int, raw: bytes, names: _Names) -> list[tuple[Slice, bytes]]:
    """Return the names of sender and origin that the message does not repeat; note those that it has."""
    block = _Block(raw)
    if not JOINED.match(raw):
        names.forget()
    forwarded = block.find("forwarded body")
    sender = block.find("from_name", until=forwarded.start if forwarded else None)
    if sender:
        names.sender = sender.where(path, offset, raw)
        names.origin = None
    origin = block.find("from_name", forwarded.start, forwarded.end) if forwarded else None
    if origin:
        names.origin = origin.where(path, offset, raw)
    if not forwarded:
        names.origin = None
    needed = [names.sender if not sender else None, names.origin if forwarded and not origin else None]
    if needed[1] and not needed[0]:
        needed[0] = names.sender  # a message of two names before it is told by their number
    return [each for each in needed if each]


def _text(raw: bytes) -> str:
    return raw.decode("utf-8", "replace")


@dataclass(frozen=True)
class _Div:
    """A ``div``: where it begins and ends in the message's bytes, and what is in it."""

    start: int
    end: int
    inner: str

    def where(self, path: str, offset: int, raw: bytes) -> tuple[Slice, bytes]:
        """Return its place in the file, and its bytes; *offset* is that of the message *raw*."""
        return Slice(path, offset + self.start, self.end - self.start), raw[self.start : self.end]


class _Block:
    """The HTML of a message, and the ``div``s in it by class."""

    def __init__(self, raw: bytes) -> None:
        if len(raw) > MAX_MESSAGE:
            raise BadPost("a message longer than any", "size")
        self._raw = raw
        self._divs: list[tuple[int, int, int, int, bytes]] = []  # start, end, inner start, inner end, class
        opened: list[tuple[int, int, bytes]] = []
        for tag in DIV.finditer(raw):
            if not tag[1]:
                found = CLASS.search(tag[0])
                opened.append((tag.start(), tag.end(), found[1] if found else b""))
                if len(opened) + len(self._divs) > MAX_DIVS:
                    raise BadPost("a message of more elements than any has", "size")
            elif opened:
                start, inner, name = opened.pop()
                self._divs.append((start, tag.end(), inner, tag.start(), name))
        self._divs.sort()

    def is_followed(self) -> bool:
        """Tell whether behind the message stands what only messages hold: the beginning of another is damaged."""
        end = self._divs[0][1] if self._divs and self._divs[0][0] == 0 else len(self._raw)
        return any(first >= end and found in INSIDE for first, *_, found in self._divs)

    def each(self, name: str, start: int = 0, until: int | None = None) -> Iterator[_Div]:
        """Yield the ``div``s whose class begins so, in order."""
        wanted = name.encode()
        for first, end, inner, last, found in self._divs:
            if start < first and (until is None or first < until) and (found + b" ").startswith(wanted + b" "):
                yield _Div(first, end, _text(self._raw[inner:last]))

    def find(self, name: str, start: int = 0, until: int | None = None) -> _Div | None:
        """Return the first of these."""
        return next(self.each(name, start, until), None)


def post(raw: Sequence[bytes], context: Context) -> Post:
    """Return the post of a message; before it, where it does not name them, the names of sender and origin."""
    with one_post():
        *names, message = raw
        return _post([_text(each) for each in names], message, members.text(context, "title"))


def _post(names: list[str], raw: bytes, title: str) -> Post:
    number, block = MESSAGE.match(raw), _Block(raw)
    if not number or number["kind"] != b"default":
        raise BadPost("no message with a number")
    forwarded = block.find("forwarded body")
    sender = block.find("from_name", until=forwarded.start if forwarded else None)
    author = _name(names[0] if names else sender.inner if sender else "")
    origin = None
    if forwarded:
        own = block.find("from_name", forwarded.start, forwarded.end)
        origin = Author("", "", _name(names[1] if len(names) > 1 else own.inner if own else ""))
    signature = block.find("signature details")
    words, question = block.find("text"), block.find("question bold")
    markup = words.inner if words else ""
    asked = to_plain(question.inner) if question else ""
    text = checked_size("\n\n".join(filter(None, (to_plain(markup), asked))))
    date = block.find("pull_right date details")
    published = _time(_text(raw[date.start : date.end]) if date else "")
    uri = _uri(title, number["number"].decode())
    links = tuple((to_plain(words), address) for address, words in _anchors(markup) if address != to_plain(words))
    inner = Post(f"{uri}#forwarded", origin, text, _time(forwarded.inner[:4096]) if forwarded else None,
                 audience="unknown", links=links) if origin else None  # fmt: skip
    return Post(
        id=uri,
        author=Author("", "", f"{author} ({to_plain(signature.inner)})" if signature else author),
        text="" if inner else text,
        published=published,
        kind="Announce" if inner else "Note",
        reply_to=_answered(block, title),
        audience="unknown",
        shared=inner,
        attachments=tuple(_attachments(block)),
        links=() if inner else links,
        sensitive='class="spoiler' in markup,
        choices=tuple(_choices(block)),
        private_details=("coordinates",) if b"media_location" in raw else (),
        doubts=(*doubts("", published), *(() if _is_utf8(raw) else ("encoding",))),
    )


def _anchors(markup: str) -> Iterator[tuple[str, str]]:
    """Yield the addresses of links, and the markup of their words."""
    for attributes, words in ANCHOR.findall(markup):
        if found := ADDRESS.search(attributes):
            yield resolve_references(found[1]), words


def _is_utf8(raw: bytes) -> bool:
    try:
        raw.decode()
    except UnicodeDecodeError:
        return False
    return True


def _uri(title: str, number: str) -> str:
    return f"tg:{sha256_hex(title.encode('utf-8', 'replace'))[:32]}/{number}"


def _name(markup: str) -> str:
    """Return a name, without the date and "via @bot" behind it."""
    return to_plain(re.sub(r"<span\b.*", "", markup, flags=re.S)).strip()


def _time(markup: str) -> str | None:
    found = DATE.search(markup)
    if not found:
        return None
    day, month, year, clock = found.groups()
    return read_time(f"{year}-{month}-{day}T{clock}")


def _answered(block: _Block, title: str) -> str:
    told = block.find("reply_to details")
    found = ANSWERED.search(told.inner) if told else None
    return _uri(title, found[1]) if found else ""


def _attachments(block: _Block) -> Iterator[Attachment]:
    """Yield the files of a message; of one that was not exported nothing but that it was there."""
    for wrap in block.each("media_wrap"):
        files = [resolve_references(found[1]) for attributes, _ in ANCHOR.findall(wrap.inner)
                 if A_FILE.search(attributes) and (found := ADDRESS.search(attributes))]  # fmt: skip
        for path in files:
            if "//" not in path:
                yield Attachment(next((kind for end, kind in TYPES.items() if path.lower().endswith(end)), ""), path)
        if not files and "media_poll" not in wrap.inner:
            yield Attachment()


def _choices(block: _Block) -> Iterator[Choice]:
    for answer in block.each("answer"):
        words, _, details = answer.inner.partition("<span")
        votes = VOTES.search(details)
        yield Choice(to_plain(words).removeprefix("- "), int(votes[1]) if votes else None)
