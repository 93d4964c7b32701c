r"""Events of Nostr: what a person's program, a relay or a backup gives out as JSON, one a line or in a list.

::

    {"id": "d9ae19b1…", "pubkey": "7e7e9c42…", "created_at": 1368340080, "kind": 1, "tags": […], "content": "五年了",
     "sig": "…"}
    ["EVENT", "x", {"id": …}]                                            as a relay sends it
    const data = [{"id": …}, …]                                          as a backup in a browser writes it

A post is a signed event of :data:`KINDS`, and before it, if the file has one, the latest event of kind 0 in which its
author says what they are called. What is written anew under one name (an article, kind 30023) is one post in versions;
notes are never edited. An event of kind 5 is its author's own word that posts are deleted: it holds for posts of that
key alone. Reposts hold the whole event that they repeat.

**What events hold for few.** Letters (:data:`LETTERS`) are withheld, sealed or not. So is every event without a
signature: those come out of letters; and what is no event or is damaged, even if letters are asked for: it may be a
secret key, or half a letter.
Drafts and lists are counted. What is written into a group (``h``), is to vanish (``expiration``) or only its author may
pass on (``-``, NIP-70) is ``unknown``, which nobody can release.

Signatures are kept and not checked (:mod:`.nostr_event`): who holds the key of an account wrote its posts *if* they
hold, and ``signature`` is ``unchecked``.
"""

import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import field, replace
from typing import Final

from tamizdat.dataclass import dataclass
from tamizdat.posts.elements import Damage, Element, JsonValue, NotJson, Window, begin, decode, elements, loads, values
from tamizdat.posts.export import BadExport, Export, head
from tamizdat.posts.formats.fediverse import language_tag, media_type
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
from tamizdat.posts.formats.nostr_event import (
    Event,
    addressed,
    is_signed,
    kind_of,
    name_in,
    named,
    public_key,
    read_event,
    time_of,
)
from tamizdat.posts.post import Attachment, Author, Choice, Post, reference
from tamizdat.posts.report import IngestReport

NAME: Final = "nostr/v1"
ENDINGS: Final = (".json", ".jsonl", ".ndjson", ".txt", ".js")
EVENT: Final = re.compile(rb'"pubkey"\s*:\s*"[0-9a-f]{64}"')
MEMBER: Final = re.compile(rb'"(?:created_at|kind|tags|sig)"\s*:')
BEGINNING: Final = re.compile(r"\s*(?:(?:const|var|let)\s+\w{1,40}\s*=\s*)?")
START: Final = re.compile(r'\{\s*"(?:id|pubkey|created_at|kind|tags|content|sig)"\s*:')
PROFILE, DELETION, ARTICLE, POLL = 0, 5, 30_023, 1_068
REPOSTS: Final = (6, 16)
COMMENTS: Final = (1_111,)
#: notes, threads, pictures, clips, messages of an open channel, polls, comments, articles
KINDS: Final = (1, 11, 20, 21, 22, 42, POLL, *COMMENTS, ARTICLE)
#: letters, their seals and wraps (NIP-17, NIP-59), a group's sealed messages (NIP-EE)
LETTERS: Final = (4, 13, 14, 15, 44, 444, 445, 1_059, 21_059)
DRAFTS: Final = (1_234, 30_024, 31_234)
MOST_PROFILES: Final = 10_000
MOST_TAGS: Final = 100  #: that are read of one kind
MOST_DELETED: Final = 10_000  #: posts that one event names
NO_END: Final = 1 << 62  #: bytes to the end of a file
CLOSED: Final = "direct messages, and what is no signed event"
NOT_PUBLISHED: Final = "drafts"
OTHERS: Final = "events that are no posts (lists, reactions, profiles, payments)"
UNCHECKED: Final = "unchecked"
TOO_MANY: Final = "accounts more than whose names are looked for"


@dataclass
class _NostrPlan(Plan):
    #: by file and key: when its author last said what they are called, where, and that
    profiles: dict[str, dict[str, tuple[int, Slice, str]]] = field(default_factory=dict)


def recognises(export: Export) -> bool:
    """Tell whether a file holds events."""
    return any(_is_events(export, path) for path in export.names())


