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

A tweet of more than 280 letters is cut short in ``tweets.js``; its whole text is a *note* (x_notes.py). Such a post has
two slices, the tweet's and the note's. A note that no tweet belongs to is a post of its own. Everything else in an
archive (messages, likes, contacts, advertising) is nobody's post: it is counted (x_left.py), and left where it is. Of
the files about the account (x_account.py) nothing is kept but the members that stand in the context.

**When.** Until 2018 archives had no hours for what was written before 4 November 2010: all of it says ``00:00:00
+0000``. That is a day, unless another tweet of that day, in these files, has an hour; such days stand in the context,
as ``hours``.

**For whom.** ``protected-history.js`` says when the account was protected, and opened again, within six months before
the archive was made; accounts begin open. A tweet written while it was protected has the audience ``followers``. Where
the export cannot tell, ``unknown``: before an opening whose protecting is not on the list, after an action that is
neither, and everywhere if the file is damaged, or named by the manifest and missing. Of an archive that never had the
file (those before 2018 say it in each tweet), and of an account that was protected all the time, X says nothing: the
audience is ``public``, and the report says that nobody looked. What was written for a circle is for ``followers``::

    context  {"account": "12", …, "protected": [["", "2025-12-01T…", "unknown"], ["2026-01-02T…", "", "followers"]],
              "zone": "Asia/Shanghai", "circle": true, "hours": ["2010-03-31"]}
