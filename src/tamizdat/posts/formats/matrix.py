r"""A room of Matrix as Element exports it as JSON (Room info, Export chat): one file, or a zip with ``export.json``.

::

    {"room_name": "校舍名单", "room_creator": "林", "topic": "", "export_date": "11/23/2026", "exported_by": "林",
     "messages": [
       {"type": "m.room.join_rules", "state_key": "", "content": {"join_rule": "public"}, …},
       {"type": "m.room.message", "event_id": "$8mNRz…", "room_id": "!Vx:a.example", "sender": "@lin:a.example",
        "origin_server_ts": 1368340080123, "content": {"msgtype": "m.text", "body": "五年了", …}, "unsigned": {…}}, …]}

An **edit** is an event of its own (``m.replace``), or what the server adds to the message (``unsigned``): then its
slices are the message and the edit. Only who wrote a message may edit it. A redaction is a removal. Reactions, state
and what else is no message are counted. **A message that could not be decrypted** has a sentence of the program where
its words would be: it is told, and is no post.

For whom a message was is told by the room's own events before it, which are slices of it: who may join
(``m.room.join_rules``), and who may read (``m.room.history_visibility``). Everybody may read what was said while both
were open to the world; who joins, what was said while everybody could join. All else, and what an export without
these events holds, is a letter, as a chat of WhatsApp is. An edit was for those of both hours, so the events before it
count, too: what is written into a message of a public room after it was closed is a letter.

Files lie in ``images/``, ``videos/``, ``audio/``, ``files/``, ``stickers/``, named by what they were called and the
clock of whoever exported: of several of one name and size nobody can tell which it is.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import field
from datetime import UTC, datetime, timedelta
from typing import Final
from urllib.parse import quote, unquote

from tamizdat.dataclass import dataclass
from tamizdat.posts.elements import Damage, Element, JsonValue, NotJson, Window, decode, elements, enter
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
from tamizdat.posts.formats.matrix_events import RULES, audience, is_rule, sent, strangers
from tamizdat.posts.formats.page import place_value
from tamizdat.posts.plain import HtmlText, read_html
from tamizdat.posts.post import Attachment, Author, Choice, Post
from tamizdat.posts.report import IngestReport

NAME: Final = "matrix/v1"
BEGINNING: Final = re.compile(rb'(?:\xef\xbb\xbf)?\s*\{\s*"room_name"\s*:')
MESSAGES: Final = re.compile(rb'"(?:messages|room_creator|export_date|exported_by)"\s*:')
START: Final = re.compile(r'\{\s*"(?:type|event_id|content|room_id|sender|origin_server_ts)"\s*:')
ROOM: Final = re.compile(r"![^\s/?#%]{1,254}")
EVENT: Final = re.compile(r"\$[^\s?#%]{1,254}")
USER: Final = re.compile(r"@[^\s/?#%:]{1,254}:[^\s/?#%]{1,254}")
ENCRYPTED: Final = "m.room.encrypted"
MOST_RULES: Final = 200  #: of a room
MESSAGE: Final = ("m.room.message", "m.sticker", "m.poll.start", "org.matrix.msc3381.poll.start")
FOLDERS: Final = {"m.image": "images", "m.video": "videos", "m.audio": "audio"}
REPLY: Final = re.compile(r"<mx-reply>.*?</mx-reply>", re.S | re.I)
#: what a program put before an answer, until 2024
QUOTED: Final = re.compile(r"> (?:\* )?<@[^>\n]+>[^\n]*\n(?:>[^\n]*\n)*+\n?")
UNDECRYPTED: Final = "messages that could not be decrypted; export them where they can be read"
REACTIONS: Final = "reactions"
PLACES: Final = "places that were shared"
OTHERS: Final = "events of the room that are no messages"
EDITS: Final = "edits of messages that it does not hold, or of somebody else's"


BUNDLED: Final = ("unsigned", "m.relations", "m.replace")
SAFE: Final = ":!$&'()*+,;=@-._~"  #: what may stand as it is in a part of an address


@dataclass
class _Head:
    """Where a message stands, and what an edit of it needs."""

    slices: tuple[Slice, ...]
    values: tuple[JsonValue, ...]
    sender: str


@dataclass
class _MatrixPlan(Plan):
    #: by file and message that has edits, when each was made, by the hash of its sender and words
    edited: dict[str, dict[str, dict[int, int | None]]] = field(default_factory=dict)
    rules: dict[str, list[tuple[Slice, JsonValue]]] = field(default_factory=dict)  #: by file, in its order
    files: dict[tuple[str, str, int], str] = field(default_factory=dict)  #: by file of posts, what is asked for, size


def recognises(export: Export) -> bool:
    """Tell whether a file begins as the export of a room does."""
    return any(_is_export(export, path) for path in export.names())


def _is_export(export: Export, path: str) -> bool:
    beginning = head(export, path) if path.endswith(".json") else b""
    return BEGINNING.match(beginning) is not None and MESSAGES.search(beginning) is not None


def plan(export: Export, report: IngestReport) -> Plan:
    """Return the files, the pictures beside them, and which messages are edited further on."""
    made = _MatrixPlan(NAME, [path for path in export.names() if _is_export(export, path)])
    made.beside = frozenset(export.names()) - frozenset(made.sources)
    for path in made.sources:
        made.edited[path], made.rules[path] = {}, []
        folder = path[: path.rfind("/") + 1]
        for name in made.beside:
            kind, _, rest = name.removeprefix(folder).partition("/")
            if name.startswith(folder) and kind in (*FOLDERS.values(), "files", "stickers") and "/" not in rest:
                for asked in _asked(kind, rest):
                    key = path, asked, export.size(name)
                    made.files[key] = "" if key in made.files else name
        try:
            with export.open(path) as file:
                for each in _messages(Window(file)):
                    if isinstance(each, Element) and (target := _replaced(each.value)):
                        edits = made.edited[path].setdefault(target, {})
                        with suppress(BadPost), one_post():
                            edits[_hash_of(each.value)] = sent(each.value)
                    elif isinstance(each, Element) and is_rule(each.value):
                        made.rules[path].append((Slice(path, each.offset, each.length), each.value))
        except (BadExport, NotJson):  # reading it tells what is wrong
            continue
    return made


def _asked(kind: str, name: str) -> Iterator[str]:
    """Yield by what a file may be asked for: what stands before each hyphen of its name, and its ending."""
    stem, ending = _split(name)
    for found in re.finditer("-", stem):
        yield f"{kind}/{stem[: found.start()]}{ending}"


def _split(name: str) -> tuple[str, str]:
    at = name.rfind(".")
    return (name, "") if at < 0 else (name[:at], name[at:])


def _messages(window: Window) -> Iterator[Element | Damage]:
    for _ in enter(window, "messages"):
        pass
    return elements(window, START)


def read(plan: Plan, open_file: Open, report: IngestReport) -> Iterator[Found | Removal]:
    """Yield every message in all its versions, and what was redacted."""
    assert isinstance(plan, _MatrixPlan)
    for path in plan.sources:
        try:
            with open_file(path) as file:
                yield from _Room(plan, path, report).read(Window(file))
        except (BadExport, NotJson) as error:
            report.problem("damaged", path, detail=str(error))


class _Room:
    """One file as it is read: what the room's rules are, and the messages that are edited further on."""

    def __init__(self, plan: _MatrixPlan, path: str, report: IngestReport) -> None:
        self.plan, self.path, self.report = plan, path, report
        self.rules: dict[str, tuple[Slice, JsonValue]] = {}
        self.heads: dict[str, _Head] = {}

    def read(self, window: Window) -> Iterator[Found | Removal]:
        """Yield what is in it."""
        for element in _messages(window):
            if isinstance(element, Damage):
                self.report.problem(element.kind, self.path, element.offset, element.detail)
                continue
            try:
                with one_post():
                    found = [*self._read(Slice(self.path, element.offset, element.length), element.value, window)]
            except BadPost as error:
                self.report.problem(error.kind, self.path, element.offset, str(error))
                continue
            yield from found

    def _read(self, where: Slice, event: JsonValue, window: Window) -> Iterator[Found | Removal]:
        kind, content = members.text(event, "type"), members.at(event, "content")
        because, said = members.at(event, "unsigned", "redacted_because"), members.text(content, "msgtype")
        if is_rule(event):
            self.rules[kind] = where, event
        if kind == "m.room.redaction":
            target = members.text(event, "redacts") or members.text(content, "redacts")
            yield Removal(where, _id(event, target), _time(event))
        elif kind in (*MESSAGE, ENCRYPTED) and (isinstance(because, Mapping) or not content):
            yield Removal(where, _id(event, members.text(event, "event_id")), _time(because))
        elif kind == ENCRYPTED or said == "m.bad.encrypted":
            self.report.left[UNDECRYPTED] += 1
        elif kind == "m.reaction":
            self.report.left[REACTIONS] += 1
        elif said == "m.location":
            self.report.left[PLACES] += 1
        elif kind not in MESSAGE:
            self.report.left[OTHERS] += 1
        elif target := _replaced(event):
            yield from self._edit(target, where, event)
        else:
            yield from self._message(where, event, window)

    def _message(self, where: Slice, event: JsonValue, window: Window) -> Iterator[Found]:
        rules = [self.rules[each] for each in RULES if each in self.rules]
        slices, values = (*(each for each, _ in rules), where), (*(each for _, each in rules), event)
        number = members.text(event, "event_id")
        if number in self.plan.edited[self.path]:
            self.heads.setdefault(number, _Head(slices, values, members.text(event, "sender")))
        edit = _bundled(event)
        place = place_value(window.passed(where.length), *BUNDLED) if edit is not None else None
        edits, own = self.plan.edited[self.path].get(number, {}), _hash_of(event)
        if edit is None or place is None or _said(event).text != _said(edit).text:
            later = self._rules_until(where, edits[own]) if own in edits else []  # Element applies edits further on
            yield self._under(later, slices, values, replaced=edit is not None or number in self.heads)
        if edit is not None and place is not None:
            edited = Slice(self.path, where.offset + place[0], place[1])
            yield self._under(self._rules_until(where, sent(edit)), (*slices, edited), (*values, edit))

    def _edit(self, target: str, where: Slice, event: JsonValue) -> Iterator[Found]:
        known = self.heads.get(target)
        if known is None or known.sender != members.text(event, "sender") or _new(event) is None:
            self.report.left[EDITS] += 1
            return
        yield self._under([*self.rules.values()], (*known.slices, where), (*known.values, event), replaced=True)

    def _rules_until(self, where: Slice, until: int | None) -> list[tuple[Slice, JsonValue]]:
        """Return the rules that were made between a message and an edit of that time, the last of each.

        Raises :class:`BadPost` where the file holds more than any room has.
        """
        found = dict[str, tuple[Slice, JsonValue]]()
        if len(self.plan.rules[self.path]) > MOST_RULES:
            raise BadPost("an edit in a room whose rules change too often to tell for whom it was")
        for rule, said in self.plan.rules[self.path]:
            if rule.offset > where.offset and (until is None or (sent(said) or 0) <= until):
                found[members.text(said, "type")] = rule, said
        return [*found.values()]

    def _under(
        self, rules: Sequence[tuple[Slice, JsonValue]], slices: tuple[Slice, ...], values: Sequence[JsonValue],
        replaced: bool = False,
    ) -> Found:  # fmt: skip
        """Return the version of an edit, to which these *rules* are added if its message has some of that type."""
        known = {members.text(each, "type") for each in values}
        later = [each for each in rules if each[0] not in slices and members.text(each[1], "type") in known]
        return self._found(
            (*(each for each, _ in later), *slices), (*(each for _, each in later), *values), replaced=replaced
        )

    def _found(self, slices: tuple[Slice, ...], values: Sequence[JsonValue], replaced: bool = False) -> Found:
        """Return a version; one that this file edits stood when it was written, and not when it was exported."""
        made, content = _post(values), _new(values[-1]) or members.at(values[-1], "content")
        folder, size = FOLDERS.get(members.text(content, "msgtype"), "files"), members.whole(content, "info", "size")
        media = list[str]()
        for name in (members.text(content, "filename"), members.text(content, "body")) if made.attachments else ():
            asked = f"{folder}/{name}"
            if members.text(values[-1], "type") == "m.sticker":
                asked = f"stickers/{_split(name)[0]}.png"
            media += [found] if (found := self.plan.files.get((self.path, asked, size or 0), "")) else []
        return Found(slices, made, tuple(media[:1]), as_of=(made.updated or made.published) if replaced else None)