def _is_events(export: Export, path: str) -> bool:
    beginning = head(export, path) if path.endswith(ENDINGS) else b""
    if not EVENT.search(beginning) or not MEMBER.search(beginning):
        return False
    with suppress(BadExport, NotJson), export.open(path) as file:
        for each in _events(Window(file)):
            if isinstance(each, Element) and each.value is not None:
                return kind_of(each.value) >= 0
            if each.offset > 1 << 16:
                break
    return False


def _events(window: Window) -> Iterator[Element | Damage]:
    begin(window, BEGINNING)
    window.space()
    while len(window.text) - window.at < 64 and window.more():
        pass
    if re.match(r"\[\s*[{n\]]", window.text[window.at : window.at + 64]):  # a letter at its beginning is kept as null
        yield from elements(window, START)
    elif window.space() in ("[", "{", "n"):
        yield from values(window, START)
    else:
        raise NotJson("no events")


def plan(export: Export, report: IngestReport) -> Plan:
    """Return the files, what their authors are called, and where letters stand in them."""
    made = _NostrPlan(NAME, [path for path in export.names() if _is_events(export, path)])
    for path in made.sources:
        profiles = dict[str, tuple[int, Slice, str]]()
        closed, strange = list[tuple[int, int]](), list[tuple[int, int]]()
        with suppress(BadExport, NotJson), export.open(path) as file:  # `read` tells of it
            for each in _events(window := Window(file)):
                if isinstance(each, Damage):
                    _note_damage(each, path, strange, report)
                    closed += strange[-1:] if each.length else []
                    continue
                if each.value is None:
                    continue
                if _is_closed(each.value):
                    closed.append((each.offset, each.length))
                    strange += closed[-1:] if kind_of(each.value) < 0 else []
                elif kind_of(each.value) == PROFILE:
                    _note(profiles, each.value, Slice(path, each.offset, each.length), report)
            if _goes_on(window):
                closed.append((window.offset, NO_END))
                strange += closed[-1:]
        made.profiles[path] = profiles
        if closed:
            made.withheld[path] = closed
        if strange:
            made.never_kept[path] = strange
    return made


def _note_damage(damage: Damage, path: str, strange: list[tuple[int, int]], report: IngestReport) -> None:
    """Tell of damage while it is still there: it may be a letter that was cut off, or a key, and is overwritten."""
    if _is_overwritten(damage):
        report.problem(damage.kind, path, damage.offset, damage.detail)
    if damage.length:
        strange.append((damage.offset, damage.length))


def _is_overwritten(damage: Damage) -> bool:
    return damage.length > 0 or damage.kind == "limit"


def _goes_on(window: Window) -> bool:
    """Tell whether anything stands behind what was read: behind a list, or behind too much damage."""
    if window.space() == ";":
        window.advance(window.at + 1)
    return window.space() != ""


def _is_closed(value: JsonValue) -> bool:
    return kind_of(value) in LETTERS or kind_of(value) < 0 or not is_signed(value)


def _note(profiles: dict[str, tuple[int, Slice, str]], value: JsonValue, where: Slice, report: IngestReport) -> None:
    with suppress(BadPost), one_post():
        event = read_event(value)
        name = _name(event)
        if event.pubkey not in profiles and len(profiles) >= MOST_PROFILES:
            report.left[TOO_MANY] += 1
        elif name and event.created >= profiles.get(event.pubkey, (-1,))[0]:
            profiles[event.pubkey] = event.created, where, name


def _name(profile: Event) -> str:
    """Return what an account calls itself; "" if its event of kind 0 does not say."""
    with suppress(NotJson):
        return name_in(loads(profile.content)[0])
    return ""


def read(plan: Plan, open_file: Open, report: IngestReport) -> Iterator[Found | Removal]:
    """Yield every post, and what its author says is deleted."""
    assert isinstance(plan, _NostrPlan)
    for path in plan.sources:
        try:
            with open_file(path) as file:
                for each in _events(Window(file)):
                    yield from _read(plan, path, each, report)
        except (BadExport, NotJson) as error:
            report.problem("damaged", path, detail=str(error))


