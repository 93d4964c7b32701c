"""What Telegram Desktop writes as JSON (``result.json``): one chat, or all that an account can see.

::

    {"name": "校舍名单", "type": "public_channel", "id": 1234567890, "messages": [
      {"id": 7, "type": "message", "date": "2013-05-12T14:28:00", "date_unixtime": "1368340080",
       "from": "校舍名单", "from_id": "channel1234567890", "photo": "photos/photo_1@12-05-2013.jpg",
       "text": ["看 ", {"type": "text_link", "text": "名单", "href": "https://…"}]}, …]}
    {"about": …, "contacts": {…}, "sessions": {…}, "chats": {"list": [a chat as above, …]}, "left_chats": {…}}

A post's slices are the beginning of its chat, up to its messages, and the message. ``date`` is the clock of whoever
exported, ``date_unixtime`` the instant; exports before 2021 have the first alone, which stays without an offset.

Only a public channel is written for everybody. Private and public groups are told by their type, and nothing else of a
message tells for whom it was. Of a whole account's export the letters (chats with persons, bots and private groups) are
left, unless asked for; contacts, sessions and all else beside the chats is never kept (``Plan.withheld``).

Where a file was not exported, its path is a sentence in brackets. Telegram Desktop writes control characters as a
backslash, x and two digits, which is no JSON and is read all the same (:func:`tamizdat.posts.elements.loads`).
"""

import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from typing import Final

from tamizdat.posts.elements import SCALAR, STRING, Damage, Element, JsonValue, NotJson, Window, decode, elements, seek
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
    gaps,
    one_post,
)
from tamizdat.posts.formats.telegram_text import has_unpaired, number_of, written_words
from tamizdat.posts.post import Attachment, Author, Choice, Post
from tamizdat.posts.report import IngestReport
from tamizdat.posts.times import read_time

NAME: Final = "telegram/v2"
MAX_HEAD: Final = 1 << 14  #: characters before a chat's messages
AUDIENCES: Final = {
    "public_channel": "public", "private_channel": "followers", "public_supergroup": "followers",
    "private_supergroup": "direct", "private_group": "direct", "personal_chat": "direct", "bot_chat": "direct",
    "saved_messages": "direct", "replies": "direct", "verification_codes": "direct",
}  # fmt: skip
CHANNELS: Final = ("public_channel", "private_channel", "public_supergroup", "private_supergroup")
#: An object of some plain members, and then its messages. Neither can stand inside a JSON string.
CHAT: Final = re.compile(
    rf'\{{\s*+(?:(?!"messages"){STRING}\s*+:\s*+{SCALAR}\s*+,\s*+){{0,12}}"messages"\s*+:\s*+(?=\[)', re.S
)
MESSAGE: Final = re.compile(r'\{\s*"id"\s*:\s*-?\d+\s*,\s*"type"\s*:\s*"')
NEXT: Final = re.compile(f"{MESSAGE.pattern}|{CHAT.pattern}", re.S)
BETWEEN: Final = re.compile(r"[\s,]*+")
ACCOUNT: Final = re.compile(
    rb'\s*\{\s*"about"\s*:.*"(?:personal_information|profile_pictures|stories|contacts|frequent_contacts|sessions'
    rb'|web_sessions|other_data|chats|left_chats)"\s*:', re.S
)  # fmt: skip
NOT_THERE: Final = re.compile(r"\((?:File|Photo|Video|Thumbnail|Contact|Sticker|Voice|Audio|Document)\b[^()]*\)\s*")
MEDIA_TYPES: Final = {
    "sticker": "image/webp", "animation": "video/mp4", "video_file": "video/mp4", "video_message": "video/mp4",
    "voice_message": "audio/ogg", "audio_file": "audio/mpeg",
}  # fmt: skip


def recognises(export: Export) -> bool:
    """Tell whether a file begins as a chat does, or as the export of an account with its chats."""
    return any(_is_export(export, path) for path in export.names())


def _is_export(export: Export, path: str) -> bool:
    if not path.endswith(".json"):
        return False
    beginning = head(export, path)
    if ACCOUNT.match(beginning):
        return b"elegram" in beginning
    text = beginning.decode("utf-8", "replace").lstrip("\ufeff \t\r\n")
    found = CHAT.match(text)
    if not found:
        return False
    chat = _head(found[0].encode())
    known = members.text(chat, "type") in AUDIENCES
    return bool(number_of(members.at(chat, "id"))) and (
        known or re.match(rf"\[\s*{MESSAGE.pattern}", text[found.end() :]) is not None
    )


def plan(export: Export, report: IngestReport) -> Plan:
    """Return the files, and where in a whole account's export the letters and everything beside its chats stand."""
    made = Plan(NAME, [path for path in export.names() if _is_export(export, path)])
    made.beside = frozenset(export.names()) - frozenset(made.sources)
    for path in made.sources:
        if ACCOUNT.match(head(export, path)):
            _withhold(made, export, path)
            report.notes.append(
                "What the export of a Telegram account holds beside its chats (contacts, sessions …) is not kept."
            )
    return made


