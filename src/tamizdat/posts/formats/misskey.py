"""The notes that Misskey gives to its users (``notes-2024-….json``), and those of its API.

::

    [{"id": "9abc", "text": "…", "createdAt": "2024-05-12T06:28:00.000Z", "fileIds": ["9abd"],
      "files": [{"type": "image/png", "url": "https://…", "comment": "…", "isSensitive": false}], "replyId": null,
      "renoteId": null, "poll": {"choices": ["…"], "votes": [3]}, "cw": null, "visibility": "public",
      "visibleUserIds": [], "localOnly": false},
     …]
    actor.json     {"id": "https://m.example/users/9a", "type": "Person", "preferredUsername": "lin", …}

The text is what the author typed, with the marks of Misskey's own markup (``**…**``, ``$[x2 …]``) in it. A note with
nothing but ``renoteId`` is a repost; with words or pictures beside, it quotes.

The export tells neither whose it is nor of which server, and a note's address is made of both. If the desk says it
(``handle`` ``lin@m.example``), or the account's ``actor.json`` lies beside it (what its address gives out for
``application/activity+json``), they are known, and a note has the id that it has everywhere. Else its id is
``urn:misskey:`` and its number, and the voice is named after the first note of the export, so that two accounts are
two.

Notes for named people are letters, and withheld as in an outbox (:mod:`.mastodon`).
"""

import re
from collections.abc import Iterator, Sequence
from typing import Final
from urllib.parse import urlsplit

from tamizdat.posts.elements import Damage, Element, JsonValue, NotJson, Window, decode, elements, values
from tamizdat.posts.export import BadExport, Export, head
from tamizdat.posts.formats import members
from tamizdat.posts.formats.fediverse import language_tag, media_type
from tamizdat.posts.formats.format import (
    BadPost,
    Context,
    Found,
    Open,
    Plan,
    Slice,
    checked_size,
    doubts,
    one_post,
)
from tamizdat.posts.post import Attachment, Author, Choice, Post, reference
from tamizdat.posts.report import IngestReport
from tamizdat.posts.times import read_time

NAME: Final = "misskey/v1"
HINT: Final = re.compile(rb'"(?:renoteId|replyId|fileIds|visibleUserIds|localOnly)"\s*:')
START: Final = re.compile(r'\{\s*"id"\s*:\s*"[^"]*"\s*,\s*"(?:text|createdAt)"')
UNSAID: Final = (
    "{} tells neither whose notes it holds nor of which server. Say it with --owner NAME@HOST, or put the account's "
    "actor.json beside it (what its own address gives out for application/activity+json)."
)
ACTOR: Final = re.compile(rb'"type"\s*:\s*"(?:Person|Service|Group|Organization|Application)"')
AUDIENCES: Final = {"public": "public", "home": "unlisted", "followers": "followers", "specified": "direct"}
LETTERS: Final = "direct messages"
NUMBERS: Final = "pictures and clips of which the export gives only a number"


def recognises(export: Export) -> bool:
    """Tell whether there is a file of notes."""
    return any(True for _ in _sources(export))


def _sources(export: Export) -> Iterator[str]:
    return (path for path in export.names() if _first_note(export, path))


def _first_note(export: Export, path: str) -> str:
    """Return the number of the first note of a file, "" if it does not begin with one."""
    if not path.endswith((".json", ".jsonl", ".ndjson", ".txt")) and "." in path.rsplit("/", 1)[-1]:
        return ""
    if not HINT.search(head(export, path)):
        return ""
    try:
        with export.open(path) as file:
            for each in _notes(Window(file)):
                if isinstance(each, Element) and each.value is not None:
                    return members.text(each.value, "id") if _is_note(each.value) else ""
                if each.offset > 1 << 16:
                    break
    except (BadExport, NotJson):
        pass
    return ""


def _is_note(value: JsonValue) -> bool:
    return (
        isinstance(value, dict)
        and isinstance(value.get("createdAt"), str)
        and "text" in value
        and "visibility" in value
        and bool({"renoteId", "replyId", "fileIds"} & value.keys())
    )