def post(raw: Sequence[bytes], context: Context) -> Post:
    """Return the post of a message, behind the room's rules and before its edit, if there is one."""
    with one_post():
        return _post([decode(each) for each in raw])


def _post(values: Sequence[JsonValue]) -> Post:
    rules = [each for each in values if members.text(each, "type") in RULES]
    message, *edits = values[len(rules) :]
    shown = edits[0] if edits else message
    sender = members.text(message, "sender")
    if not USER.fullmatch(sender):
        raise BadPost("a message without a sender")
    content, relates = members.at(message, "content"), members.at(message, "content", "m.relates_to")
    words, poll, published = _said(shown), _poll(_new(shown) or content), _time(message)
    text = checked_size("\n\n".join(each for each in (words.text, _plain(members.at(poll, "question"))) if each))
    attachments = (*_attachment(message, _new(shown) or content), *words.media)
    if not text and not attachments:
        raise BadPost("a message without words and files")
    thread, answered = _related(message, relates)
    body, leads = members.at(_new(shown) or content, "body"), (unquote(address) for _, address in words.links)
    return Post(
        id=_id(message, members.text(message, "event_id")),
        author=Author(f"matrix:u/{quote(sender[1:], safe=SAFE)}", sender[1:]),
        text=text,
        published=published,
        reply_to=answered,
        thread=thread,
        audience=audience(rules),
        attachments=attachments,
        links=words.links,
        updated=_time(shown) if edits else None,
        choices=tuple(Choice(said) for each in members.each(poll, "answers") if (said := _plain(each))),
        private_details=tuple(strangers([*values], "\n".join((sender, text, *leads)))),
        doubts=doubts(body if isinstance(body, str) else "", published),
    )