def _withhold(plan: Plan, export: Export, path: str) -> None:
    """Note what lies between the chats, and the chats that are letters."""
    public: list[tuple[int, int]] = []
    chats: list[tuple[int, int]] = []
    letters = 0
    with suppress(BadExport), export.open(path) as file:  # of what cannot be read nothing is kept, and read() tells it
        window = Window(file)
        for offset, _, text in _chats(window):
            kind = members.text(_head(text.encode("utf-8", "surrogateescape")), "type")
            is_letter = AUDIENCES.get(kind, "direct") == "direct"
            count = sum(isinstance(each, Element) for each in _messages(window))
            letters += count if is_letter else 0
            chats.append((offset, window.offset))
            public += [] if is_letter else chats[-1:]
    plan.never_kept[path] = gaps(chats)
    plan.withheld[path] = gaps(public)
    plan.counts[path] = letters


def _chats(window: Window) -> Iterator[tuple[int, int, str]]:
    """Yield offset, length and text of the beginning of each chat; the window then stands at its messages."""
    return seek(window, CHAT, MAX_HEAD)


def _messages(window: Window) -> Iterator[Element | Damage]:
    """Yield the messages of the chat whose messages begin here, and never those of the next chat.

    If the end of a chat is damaged, the next one begins where a message is expected; its messages may be letters.
    """
    for found in elements(window, NEXT):
        yield found
        at = BETWEEN.match(window.text, window.at)
        assert at is not None
        if MESSAGE.match(window.text, at.end()):
            continue
        while len(window.text) - window.at < MAX_HEAD and window.more():
            pass
        at = BETWEEN.match(window.text, window.at)
        if at and CHAT.match(window.text, at.end()):
            return


def _head(raw: bytes) -> JsonValue:
    try:
        return decode(raw + b"[]}")
    except NotJson:
        return None


def read(plan: Plan, open_file: Open, report: IngestReport) -> Iterator[Found | Removal]:
    """Yield every message of every chat."""
    for path in plan.sources:
        if plan.withheld.get(path) != plan.never_kept.get(path):
            report.left["messages of private chats"] += plan.counts.get(path, 0)
        try:
            with open_file(path) as file:
                yield from _read(plan, path, Window(file), report)
        except BadExport as error:
            report.problem("damaged", path, detail=str(error))


def _read(plan: Plan, path: str, window: Window, report: IngestReport) -> Iterator[Found | Removal]:
    left = plan.withheld.get(path, [])
    for offset, length, text in _chats(window):
        chat, withheld = Slice(path, offset, length), any(start <= offset < start + size for start, size in left)
        about = _head(text.encode("utf-8", "surrogateescape"))
        for element in _messages(window):
            if withheld:  # when nothing is kept, and so nothing was left out yet
                continue
            if isinstance(element, Damage):
                report.problem(element.kind, path, element.offset, element.detail)
                continue
            if element.lenient:
                report.problem("syntax", path, element.offset, "commas too many, or control characters")
            found = _found(plan, chat, about, element, report)
            if found:
                yield found


def _found(plan: Plan, chat: Slice, about: JsonValue, element: Element, report: IngestReport) -> Found | None:
    kind = members.text(element.value, "type")
    if kind == "service":
        report.left["service messages"] += 1
        return None
    if kind == "unsupported":
        report.left["messages that Telegram Desktop does not export"] += 1
        return None
    try:
        with one_post():
            made = _post(about, element.value)
    except BadPost as error:
        report.problem(error.kind, chat.source, element.offset, str(error))
        return None
    folder = chat.source.rpartition("/")[0]
    paths = [f"{folder}/{each.url}" if folder else each.url for each in made.attachments if each.url]
    media = [path for path in dict.fromkeys(paths) if path in plan.beside]
    return Found((chat, Slice(chat.source, element.offset, element.length)), made, tuple(media))


def post(raw: Sequence[bytes], context: Context) -> Post:
    """Return the post of a message, whose chat is the first slice."""
    with one_post():
        beginning, message = raw
        return _post(_head(beginning), decode(message))


def post_v1(raw: Sequence[bytes], context: Context) -> Post:
    """Return the post as ``telegram/v1`` read it, which marked neither what was struck out nor what was quoted."""
    with one_post():
        beginning, message = raw
        return _post(_head(beginning), decode(message), marked=False)