def _notes(window: Window) -> Iterator[Element | Damage]:
    match window.space():
        case "[":
            yield from elements(window, START)
        case "{" | "n":  # a letter in the first line is kept as null
            yield from values(window, START)
        case _:
            raise NotJson("neither a list nor an object")


def plan(export: Export, report: IngestReport) -> Plan:
    """Return the files of notes, whose they are, and where letters stand in them."""
    made = Plan(NAME, list(_sources(export)))
    for path in made.sources:
        made.contexts[path] = _context(export, path, report)
        if not owner(made.contexts[path]):
            made.unsaid = made.unsaid or UNSAID.format(path)
        letters = []
        try:
            with export.open(path) as file:
                for each in _notes(Window(file)):
                    if isinstance(each, Element) and members.text(each.value, "visibility") == "specified":
                        letters.append((each.offset, each.length))
        except (BadExport, NotJson):
            pass  # `read` tells of it
        if letters:
            made.withheld[path] = letters
    if len(made.sources) == 1:
        made.context = made.contexts.pop(made.sources[0])
    return made


def _context(export: Export, path: str, report: IngestReport) -> Context:
    beside = f"{path.rpartition('/')[0]}/actor.json".lstrip("/")
    if beside in export.names() and ACTOR.search(head(export, beside)):
        try:
            with export.open(beside) as file:
                actor = decode(file.read(1 << 20))
        except (NotJson, BadExport):
            report.problem("damaged", beside)
        else:
            return {
                "id": members.text(actor, "id"),
                "handle": members.text(actor, "preferredUsername"),
                "name": members.text(actor, "name"),
            }
    return {"first": _first_note(export, path)}


def owner(context: Context) -> str:
    """Return the id of the account whose ``actor.json`` lies beside its notes, or that the desk named; "" if none."""
    return _author(None, context).id if _site(context) else ""


def read(plan: Plan, open_file: Open, report: IngestReport) -> Iterator[Found]:
    """Yield every note."""
    for path in plan.sources:
        try:
            with open_file(path) as file:
                yield from _read(path, Window(file), plan, report)
        except BadExport as error:
            report.problem("damaged", path, detail=str(error))
        except NotJson:
            report.problem("form", path, 0, "no notes")


def _read(path: str, window: Window, plan: Plan, report: IngestReport) -> Iterator[Found]:
    letters = {offset for offset, _ in plan.withheld.get(path, ())}
    for each in _notes(window):
        if isinstance(each, Damage):
            report.problem(each.kind, path, each.offset, each.detail)
            continue
        if each.offset in letters:
            report.left[LETTERS] += 1
            continue
        if each.lenient:
            report.problem("syntax", path, each.offset, "commas too many")
        try:
            with one_post():
                found = _note(each.value, plan.context_of(path))
        except BadPost as error:
            report.problem(error.kind, path, each.offset, str(error))
            continue
        numbers = sum(1 for _ in members.each(each.value, "fileIds"))
        if numbers > len(found.attachments):
            report.left[NUMBERS] += numbers - len(found.attachments)
        yield Found((Slice(path, each.offset, each.length),), found)


def post(raw: Sequence[bytes], context: Context) -> Post:
    """Return the post of a note."""
    with one_post():
        return _note(decode(raw[0]), context)