def _id(event: JsonValue, number: str) -> str:
    """Return the address of an event (Matrix URI scheme, https://spec.matrix.org/latest/appendices/#matrix-uri-scheme)."""
    room = members.text(event, "room_id")
    if not ROOM.fullmatch(room) or not EVENT.fullmatch(number):
        raise BadPost("an event without an id in a room")
    return f"matrix:roomid/{quote(room[1:], safe=SAFE)}/e/{quote(number[1:], safe=SAFE)}"


def _time(event: JsonValue) -> str | None:
    """Return when an event was sent, by the server of who sent it."""
    said = sent(event)
    try:
        return (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=said)).isoformat() if said else None
    except OverflowError:
        return None


def _replaced(event: JsonValue) -> str:
    """Return the id of the message that an event edits; "" if it is none."""
    relates = members.at(event, "content", "m.relates_to")
    return members.text(relates, "event_id") if members.text(relates, "rel_type") == "m.replace" else ""


def _new(event: JsonValue) -> JsonValue:
    """Return what an edit puts in the place of a message; None of another event."""
    found = members.at(event, "content", "m.new_content")
    return found if isinstance(found, Mapping) and _replaced(event) else None


def _bundled(event: JsonValue) -> JsonValue:
    """Return the edit that the server adds to a message, if it can be read and is by the same; else None."""
    edit = members.at(event, *BUNDLED)
    same = members.text(edit, "sender") == members.text(event, "sender")
    return edit if same and _new(edit) is not None else None