def _post(chat: JsonValue, message: JsonValue, marked: bool = True) -> Post:
    number, chat_id, kind = (
        number_of(members.at(message, "id")),
        number_of(members.at(chat, "id")),
        members.text(chat, "type"),
    )
    if members.text(message, "type") != "message" or not number:
        raise BadPost("no message with a number")
    if not chat_id:
        raise BadPost("a message of no chat")
    written = members.at(message, "text")
    text, links, tags, covered = written_words(written, marked)
    poll = _poll(message)
    question, _, _, _ = written_words(members.at(poll, "question") or members.at(poll, "title"))
    text = checked_size("\n\n".join(filter(None, (text, question))))
    author = _author(message, chat)
    published = _time(message, "date")
    origin = _origin(message, author)
    audience = AUDIENCES.get(kind, "unknown")
    uri = _uri(kind, chat_id, number)
    repeated = Post(f"{uri}#forwarded", origin, text, audience=audience, links=links, tags=tags) if origin else None
    return Post(
        id=uri,
        author=author,
        text="" if repeated else text,
        published=published,
        kind="Announce" if repeated else "Note",
        url=uri if kind in CHANNELS else "",
        reply_to=_answered(message, kind, chat_id),
        audience=audience,
        shared=repeated,
        attachments=tuple(_attachments(message)),
        tags=() if repeated else tags,
        links=() if repeated else links,
        updated=_time(message, "edited"),
        sensitive=covered or members.at(message, "media_spoiler") is True,
        choices=tuple(_choices(poll)),
        private_details=tuple(_private_details(message)),
        doubts=doubts("\ud800" if has_unpaired(written) else "", published),
    )  # fmt: skip


def _uri(kind: str, chat: str, number: str) -> str:
    if kind in CHANNELS:
        return f"https://t.me/c/{chat}/{number}"
    return f"tg://openmessage?{'chat_id' if kind == 'private_group' else 'user_id'}={chat}&message_id={number}"


def _answered(message: JsonValue, kind: str, chat: str) -> str:
    number, peer = number_of(members.at(message, "reply_to_message_id")), members.text(message, "reply_to_peer_id")
    found = re.fullmatch(r"(channel|chat|user)([0-9]{1,20})", peer)
    if not number:
        return ""
    if not found:
        return _uri(kind, chat, number)
    return _uri({"channel": CHANNELS[0], "chat": "private_group", "user": "personal_chat"}[found[1]], found[2], number)


def _time(message: JsonValue, name: str) -> str | None:
    """Return an instant if the export tells it, else the time on the exporter's clock, which has no offset."""
    seconds = number_of(members.at(message, f"{name}_unixtime"))
    if not seconds or seconds == "0":
        clock = read_time(members.at(message, name))
        return None if clock and clock.startswith("1970-01-01") else clock
    try:
        return datetime.fromtimestamp(int(seconds), UTC).isoformat()
    except (ValueError, OverflowError, OSError):
        return None


def _author(message: JsonValue, chat: JsonValue) -> Author:
    """Return who sent a message; of a channel's message the signature stands behind the channel's name."""
    name, signature = members.text(message, "from"), members.text(message, "author")
    sender = _peer(members.at(message, "from_id"))
    if not sender and members.text(chat, "type") in CHANNELS[:2]:
        sender, name = _peer(f"channel{number_of(members.at(chat, 'id'))}"), name or members.text(chat, "name")
    return Author(sender, "", f"{name} ({signature})" if signature and signature != name else name)


def _peer(value: JsonValue) -> str:
    """Return the address of an account or channel: ``user12``, ``channel34``, in old exports 12."""
    found = re.fullmatch(
        r"(channel|chat|user|)([0-9]{1,20})", str(value) if isinstance(value, int) else members.text(value)
    )
    if not found:
        return ""
    return {"channel": "https://t.me/c/{}", "chat": "tg://openmessage?chat_id={}"}.get(
        found[1], "tg://user?id={}"
    ).format(found[2])


def _origin(message: JsonValue, author: Author) -> Author | None:
    """Return whose words a forwarded message repeats; None if they are the sender's own."""
    if not isinstance(message, dict) or not ("forwarded_from" in message or "forwarded_from_id" in message):
        return None
    origin = Author(_peer(message.get("forwarded_from_id")), "", members.text(message, "forwarded_from"))
    return None if origin.id and origin.id == author.id else origin


def _poll(message: JsonValue) -> JsonValue:
    return members.at(message, "poll") or members.at(message, "todo_list")


def _choices(poll: JsonValue) -> Iterator[Choice]:
    for answer in members.each(poll, "answers"):
        yield Choice(written_words(members.at(answer, "text"))[0], members.whole(answer, "voters"))


def _attachments(message: JsonValue) -> Iterator[Attachment]:
    """Yield the files of a message; one that the export leaves out has no address."""
    kind, emoji = members.text(message, "media_type"), members.text(message, "sticker_emoji")
    photo, file = members.text(message, "photo"), members.text(message, "file")
    if photo:
        yield Attachment("image/jpeg", "" if NOT_THERE.search(photo) else photo)
    if file or kind:
        file_type = members.text(message, "mime_type") or MEDIA_TYPES.get(kind, "")
        yield Attachment(file_type, "" if NOT_THERE.search(file) else file, emoji)


def _private_details(message: JsonValue) -> Iterator[str]:
    if members.at(message, "location_information"):
        yield "coordinates"
    if members.text(message, "place_name") or members.text(message, "address"):
        yield "place"
    if members.at(message, "contact_information"):
        yield "contact"