def _note(note: JsonValue, context: Context) -> Post:
    number, text = members.text(note, "id"), members.at(note, "text")
    if not number or (text is not None and not isinstance(text, str)):
        raise BadPost("a note without an id or with words that are no text")
    files, choices = tuple(_files(note)), tuple(_choices(note))
    repeated = members.text(note, "renoteId")
    covered, site = members.text(note, "cw"), _site(context)
    bare = not (text or covered or files or choices or any(True for _ in members.each(note, "fileIds")))
    if bare and not repeated:
        raise BadPost("a note without words, pictures or a poll")
    published = read_time(members.at(note, "createdAt"))
    updated = read_time(members.at(note, "updatedAt"))
    updated = updated if updated != published else None
    address = members.text(note, "uri") or (f"{site}/notes/{number}" if site else "")
    made = address or f"urn:misskey:{number}"
    author, audience = _author(note, context), _audience(note)
    if bare:
        made = f"{address}/activity" if address else made
        return Post(made, author, "", published, "Announce", audience=audience, url=address,
                    shared=_named(note, "renote", site), doubts=doubts("", published))  # fmt: skip
    answered = _named(note, "reply", site) if members.text(note, "replyId") else None
    return Post(
        id=made,
        author=author,
        text=checked_size(members.text(note, "text").replace("\r\n", "\n")),
        published=published,
        summary=covered,
        language=language_tag(members.text(note, "lang")),
        url=members.text(note, "url") or address,
        reply_to=answered.id if answered else "",
        answered=answered.author if answered and answered.author.id else None,
        audience=audience,
        quotes=(_named(note, "renote", site),) if repeated else (),
        attachments=files,
        tags=tuple(tag for tag in members.each(note, "tags") if isinstance(tag, str) and not members.has_unpaired(tag)),
        updated=updated,
        sensitive=any(members.at(file, "isSensitive") is True for file in members.each(note, "files")),
        choices=choices,
        doubts=doubts(text or "", published),
    )


def _site(context: Context) -> str:
    if host := members.text(context, "handle").partition("@")[2]:
        return f"https://{host.lower()}"
    try:
        parts = urlsplit(members.text(context, "id"))
    except ValueError:
        return ""
    return f"{parts.scheme}://{parts.netloc}" if parts.scheme in ("http", "https") and parts.netloc else ""


def _author(note: JsonValue, context: Context) -> Author:
    """Return whose a note is: of the API's, its own account; of the export's, the account that the export is of."""
    handle, host = members.text(note, "user", "username"), members.text(note, "user", "host")
    if host:
        return Author(f"https://{host}/@{handle}", handle, members.text(note, "user", "name"))
    own, name = members.text(context, "id"), members.text(context, "handle").partition("@")[0]
    if own:
        return Author(own, name, members.text(context, "name"))
    if site := _site(context):
        return Author(f"{site}/@{name}", name)
    whose = members.text(note, "userId") or members.text(context, "first")
    return Author(f"urn:misskey:account:{whose}", handle or name, members.text(note, "user", "name"))


def _named(note: JsonValue, name: str, site: str) -> Post:
    """Return the note that is repeated, quoted or answered: its address; the API tells whose it is, too."""
    number, inner = members.text(note, f"{name}Id"), members.at(note, name)
    own = members.text(inner, "uri") or (f"{site}/notes/{number}" if site else f"urn:misskey:{number}")
    host, handle = members.text(inner, "user", "host"), members.text(inner, "user", "username")
    return reference(own, Author(f"https://{host}/@{handle}", handle) if host and handle else None)


def _audience(note: JsonValue) -> str:
    audience = AUDIENCES.get(members.text(note, "visibility"), "unknown")
    return "followers" if members.at(note, "localOnly") is True and audience in ("public", "unlisted") else audience


def _files(note: JsonValue) -> Iterator[Attachment]:
    for each in members.each(note, "files"):
        if address := members.text(each, "url"):
            yield Attachment(members.text(each, "type") or media_type(address), address, members.text(each, "comment"))


def _choices(note: JsonValue) -> Iterator[Choice]:
    """Yield a poll's answers: words and numbers apart in the export, together in the API."""
    votes = list(members.each(note, "poll", "votes"))
    for place, each in enumerate(members.each(note, "poll", "choices")):
        words = members.text({"text": each}, "text") or members.text(each, "text")
        count = members.whole(each, "votes")
        if count is None and place < len(votes):
            count = members.whole({"votes": votes[place]}, "votes")
        if words:
            yield Choice(words, count)