def _read(plan: _NostrPlan, path: str, each: Element | Damage, report: IngestReport) -> Iterator[Found | Removal]:
    if isinstance(each, Damage):
        if not _is_overwritten(each):  # `plan` told of it
            report.problem(each.kind, path, each.offset, each.detail)
        return
    if each.value is None or _is_closed(each.value):
        report.left[CLOSED] += 1
        return
    where, kind = Slice(path, each.offset, each.length), kind_of(each.value)
    if kind not in (DELETION, *REPOSTS, *KINDS):
        report.left[NOT_PUBLISHED if kind in DRAFTS else OTHERS] += 1
        return
    if each.lenient:
        report.problem("syntax", path, each.offset, "commas too many")
    try:
        with one_post():
            event = read_event(each.value)
            _, profile, name = plan.profiles.get(path, {}).get(event.pubkey, (0, None, ""))
            found = [*_removals(event, where)] if kind == DELETION else [_found(event, where, profile, name)]
    except BadPost as error:
        report.problem(error.kind, path, each.offset, str(error))
        return
    yield from found


def _found(event: Event, where: Slice, profile: Slice | None, name: str) -> Found:
    return Found((profile, where) if profile else (where,), _post(event, name, profile is not None))


def _removals(event: Event, where: Slice) -> Iterator[Removal]:
    """Yield what an author asked to be deleted: of others' posts nobody can say that."""
    time, own = time_of(event.created), f":{event.pubkey}:"
    posts = [named(each[1]) for each in event.named("e")]
    posts += [addressed(each[1]) for each in event.named("a") if own in each[1]]
    for post in list(dict.fromkeys(filter(None, posts)))[:MOST_DELETED]:
        yield Removal(where, post, time, as_of=time, author=_whose(event.pubkey).id)


def post(raw: Sequence[bytes], context: Context) -> Post:
    """Return the post of an event, which may stand behind that in which its author says what they are called."""
    with one_post():
        *before, last = raw
        event, name = read_event(value := decode(last)), ""
        if not is_signed(value) or event.kind not in (*REPOSTS, *KINDS):
            raise BadPost("no signed post")
        if before:
            profile = read_event(decode(before[0]))
            if (profile.kind, profile.pubkey) != (PROFILE, event.pubkey):
                raise BadPost("a name that is another account's")
            name = _name(profile)
        return _post(event, name, bool(before))


def _whose(pubkey: str, name: str = "") -> Author:
    return Author(f"urn:nostr:key:{pubkey}", public_key(pubkey), name)


def _post(event: Event, name: str, has_profile: bool) -> Post:
    """Return the post of an event; beside it stands all that its author says of themselves, if *has_profile*."""
    if not event.post:
        raise BadPost("an article under a name that is too long")
    made = _repost(event, name) if event.kind in REPOSTS else _written(event, name)
    if not (made.text or made.summary or made.attachments or made.choices or made.shared):
        raise BadPost("an event without words and pictures")
    beside = (*_told_beside(event), *(["contact"] if has_profile else []))
    return replace(made, private_details=beside)


def _written(event: Event, name: str) -> Post:
    """Return what an author wrote."""
    title = (event.first("title") or event.first("subject")).strip()
    told, warned = event.first("summary").strip(), any(each[0] == "content-warning" for each in event.tags if each)
    words = event.content.replace("\r\n", "\n").strip("\n")
    above = told if event.kind == ARTICLE and not words.startswith(told) else ""
    text = checked_size("\n\n".join(each for each in (above, words) if each))
    first = time_of(event.first("published_at")) if event.kind == ARTICLE else None
    time = time_of(event.created)
    published = first if first and time and first <= time else time
    thread, answered, whose = _answered(event)
    return Post(
        id=event.post,
        author=_whose(event.pubkey, name),
        text=text,
        published=published,
        kind="Article" if title else "Note",
        summary=title or (event.first("content-warning").strip() if warned else ""),
        language=next((language_tag(each[1]) for each in event.named("l") if "ISO-639-1" in each[2:]), ""),
        reply_to=answered,
        thread=thread,
        answered=whose,
        audience=_audience(event),
        quotes=tuple(_quoted(event)),
        attachments=tuple(_attachments(event)),
        tags=tuple(each[1] for each in event.named("t"))[:MOST_TAGS],
        updated=time if event.kind == ARTICLE else None,
        sensitive=warned,
        choices=tuple(Choice(each[2]) for each in event.named("option") if event.kind == POLL and len(each) > 2)[
            :MOST_TAGS
        ],
        signature=UNCHECKED,
        doubts=doubts("", published),
    )