def _related(event: JsonValue, relates: JsonValue) -> tuple[str, str]:
    """Return the thread of a message, and what it answers: in a thread that may be a mere stand-in for it."""
    root = members.text(relates, "event_id") if members.text(relates, "rel_type") == "m.thread" else ""
    answered = members.text(relates, "m.in_reply_to", "event_id")
    if root and (members.at(relates, "is_falling_back") is True or not answered):
        answered = root
    made = [_id(event, each) if EVENT.fullmatch(each) else "" for each in (root, answered)]
    return made[0], made[1]


def _said(event: JsonValue) -> HtmlText:
    """Return the words of a message or an edit: as they were shown, without what they answer."""
    content = _new(event) or members.at(event, "content")
    body, name = members.text(content, "body"), members.text(content, "filename")
    if members.text(event, "type") == "m.sticker" or (_file(content) and (not name or name == body)):
        return HtmlText("")
    written = members.text(content, "formatted_body")
    if written and members.text(content, "format") == "org.matrix.custom.html":
        return read_html(REPLY.sub("", written))
    quoted = QUOTED.match(body)
    return HtmlText((body[quoted.end() :] if quoted else body).strip("\n"))


def _hash_of(event: JsonValue) -> int:
    """Return a number by which the words of a message are those of an edit, by the same sender."""
    return hash((members.text(event, "sender"), _said(event).text))


def _file(content: JsonValue) -> str:
    """Return the address of a file that a message shares, which may be encrypted; "" if it is none."""
    return members.text(content, "url") or members.text(content, "file", "url")


def _attachment(event: JsonValue, content: JsonValue) -> Iterator[Attachment]:
    if url := _file(content):
        is_sticker = members.text(event, "type") == "m.sticker"
        alt = members.text(content, "body") if is_sticker else ""
        yield Attachment(members.text(content, "info", "mimetype"), url if url.startswith("mxc://") else "", alt)


def _poll(content: JsonValue) -> JsonValue:
    return members.at(content, "m.poll.start") or members.at(content, "org.matrix.msc3381.poll.start")


def _plain(value: JsonValue) -> str:
    """Return the words of a question or an answer, under all their names."""
    listed = next(members.each(value, "m.text"), None)
    said = members.text(value, "org.matrix.msc1767.text") or members.text(listed, "body") or members.text(value, "body")
    return said.strip()
