"""The archive X (Twitter) gives to its users: a folder or zip of JavaScript files that each assign one JSON value.

::

    data/manifest.js       window.__THAR_CONFIG = {"userInfo": …, "archiveInfo": …, "dataTypes": {"tweets": {"files":
                             [{"fileName": "data/tweets.js", "globalName": "YTD.tweets.part0", "count": "1204"}, …]}}}
    data/account.js        window.YTD.account.part0 = [{"account": {"accountId": "12", "username": "lin", …}}]
    data/tweets.js         window.YTD.tweets.part0 = [{"tweet": {"id_str": "57", "full_text": "…", …}}, …]
    data/tweets-part1.js   window.YTD.tweets.part1 = …                 (before 2022: data/tweet.js, YTD.tweet)
    data/note-tweet.js     window.YTD.note_tweet.part0 = [{"noteTweet": {"core": {"text": …}, "createdAt": …}}]
    data/deleted-tweets.js window.YTD.deleted_tweets.part0 = [{"tweet": {…, "deleted_at": "Sun May 12 …"}}]
    data/protected-history.js  window.YTD.protected_history.part0 = [{"protectedHistory":
                             {"protectedAt": "2026-01-02T08:00:00.000Z", "action": "Protect"}}, …]
    data/tweets_media/57-F00.jpg

and, until 2018, ``data/js/tweets/2016_05.js`` (``Grailbird.data.tweets_2016_05 = [{"id_str": …, "text": …}]``) with
``data/js/user_details.js``. The manifest's counts (strings) are held against what was read.

A tweet of more than 280 letters is cut short in ``tweets.js``; its whole text is a *note* that shares its beginning and
its second. Such a post has two slices, the tweet's and the note's. A note that no tweet belongs to is a post of
its own. Everything else in an archive (messages, likes, contacts, advertising) is nobody's post, and is left where it
is. Of the files about the account nothing is kept but the members that stand in the context.

**For whom.** ``protected-history.js`` says when the account was protected, and opened again, within six months before
the archive was made; accounts begin open. A tweet written while it was protected has the audience ``followers``. Where
the export cannot tell, ``unknown``: before an opening whose protecting is not on the list, after an action that is
neither, and everywhere if the file is damaged, or named by the manifest and missing. Of an archive that never had the
file (those before 2018 say it in each tweet), and of an account that was protected all the time, X says nothing: the
audience is ``public``, and the report says that nobody looked::

    context  {"account": "12", …, "protected": [["", "2025-12-01T…", "unknown"], ["2026-01-02T…", "", "followers"]]}
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from tamizdat.encoding import Json
from tamizdat.ledger import shapes
from tamizdat.posts.elements import Damage, Element, JsonValue, NotJson, Window, begin, decode, elements
from tamizdat.posts.export import BadExport, Export, head
from tamizdat.posts.formats import members
from tamizdat.posts.formats.format import BadPost, Context, Found, Open, Plan, Slice, checked_size, one_post
from tamizdat.posts.formats.tweets import account, old_tweet, user
from tamizdat.posts.post import Author, Post
from tamizdat.posts.report import IngestReport
from tamizdat.posts.times import moment, read_time

NAME: Final = "x-archive/v1"
ASSIGNED: Final = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*(?:window\.|var )?(?:YTD\.)?(\w+?(?:\.data\.\w+)?)(?:\.part\d+)?\s*=\s*(?=[\[{]|$)", re.A
)
PREFIX: Final = re.compile(r"\ufeff?\s*[\w. ]{1,120}?\s*=\s*(?=[\[{])", re.A)
WRAPPED: Final = re.compile(r'\{\s*"(?:tweet|noteTweet)"\s*:')
BARE: Final = re.compile(r'\{\s*"(?:source|created_at)"\s*:')
POSTS: Final = re.compile(r"tweets?|community_tweets?|Grailbird\.data\.tweets_\w+")
NOTES: Final = re.compile(r"note_tweets?")
DELETED: Final = re.compile(r"deleted_(?:note_)?tweets?|deleted_community_tweets?")
MANIFEST: Final = re.compile(r"__THAR_CONFIG|manifest")
PROTECTED: Final = "protected_history"
ACTIONS: Final = {"protect": "followers", "protected": "followers", "unprotect": "public", "unprotected": "public"}
_SPAN: Final = shapes.several(shapes.text, least=3)  #: from, until, audience: the form of :data:`NOBODY_KNOWS`
NOBODY_KNOWS: Final[list[Json]] = [["", "", "unknown"]]  #: spans of an export that should tell, and does not
MEDIA: Final = re.compile(r"(?:.*/)?(?:deleted_|community_)?tweets?_media/((\d+)-[^/]+)")
MAX_NOTES: Final = 50_000  #: seconds with notes, which are kept in memory until their tweets come
MAX_IN_A_SECOND: Final = 20  #: notes that each tweet of that second is held against; people write one
LEFT: Final = {
    "direct_messages": "direct messages", "direct_messages_group": "direct messages", "like": "likes",
    "follower": "contacts", "following": "contacts", "block": "contacts", "mute": "contacts", "contact": "contacts",
}  # fmt: skip


def recognises(export: Export) -> bool:
    """Tell whether a file of it assigns tweets, or the manifest."""
    return any(_holds_posts(name) or MANIFEST.fullmatch(name) for _, name in _assignments(export))


def _holds_posts(name: str) -> bool:
    return any(kind.fullmatch(name) for kind in (POSTS, NOTES, DELETED))


def _assignments(export: Export) -> Iterator[tuple[str, str]]:
    """Yield each JavaScript file, and the name it assigns to."""
    for path in export.names():
        if path.endswith(".js"):
            found = ASSIGNED.match(head(export, path).replace(b"\0", b"").lstrip(b"\xff\xfe"))
            if found:
                yield path, found[1].decode("ascii")


def plan(export: Export, report: IngestReport) -> Plan:
    """Return the files of posts: notes first, which belong to tweets, then tweets, then what was deleted."""
    ranked: list[tuple[int, str]] = []
    about: dict[str, str] = {}
    histories: list[str] = []
    for path, name in _assignments(export):
        if _holds_posts(name):
            ranked.append((0 if NOTES.fullmatch(name) else 2 if DELETED.fullmatch(name) else 1, path))
        elif name in ("account", "user_details") or MANIFEST.fullmatch(name):
            about["manifest" if MANIFEST.fullmatch(name) else "account"] = path
        elif name == PROTECTED:
            histories.append(path)
        else:
            report.left[LEFT.get(name, "other data of the account")] += 1
    made = Plan(NAME, [path for _, path in sorted(ranked)])
    _read_account(made, export, about.get("account"), report)
    promised = "manifest" in about and _read_manifest(made, export, about["manifest"], report)
    report.notes.append(
        "Of protection X tells at most the six months before an export: whether this account was protected earlier, or "
        "all the time, its author has to say, before anything of it is released."
    )
    if spans := _protected_spans(export, histories, promised, report):
        made.context = {**made.context, "protected": spans}
    media = defaultdict(list)
    for path in export.names():
        if found := MEDIA.fullmatch(path):
            media[found[2]].append(path)
    made.media = dict(media)
    return made


def _assigned(export: Export, path: str, report: IngestReport) -> JsonValue:
    """Return the value a small file assigns; None, and a problem, if it cannot be read."""
    try:
        with export.open(path) as file:
            data = file.read(1 << 20)
        text = data.decode("utf-8", "surrogateescape")
        return decode(text[text.index("=") + 1 :].strip().rstrip(";").encode("utf-8", "surrogateescape"))
    except (NotJson, ValueError):
        report.problem("damaged", path)
    except BadExport as error:
        report.problem("damaged", path, detail=str(error))
    return None


def _read_account(plan: Plan, export: Export, path: str | None, report: IngestReport) -> None:
    said = _assigned(export, path, report) if path else None
    said = members.at(said[0], "account") if isinstance(said, list) and said else said
    number = members.digits(said, "accountId") or members.digits(said, "id")
    handle = members.text(said, "username") or members.text(said, "screen_name")
    name = members.text(said, "accountDisplayName") or members.text(said, "full_name")
    if number or handle:
        plan.context = {"account": number, "handle": handle, "name": name}


def _protected_spans(export: Export, paths: Sequence[str], promised: bool, report: IngestReport) -> list[Json]:
    """Return the spans of time in which not everybody could read, each ``[from, until, audience]``."""
    if not paths:
        if promised:
            report.problem("missing", "data/protected-history.js", detail="for whom the posts were written is unknown")
        return NOBODY_KNOWS if promised else []
    changes: list[tuple[datetime, str, str]] = []  # (instant, time as written, audience from then on)
    for path in paths:
        said = _assigned(export, path, report)
        if not isinstance(said, list):
            return NOBODY_KNOWS
        for each in said:
            time = read_time(members.at(each, "protectedHistory", "protectedAt"))
            when = moment(time)
            if time is None or when is None:
                report.problem("form", path, detail="a change of protection without a time")
                return NOBODY_KNOWS
            action = members.text(each, "protectedHistory", "action").strip().lower()
            changes.append((when, time, ACTIONS.get(action, "unknown")))
    changes.sort(key=lambda change: change[0])
    # an account that is opened was closed before, and nobody says since when
    known = "unknown" if changes and changes[0][2] != "followers" else "public"
    starts = [("", known), *((time, audience) for _, time, audience in changes)]
    ends = [*(time for time, _ in starts[1:]), ""]
    return [[time, end, audience] for (time, audience), end in zip(starts, ends, strict=True) if audience != "public"]


def _read_manifest(plan: Plan, export: Export, path: str, report: IngestReport) -> bool:
    """Read when the archive was made, whose it is, and what should be in it; whether a history of protection is."""
    said = _assigned(export, path, report)
    plan.as_of = read_time(members.at(said, "archiveInfo", "generationDate"))
    who = members.at(said, "userInfo")
    if not plan.context and members.digits(who, "accountId"):
        context: Context = {"account": members.digits(who, "accountId"), "handle": members.text(who, "userName")}
        plan.context = {**context, "name": members.text(who, "displayName")}
    if members.at(said, "archiveInfo", "isPartialArchive") is True:
        report.left["parts of an archive that was made in several"] += 1
    root = path[: -len("data/manifest.js")] if path.endswith("data/manifest.js") else ""
    kinds = members.at(said, "dataTypes")
    for kind, entry in kinds.items() if isinstance(kinds, dict) else ():
        for file in members.each(entry, "files"):
            name, count = root + members.text(file, "fileName"), members.whole(file, "count")
            if name in plan.sources and count is not None:
                plan.counts[name] = count
            elif name not in plan.sources and count and _holds_posts(_snake(kind)):
                report.problem("missing", name, detail=f"{count:,} posts")
    return any(True for _ in members.each(kinds, "protectedHistory", "files"))


def _snake(kind: str) -> str:
    return re.sub(r"(?<=[a-z])([A-Z])", r"_\1", kind).lower()


@dataclass(frozen=True)
class _Note:
    """A long text and where it is."""

    slice: Slice
    post: Post
    used: list[bool]


def read(plan: Plan, open_file: Open, report: IngestReport) -> Iterator[Found]:
    """Yield every post of the archive."""
    notes: dict[str, list[_Note]] = {}
    for path in plan.sources:
        count = 0
        for element in _elements(path, open_file, report):
            count += 1
            if not isinstance(element, Element):
                continue
            note = members.at(element.value, "noteTweet")
            try:
                with one_post():
                    if isinstance(note, dict):
                        _keep_note(notes, path, element, _note(note, plan.context), report)
                        continue
                    found = _found(plan, path, element, notes)
            except BadPost as error:
                report.problem(error.kind, path, element.offset, str(error))
            else:
                yield found
        if path in plan.counts and plan.counts[path] != count:
            report.problem("count", path, detail=f"{plan.counts[path]:,} said, {count:,} found")
    yield from _lonely(notes)


def _elements(path: str, open_file: Open, report: IngestReport) -> Iterator[Element | Damage]:
    """Yield elements, and damage that stands in the place of one; all damage is told."""
    try:
        with open_file(path) as file:
            window = Window(file)
            if begin(window, PREFIX) is None:
                report.problem(
                    "encoding" if "\x00" in window.text[:200] else "form", path, 0, "no assignment begins it"
                )
                return
            wrapped = WRAPPED.search(window.text, window.at, window.at + 200)
            for element in elements(window, WRAPPED if wrapped else BARE):
                if isinstance(element, Damage):
                    report.problem(element.kind, path, element.offset, element.detail)
                elif element.lenient:
                    report.problem("syntax", path, element.offset, "commas too many")
                if isinstance(element, Element) or element.length:
                    yield element
    except BadExport as error:
        report.problem("damaged", path, detail=str(error))


def _keep_note(notes: dict[str, list[_Note]], path: str, element: Element, post: Post, report: IngestReport) -> None:
    if len(notes) >= MAX_NOTES:
        report.problem("limit", path, element.offset)
        return
    kept = _Note(Slice(path, element.offset, element.length), post, [False])
    second = _second(post.published)
    if len(notes.get(second, ())) >= MAX_IN_A_SECOND:
        second = f"{second} {path} {element.offset}"  # a post of its own, held against no tweet
    notes.setdefault(second, []).append(kept)


def _second(time: str | None) -> str:
    """Return one name for an instant, however its offset is written."""
    return str(moment(time) or time)


def _found(plan: Plan, path: str, element: Element, notes: dict[str, list[_Note]]) -> Found:
    tweet = _tweet(element.value)
    post = _post(tweet, plan.context)
    slices = [Slice(path, element.offset, element.length)]
    for note in notes.get(_second(post.published), ()):
        if not note.used[0] and _continues(note.post.text, post.text):
            note.used[0] = True
            slices.append(note.slice)
            post = _post(tweet, plan.context, note.post.text)
            break
    media = tuple(plan.media.get(str(post.version), ()))
    deleted = members.at(tweet, "deleted_at")
    return Found(tuple(slices), post, media, (read_time(deleted) or "") if deleted else None)


def _continues(note: str, text: str) -> bool:
    """Tell whether *text* is the beginning of *note*, but for the ``…`` and the links at its end."""
    beginning = text.rstrip()
    while True:
        short = beginning.removesuffix("…")
        at = short.rfind("https://t.co/")
        if at >= 0 and re.fullmatch(r"\w+", short[at + len("https://t.co/") :]):
            short = short[:at]
        if short == beginning:
            return bool(beginning) and note.startswith(beginning)
        beginning = short.rstrip()


def _lonely(notes: dict[str, list[_Note]]) -> Iterator[Found]:
    """Yield the notes that no tweet belongs to. The tweet may be damaged, or gone; what was written is here."""
    for some in notes.values():
        for kept in some:
            if not kept.used[0]:
                yield Found((kept.slice,), kept.post)


def post(raw: Sequence[bytes], context: Context) -> Post:
    """Return the post, from its tweet and, if it is a long one, its note."""
    with one_post():
        value = decode(raw[0])
        note = members.at(value, "noteTweet")
        if isinstance(note, dict):
            return _note(note, context)
        words = members.text(decode(raw[1]), "noteTweet", "core", "text") if len(raw) > 1 else ""
        return _post(_tweet(value), context, words)


def _post(tweet: JsonValue, context: Context, words: str = "") -> Post:
    return _for_whom(old_tweet(tweet, account(tweet, _author(context)), words), context)


def _for_whom(post: Post, context: Context) -> Post:
    """Return the post with the audience that the history of protection tells; of one without a time, unknown."""
    when = moment(post.published)
    for span in members.each(context, "protected"):
        start, end, audience = _SPAN(span)
        within = when is not None and all((
            start == "" or when >= (moment(start) or when),
            end == "" or when <= (moment(end) or when),
        ))  # fmt: skip
        if post.audience == "public" and (within or when is None):
            return replace(post, audience=audience if within else "unknown")
    return post


def _tweet(value: JsonValue) -> JsonValue:
    """Return the tweet itself; newer archives wrap it."""
    inner = members.at(value, "tweet")
    return inner if isinstance(inner, dict) else value


def owner(context: Context) -> str:
    """Return the id of the account whose archive it is; "" if it does not say."""
    return _author(context).id


def _author(context: dict[str, Json]) -> Author:
    return user(members.digits(context, "account"), members.text(context, "handle"), members.text(context, "name"))


def _note(note: JsonValue, context: Context) -> Post:
    number, text = members.digits(note, "noteTweetId"), members.text(note, "core", "text")
    if not number or not text:
        raise BadPost("a note without number or text")
    published = read_time(members.at(note, "createdAt"))
    post = Post(f"https://x.com/i/notes/{number}", _author(context), checked_size(text), published)
    return _for_whom(post, context)