"""

import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Final

from tamizdat.dataclass import dataclass
from tamizdat.encoding import Json
from tamizdat.ledger import shapes
from tamizdat.posts.elements import Damage, Element, JsonValue, Window, begin, decode, elements
from tamizdat.posts.export import BadExport, Export, head
from tamizdat.posts.formats import members
from tamizdat.posts.formats.format import BadPost, Context, Found, Open, Plan, Slice, checked_size, doubts, one_post
from tamizdat.posts.formats.tweets import HOURS_FROM, Whole, account, old_tweet, old_tweet_v1, user
from tamizdat.posts.formats.tweets import times as times_of_tweet
from tamizdat.posts.formats.x_account import MANIFEST, About, handle_told
from tamizdat.posts.formats.x_left import tell_left
from tamizdat.posts.formats.x_notes import Note, Notes, completed, even, whole_of
from tamizdat.posts.plain import ToPlain, resolve_entities, unescape_entities
from tamizdat.posts.post import Author, Post
from tamizdat.posts.report import IngestReport
from tamizdat.posts.times import moment, read_time, read_time_v1

NAME: Final = "x-archive/v3"
ASSIGNED: Final = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*(?:window\.|var )?(?:YTD\.)?(\w+?(?:\.data\.\w+)?)(?:\.part\d+)?\s*=\s*(?=[\[{]|$)", re.A
)
PREFIX: Final = re.compile(r"\ufeff?\s*[\w. ]{1,120}?\s*=\s*(?=[\[{])", re.A)
WRAPPED: Final = re.compile(r'\{\s*"[A-Za-z]{0,20}[tT]weet"\s*:')
BARE: Final = re.compile(r'\{\s*"(?:source|created_at)"\s*:')
CIRCLES: Final = re.compile(r"(?:deleted_)?(?:twitter_)?circle_tweets?")
POSTS: Final = re.compile(rf"tweets?|community_tweets?|Grailbird\.data\.tweets_\w+|{CIRCLES.pattern}")
NOTES: Final = re.compile(r"note_tweets?")
DELETED: Final = re.compile(r"deleted_(?:note_|community_|twitter_circle_|circle_)?tweets?")
HOLDS_POSTS: Final = re.compile("|".join(f"(?:{each.pattern})" for each in (POSTS, NOTES, DELETED)))
BEFORE_HOURS: Final = re.compile(r"Grailbird\.data\.tweets_(20\d\d_\d\d)\w*", re.A)
HOUR: Final = re.compile(rb'"created_at"\s*:\s*"(20(?:0\d|10)-\d\d-\d\d) (?!00:00:00)\d\d:\d\d:\d\d \+0000"')
MOST_HOURS: Final = 2_000  #: days; more than there were
_SPAN: Final = shapes.several(shapes.text, least=3)  #: from, until, audience (x_account.py)
MEDIA: Final = re.compile(r"(?:.*/)?(?:deleted_|community_|twitter_circle_|circle_)?tweets?_media/((\d+)-[^/]+)")


def recognises(export: Export) -> bool:
    """Tell whether a file of it assigns tweets, or the manifest."""
    return any(HOLDS_POSTS.fullmatch(name) or MANIFEST.fullmatch(name) for _, name in _assignments(export))


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
    about, others = About(), list[tuple[str, str]]()
    assigned = dict(_assignments(export))
    for path, name in assigned.items():
        if HOLDS_POSTS.fullmatch(name):
            ranked.append((0 if NOTES.fullmatch(name) else 2 if DELETED.fullmatch(name) else 1, path))
        elif not about.add(path, name):
            others.append((path, name))
    made = Plan(NAME, [path for _, path in sorted(ranked)])
    report.notes.append(
        "Of protection X tells at most the six months before an export: whether this account was protected earlier, or "
        "all the time, its author has to say, before anything of it is released."
    )
    about.read(made, export, report, HOLDS_POSTS)
    if made.sources and not owner(made.context):
        made.unsaid = _unsaid(handle_told(export, made.sources))
    made.contexts = {path: {"circle": True} for path in made.sources if CIRCLES.fullmatch(assigned[path])}
    old = [path for path in made.sources if BEFORE_HOURS.fullmatch(assigned[path])]
    if hours := _hours(export, old, assigned):
        made.contexts |= {path: {"hours": list[Json](hours)} for path in old}
    tell_left(export, others, report)
    media = defaultdict(list)
    for path in export.names():
        if found := MEDIA.fullmatch(path):
            media[found[2]].append(path)
    made.media = dict(media)
    return made


def _unsaid(handle: str) -> str:
    said = f" Its tweets address their own pictures as those of @{handle}." if handle else ""
    return f"No file of this archive says whose it is (account.js, manifest.js).{said} --owner HANDLE says it."


def _hours(export: Export, paths: Sequence[str], assigned: dict[str, str]) -> list[str]:
    """Return the days before :data:`HOURS_FROM` of which some tweet of these files of Grailbird has an hour."""
    found: set[str] = set()
    for path in paths:
        month = BEFORE_HOURS.fullmatch(assigned[path])
        if month is None or month[1].replace("_", "-") > HOURS_FROM[:7]:
            continue
        try:
            with export.open(path) as file:
                held = b""
                while data := file.read(1 << 20):
                    found |= {day.decode() for day in HOUR.findall(held + data)}
                    held = data[-100:]
        except BadExport:
            continue  # it is told when its tweets are read
    return sorted(day for day in found if day < HOURS_FROM)[:MOST_HOURS]


@dataclass(frozen=True)
class _Context:
    """What a context says: its account, and the days before November 2010 of which hours are known.

    *everybody*: it tells of no time in which its posts were not for everybody.
    """

    said: Context
    author: Author
    hours: Collection[str]
    everybody: bool

    @classmethod
    def of(cls, context: Context) -> "_Context":
        """Read a context."""
        hours = frozenset(day for day in members.each(context, "hours") if isinstance(day, str))
        limited = members.at(context, "circle") is True or any(True for _ in members.each(context, "protected"))
        return cls(context, _author(context), hours, not limited)


def read(plan: Plan, open_file: Open, report: IngestReport) -> Iterator[Found]:
    """Yield every post of the archive."""
    notes = Notes()
    for path in plan.sources:
        count, about = 0, _Context.of(plan.context_of(path))
        for element in _elements(path, open_file, report):
            count += 1
            if not isinstance(element, Element):
                continue
            note = members.at(element.value, "noteTweet")
            try:
                with one_post():
                    if isinstance(note, dict):
                        _keep_note(notes, path, element, note, about.said, report)
                        continue
                    found = _found(plan, path, element, notes, about)
            except BadPost as error:
                report.problem(error.kind, path, element.offset, str(error))
            else:
                yield found
        if path in plan.counts and plan.counts[path] != count:
            report.problem("count", path, detail=f"{plan.counts[path]:,} said, {count:,} found")
    for kept in notes.lonely():
        yield Found((kept.slice,), kept.post, deleted="" if _is_deleted(kept.slice.source) else None)


def times(plan: Plan, open_file: Open) -> Iterator[str | None]:
    """Yield the times that stand in each post of the archive: of its publication, this version of it, its removal."""
    unheard = IngestReport()
    for path in plan.sources:
        hours = _Context.of(plan.context_of(path)).hours
        for element in _elements(path, open_file, unheard):
            if isinstance(element, Element):
                with suppress(BadPost), one_post():
                    yield from _times(element.value, hours)


def _times(value: JsonValue, hours: Collection[str]) -> tuple[str | None, ...]:
    note = members.at(value, "noteTweet")
    if isinstance(note, dict):
        return (read_time(members.at(note, "createdAt")),)
    tweet = _tweet(value)
    return (*times_of_tweet(tweet, hours), read_time(members.at(tweet, "deleted_at")))


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


def _keep_note(
    notes: Notes, path: str, element: Element, note: JsonValue, context: Context, report: IngestReport
) -> None:
    whole = whole_of(note)
    if not whole.text.strip() and members.digits(note, "noteTweetId"):
        report.left["long texts without words"] += 1
        return
    kept = Note(Slice(path, element.offset, element.length), _note(note, context), whole, [False], even(whole.text))
    if not notes.keep(kept):
        report.problem("limit", path, element.offset)


def _found(plan: Plan, path: str, element: Element, notes: Notes, about: _Context) -> Found:
    tweet = _tweet(element.value)
    post = _post(tweet, about)
    slices = [Slice(path, element.offset, element.length)]
    if note := notes.of(tweet, post.updated or post.published):
        slices.append(note.slice)
        post = _post(tweet, about, note.whole)
    media = _in_order(post, plan.media.get(str(post.version), ()))
    when = members.at(tweet, "deleted_at")
    deleted = read_time(when) or "" if when or _is_deleted(path) else None
    return Found(tuple(slices), post, media, deleted)


def _is_deleted(path: str) -> bool:
    """Tell whether what stands in this file was deleted: X names it so."""
    return path.rpartition("/")[2].startswith("deleted")


def _in_order(post: Post, paths: Sequence[str]) -> tuple[str, ...]:
    """Return the files of a post in the order in which the platform shows them."""
    if len(paths) < 2:
        return tuple(paths)
    first = [each.file_among(paths) for each in post.attachments]
    return tuple(dict.fromkeys((*(path for path in first if path), *paths)))


def post(raw: Sequence[bytes], context: Context) -> Post:
    """Return the post, from its tweet and, if it is a long one, its note."""
    return _of_bytes(raw, context, resolve_entities)


def post_v2(raw: Sequence[bytes], context: Context) -> Post:
    """Return the post as ``x-archive/v2`` read it, which resolved no references but those that X writes today."""
    return _of_bytes(raw, context, unescape_entities)


def _of_bytes(raw: Sequence[bytes], context: Context, resolved: ToPlain) -> Post:
    with one_post():
        value = decode(raw[0])
        note = members.at(value, "noteTweet")
        if isinstance(note, dict):
            return _note(note, context)
        said = members.at(decode(raw[1]), "noteTweet") if len(raw) > 1 else None
        whole = whole_of(said) if said is not None else None
        return _post(_tweet(value), _Context.of(context), whole, resolved)


def post_v1(raw: Sequence[bytes], context: Context) -> Post:
    """Return the post as ``x-archive/v1`` read it: notes unescaped like tweets, and nothing but what they say."""
    with one_post():
        value = decode(raw[0])
        note = members.at(value, "noteTweet")
        if isinstance(note, dict):
            return _note(note, context, v1=True)
        words = members.text(decode(raw[1]), "noteTweet", "core", "text") if len(raw) > 1 else ""
        tweet = _tweet(value)
        return _for_whom(old_tweet_v1(tweet, account(tweet, _author(context)), words), context)


def _post(tweet: JsonValue, about: _Context, whole: Whole | None = None, resolved: ToPlain = resolve_entities) -> Post:
    whole = completed(tweet, whole) or whole if whole else None
    post = old_tweet(tweet, account(tweet, about.author), whole, about.hours, resolved=resolved)
    return post if about.everybody else _for_whom(post, about.said)


def _for_whom(post: Post, context: Context) -> Post:
    """Return the post with the audience that circle and history of protection tell; of one without a time, unknown."""
    if post.audience == "public" and members.at(context, "circle") is True:
        return replace(post, audience="followers")
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
    """Return the tweet itself; newer archives wrap it, each kind under a name of its own."""
    inner = members.at(value, "tweet")
    if inner is None and isinstance(value, dict) and len(value) == 1:
        [inner] = value.values()
    return inner if isinstance(inner, dict) else value


def owner(context: Context) -> str:
    """Return the id of the account whose archive it is; "" if it does not say."""
    return _author(context).id


def _author(context: dict[str, Json]) -> Author:
    return user(members.digits(context, "account"), members.text(context, "handle"), members.text(context, "name"))


def _note(note: JsonValue, context: Context, v1: bool = False) -> Post:
    """Return a note as a post of its own."""
    number, whole = members.digits(note, "noteTweetId"), whole_of(note)
    if not number or not whole.text:
        raise BadPost("a note without number or text")
    text, time = checked_size(whole.text), members.at(note, "createdAt")
    post = Post(
        f"https://x.com/i/notes/{number}", _author(context), text, read_time_v1(time) if v1 else read_time(time)
    )
    if not v1:
        written = members.at(note, "core", "text")
        post = replace(post, links=whole.links, tags=whole.tags, doubts=doubts(str(written), post.published, time))
    return _for_whom(post, context)
