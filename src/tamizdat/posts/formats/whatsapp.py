"""A chat as WhatsApp writes it into a text file (``_chat.txt``, ``WhatsApp Chat with ….txt``).

::

    [12/05/2013, 14:28:00] 林: 校舍塌了                          from an iPhone
    12/05/2013, 14:28 - 林: 校舍塌了                             from Android; a line without such a beginning goes on
    2013/5/12 下午2:28 - 林: 校舍塌了                            in Chinese; ١٢/٥/٢٠١٣، ٢:٢٨ م in Arabic, and others
    [۱۴۰۲/۲/۲۳،‏ ۱۴:۲۸:۰۰] لین: مدرسه                             where people live by another calendar

The order of day and month is that of whoever exported, and is told nowhere. It is taken from days above twelve, or else
from the one order in which the messages follow one another; if both would do, the post keeps no time, which is told. A
year tells of which calendar it is (:mod:`tamizdat.posts.calendars`): that there are such is in the context
(``calendars``), and of a lunar one there is no time. There is no offset. Nothing has a number: a post's id is made of
the chat's name, the time as written, the name and the words, so that the same words twice in one minute (or second) are
one post. All was written for those in the chat.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime, time
from typing import BinaryIO, Final

from tamizdat.encoding import canonical, sha256_hex
from tamizdat.posts.calendars import gregorian, is_other
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
    one_post,
)
from tamizdat.posts.post import Attachment, Author, Post
from tamizdat.posts.report import IngestReport

NAME: Final = "whatsapp/v2"
MAX_MESSAGE: Final = 1 << 19  #: bytes
MARKS: Final = "\u200e\u200f\u202a\u202b\u202c\ufeff"  #: directions, which it puts before many lines
#: halves of a day as languages write them before the hour, or behind it
EVENING: Final = (
    "p", "下午", "中午", "晚上", "오후", "午後", "م", "ب.ظ", "ös", "ከሰዓት", "ድ.ቀ", "ညနေ", "غ.و", "د.ن", "چ.ك", "μ.μ",
    "अपराह्न", "gd",
)  # fmt: skip
_BEFORE: Final = r"(?:(上午|凌晨|清晨|早上|下午|中午|晚上|오전|오후|午前|午後|ÖÖ|ÖS)\s?)?"
_BEHIND: Final = (
    r"(?:\s?(?:([AaPp])\.?\s?[Mm]\.?|(ق\.ظ|ب\.ظ|غ\.م|غ\.و|ب\.ن|د\.ن|چ\.ب|چ\.ك|ص|م|ÖÖ|ÖS|ጥዋት|ከሰዓት|ቅ\.ቀ|ድ\.ቀ"
    r"|နံနက်|ညနေ|π\.μ|μ\.μ|पूर्वाह्न|अपराह्न|GH|GD)\.?))?(?: ч\.)?"
)
_APART: Final = rf"[{MARKS}]*[./-][{MARKS}]* ?"
DAY: Final = rf"(\d{{1,4}}){_APART}(\d{{1,2}}){_APART}(\d{{1,4}})[{MARKS}]*\.?(?: (?:г\.|هـ))?"
CLOCK: Final = rf"{_BEFORE}(\d{{1,2}})[:.](\d{{2}})(?:[:.](\d{{2}}))?{_BEHIND}"
WHEN: Final = rf"{DAY}[,،]?[{MARKS}]*(?: (?:à|at|um|às|kl\.|klo))?[ \u00a0\u202f][{MARKS}]*{CLOCK}"
HEADER: Final = re.compile(rf"[{MARKS}]*(?:\[{WHEN}[{MARKS}]*\] ?|{WHEN}[{MARKS}]* [-–] )")
PARTS: Final = 9  #: groups of one such time
SPEAKER: Final = re.compile(rf"[{MARKS}]*([^:\n]{{1,120}}?) ?: ?", re.S)
FILE: Final = re.compile(
    rf"[{MARKS}]*(?:<[^<>:]{{3,20}}: ([^<>/\\]{{3,200}})>|([^<>/\\\n]{{3,200}}\.\w{{2,5}}) \([^()\n]{{5,40}}\))"
)
OMITTED: Final = re.compile(
    rf"[{MARKS}]*(?:<[^<>\n]{{5,40}}>|(?:image|video|audio|sticker|document|GIF|Contact card) omitted)"
)
#: what stands behind the words and is WhatsApp's own, as the mark before it tells: a file, that they were edited
TAIL: Final = re.compile(r"\u200e<(?:[^<>:\n]{3,20}: ([^<>/\\\n]{3,200})|[^<>:\n]{5,60})>\s*")
MAX_TAILS: Final = 100
KNOWN: Final = tuple(each.encode() for each in (
    "end-to-end encrypted", "端到端加密", "端對端加密", "omitted", "\u200e", "WhatsApp", "واتساب", "cifrado",
    "criptografia", "verschlüsselt", "chiffré", "зашифрован", "uçtan uca", "暗号化", "암호화", "تشفير", "رمزگذاری",
))  # fmt: skip
NAMED: Final = ("chat", "whatsapp", "واتسا", "聊天", "对话", "對話", "دردشة", "чат", "sohbet", "トーク", "대화")
TYPES: Final = {"jpg": "image/jpeg", "jpeg": "image/jpeg", "png": "image/png", "webp": "image/webp", "mp4": "video/mp4",
                "opus": "audio/ogg", "ogg": "audio/ogg", "m4a": "audio/mp4", "pdf": "application/pdf"}  # fmt: skip
ORDERS: Final = ("dmy", "mdy", "ymd")


def recognises(export: Export) -> bool:
    """Tell whether a text begins with messages as WhatsApp writes them."""
    return any(_is_chat(export, path) for path in export.names())


def _is_chat(export: Export, path: str) -> bool:
    if not path.endswith(".txt"):
        return False
    beginning = head(export, path)
    lines = beginning.decode("utf-8", "replace").splitlines()
    name = path.rsplit("/", 1)[-1].lower()
    named = any(each in name for each in NAMED) or any(each in beginning for each in KNOWN)
    return named and bool(lines) and HEADER.match(lines[0]) is not None


def plan(export: Export, report: IngestReport) -> Plan:
    """Return the chats, and the order of day and month in each."""
    made = Plan(NAME, [path for path in export.names() if _is_chat(export, path)])
    for path in made.sources:
        name = path.rsplit("/", 1)[-1].removesuffix(".txt")
        folder = path.rpartition("/")[0].rsplit("/", 1)[-1]
        order, calendars = _order(export, path)
        made.contexts[path] = {"chat": folder if name == "_chat" and folder else name, "order": order}
        if calendars:
            made.contexts[path]["calendars"] = True
        if not order:
            why = "its days are of a lunar calendar, or nothing tells whether day or month stands first"
            report.notes.append(f"{path}: {why}; its posts have no time.")
    made.beside = frozenset(export.names()) - frozenset(made.sources)
    return made


def _order(export: Export, path: str) -> tuple[str, bool]:
    """Return the one order in which all days exist, and if that does not decide, in which they do not go back.

    And whether years are of other calendars.
    """
    possible, rising, calendars = set(ORDERS), set(ORDERS), False
    last: dict[str, tuple[int, ...]] = {}
    try:
        with export.open(path) as file:
            for line in file:
                found = HEADER.match(line.decode("utf-8", "replace"))
                if not found:
                    continue
                calendars = calendars or _has_other_year(found)
                for order in ORDERS:
                    when = _moment(found, order, calendars)
                    if when is None:
                        possible.discard(order)
                        continue
                    day = (when.year, when.month, when.day)
                    if day < last.get(order, day):
                        rising.discard(order)
                    last[order] = day
    except BadExport:
        pass
    decided = possible if len(possible) == 1 else possible & rising
    return (next(iter(decided)) if len(decided) == 1 else ""), calendars


def _has_other_year(found: re.Match[str]) -> bool:
    every = (found[place] or found[place + PARTS] for place in (1, 3))
    return any(len(each) == 4 and is_other(int(each)) for each in every)


def _moment(found: re.Match[str], order: str, calendars: bool) -> datetime | None:
    """Return the time of a beginning in an order of day and month; with *calendars*, of the one that its year is of."""
    first, second, third, before, hour, minute, second_of, latin, behind = (
        found[place] if found[place] is not None else found[place + PARTS] for place in range(1, PARTS + 1)
    )
    half = (before or latin or behind or "").lower()
    places = {"dmy": (third, second, first), "mdy": (third, first, second), "ymd": (first, second, third)}
    year, month, day = places[order]
    if len(year) not in ((4,) if order == "ymd" else (2, 4)) or len(month) > 2 or len(day) > 2:
        return None
    clock = int(hour)
    if half:
        if not 0 <= clock <= 12:  # Japanese counts to eleven
            return None
        clock = clock % 12 + (12 if half in EVENING else 0)
    try:
        century = 2000 if len(year) == 2 else 0
        day_of = (int(year) + century, int(month), int(day))
        that = gregorian(*day_of) if calendars else date(*day_of)
        return datetime.combine(that, time(clock, int(minute), int(second_of or 0))) if that else None
    except ValueError:
        return None


def read(plan: Plan, open_file: Open, report: IngestReport) -> Iterator[Found | Removal]:
    """Yield every message of every chat."""
    for path in plan.sources:
        try:
            with open_file(path) as file:
                for offset, raw in _messages(file):
                    found = _found(plan, path, offset, raw, report)
                    if found:
                        yield found
        except BadExport as error:
            report.problem("damaged", path, detail=str(error))


def _messages(file: BinaryIO) -> Iterator[tuple[int, bytes]]:
    """Yield each message with its lines."""
    offset, start, lines, size = 0, 0, list[bytes](), 0
    for line in iter(lambda: file.readline(MAX_MESSAGE), b""):
        if HEADER.match(line[:200].decode("utf-8", "replace")) or size + len(line) > 2 * MAX_MESSAGE:
            if lines:
                yield start, b"".join(lines).rstrip(b"\r\n")
            start, lines, size = offset, [], 0
        lines.append(line)
        size += len(line)
        offset += len(line)
    if lines:
        yield start, b"".join(lines).rstrip(b"\r\n")


def _found(plan: Plan, path: str, offset: int, raw: bytes, report: IngestReport) -> Found | None:
    text = raw.decode("utf-8", "replace")
    begun = HEADER.match(text)
    if begun and not SPEAKER.match(text, begun.end()):
        report.left["service messages"] += 1
        return None
    try:
        made = post([raw], plan.context_of(path))
    except BadPost as error:
        report.problem(error.kind, path, offset, str(error))
        return None
    folder = path.rpartition("/")[0]
    names = [f"{folder}/{each.url}" if folder else each.url for each in made.attachments if each.url]
    media = tuple(each for each in names if each in plan.beside)
    return Found((Slice(path, offset, len(raw)),), made, media)


def post(raw: Sequence[bytes], context: Context) -> Post:
    """Return the post of a message, its id made of all that stands there."""
    made = post_v1(raw, context)
    words, named = made.text, list[str]()
    for _ in range(MAX_TAILS):
        at = words.rfind("\u200e<")
        if at < 0 or not (found := TAIL.fullmatch(words, at)):
            break
        words, named = words[:at].rstrip(), [*([found[1].strip(MARKS)] if found[1] else []), *named]
    return (
        made if words == made.text else replace(made, text=words, attachments=(*made.attachments, *map(_file, named)))
    )


def post_v1(raw: Sequence[bytes], context: Context) -> Post:
    """Return the post as ``whatsapp/v1`` read it, which took what stands behind the words for words."""
    with one_post():
        text = raw[0].decode("utf-8", "replace")
        begun = HEADER.match(text)
        spoken = SPEAKER.match(text, begun.end()) if begun else None
        if begun is None or spoken is None:
            raise BadPost("no message with a time and a name")
        order, chat = members.text(context, "order"), members.text(context, "chat")
        when = _moment(begun, order, context.get("calendars") is True) if order in ORDERS else None
        name = spoken[1].strip(f"{MARKS}~\u00a0\u202f ")
        words = text[spoken.end() :].replace("\r\n", "\n")
        attachments, words = _attachments(words)
        published = when.isoformat() if when else None
        return Post(
            id=f"urn:whatsapp:{sha256_hex(canonical([chat, begun[0].strip(MARKS), name, words]))[:40]}",
            author=Author("", "", name),
            text=checked_size(words),
            published=published,
            audience="direct",
            attachments=attachments,
            doubts=(*(("time",) if order and not when else ()), *(("encoding",) if "\ufffd" in text else ())),
        )


def _attachments(words: str) -> tuple[tuple[Attachment, ...], str]:
    """Return the file that a message names, or leaves out, and the words that stand with it."""
    if found := FILE.match(words):
        return (_file((found[1] or found[2]).strip(MARKS)),), words[found.end() :].lstrip("\n")
    if OMITTED.fullmatch(words):
        return (Attachment(),), ""
    return (), words.strip(MARKS)


def _file(name: str) -> Attachment:
    return Attachment(TYPES.get(name.rpartition(".")[2].lower(), ""), name)