def _audience(event: Event) -> str:
    """Return for whom it was: relays give posts to everybody, but not a group's, nor what is to vanish or to stay."""
    return "unknown" if any(each[:1] in (("h",), ("expiration",), ("-",)) for each in event.tags) else "public"


def _repost(event: Event, name: str) -> Post:
    """Return a repost, with the event it repeats if that stands in it whole, else with its number."""
    number = event.first("e")
    inner = reference(named(number), _of(event.first("p"))) if named(number) else None
    with suppress(BadPost, NotJson), one_post():
        value = loads(event.content)[0] if event.content.strip() else None
        repeated = read_event(value)
        if repeated.kind in KINDS and is_signed(value) and number in ("", repeated.id):
            inner = _written(repeated, "")
    if inner is None or not inner.id:
        raise BadPost("a repost of nothing that it names")
    time = time_of(event.created)
    closed = _audience(event) != "public" or (inner.audience != "public" and bool(inner.text))
    return Post(
        named(event.id), _whose(event.pubkey, name), "", time, "Announce", shared=inner,
        audience="unknown" if closed else "public", signature=UNCHECKED, doubts=doubts("", time),
    )  # fmt: skip


def _of(pubkey: str) -> Author | None:
    return _whose(pubkey) if named(pubkey) else None


def _answered(event: Event) -> tuple[str, str, Author | None]:
    """Return the thread of an event, what it answers, and whose that is (NIP-10; of a comment NIP-22)."""
    if event.kind in COMMENTS:
        parents = [*event.named("e"), *event.named("a")]
        roots = named(event.first("E")) or addressed(event.first("A"))
        parent = next(iter(parents), ())
        if not parent:
            return roots, roots, None
        made = named(parent[1]) or addressed(parent[1])
        return roots, made, _of(parent[3] if len(parent) > 3 else event.first("p")) if made else None
    if event.kind == ARTICLE:
        return "", "", None
    tags = [each for each in event.named("e") if named(each[1])][:MOST_TAGS]
    marked = {each[3]: each for each in reversed(tags) if len(each) > 3 and each[3] in ("root", "reply")}
    plain = [each for each in tags if len(each) < 4 or not each[3]]
    if not marked and plain:  # the old way: the first is the beginning, the last what is answered
        marked = {"root": plain[0], "reply": plain[-1]}
    root, parent = marked.get("root", ()), marked.get("reply") or (() if event.kind == 42 else marked.get("root", ()))
    whose = _of(parent[4]) if len(parent) > 4 else None
    return (named(root[1]) if root else ""), (named(parent[1]) if parent else ""), whose


def _quoted(event: Event) -> Iterator[Post]:
    for each in [*event.named("q")][:MOST_TAGS]:
        if made := named(each[1]) or addressed(each[1]):
            yield reference(made, _of(each[3]) if len(each) > 3 else None)


def _attachments(event: Event) -> Iterator[Attachment]:
    """Yield pictures, clips and sounds: what ``imeta`` tells of an address (NIP-92), and an article's picture."""
    for tag in [each for each in event.tags if each[:1] == ("imeta",)][:MOST_TAGS]:
        told = dict(each.split(" ", 1) for each in reversed(tag[1:]) if " " in each)
        if (url := told.get("url", "").strip()).startswith(("https://", "http://")):
            yield Attachment(told.get("m", "") or media_type(url), url, told.get("alt", ""))
    if event.kind == ARTICLE and (url := event.first("image").strip()).startswith(("https://", "http://")):
        yield Attachment(media_type(url), url)


def _told_beside(event: Event) -> Iterator[str]:
    """Yield what an event tells besides its words: where it was written, with what, whom it names."""
    for name, what in (("g", "coordinates"), ("location", "place"), ("client", "device"), ("p", "people")):
        if event.first(name):
            yield what
