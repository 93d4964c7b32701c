"""What twarc and other collectors write: JSON lines of X's interface, v2, and v1.1.

::

    {"data": [tweet, …], "includes": {"users": […], "tweets": […], "media": […]}, "__twarc": {"retrieved_at": …}}
    {"data": tweet, "includes": …}                                                a page of a stream
    {"id": "57", "text": "…", "author": {…}, "__twarc": …}                        flattened: one tweet a line
    {"id_str": "57", "full_text": "…", "user": {…}}                               v1.1
    {"id": "57", "action": "delete", "created_at": …, "reason": "deleted"}        an answer about compliance

A tweet of a page has as slices its own bytes, and those of the users, tweets and media it speaks of. Compliance answers
are the platform's own word that a post is gone; X names a reason, and a protected or suspended account counts too,
because nobody can read the post any more. A line that is no JSON is told and passed over.

Whether an account was protected is said by ``includes.users[].protected``, ``author.protected`` or ``user.protected``.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import BinaryIO, Final

from tamizdat.posts.elements import JsonValue, NotJson, decode
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
from tamizdat.posts.formats.page import Place, place_members
from tamizdat.posts.formats.tweets import (
    account,
    audience,
    edit_numbers,
    first_version,
    language,
    old_tweet,
    page,
    status,
    user,
)
from tamizdat.posts.plain import unescape_entities
from tamizdat.posts.post import Attachment, Author, Post, reference
from tamizdat.posts.report import IngestReport
from tamizdat.posts.times import read_time

NAME: Final = "twarc/v1"
MAX_LINE: Final = 16 << 20
MAX_DAMAGES: Final = 1_000
BEGINNING: Final = re.compile(
    rb'\s*\{\s*"(?:data|includes|id|id_str|created_at|author_id|text|full_text|errors|meta|edit_\w+|public_metrics'
    rb'|attachments|entities|conversation_id|lang|source|reply_settings|possibly_sensitive|referenced_tweets|author|action|reason)"\s*:'
)
TWEET: Final = re.compile(
    rb'"(?:id|id_str|author_id)"\s*:\s*"?\d+"?\s*[,}]|"(?:edit_history_tweet_ids|created_at)"\s*:'
)
INSIDES: Final = {"users": "id", "tweets": "id", "media": "media_key"}
PHOTO: Final = {"photo": "image/jpeg", "video": "video/mp4", "animated_gif": "video/mp4"}


def recognises(export: Export) -> bool:
    """Tell whether one of the first lines is a page or a tweet."""
    return any(_is_lines(export, path) for path in export.names())


def _is_lines(export: Export, path: str) -> bool:
    if not path.endswith((".jsonl", ".json", ".ndjson", ".txt")):
        return False
    lines = [line for line in head(export, path).splitlines() if line.strip()][:3]
    return any(BEGINNING.match(line) and TWEET.search(line) for line in lines)


def plan(export: Export, report: IngestReport) -> Plan:
    """Return all files of lines."""
    return Plan(NAME, [path for path in export.names() if _is_lines(export, path)])


def read(plan: Plan, open_file: Open, report: IngestReport) -> Iterator[Found | Removal]:
    """Yield every tweet, line by line."""
    for path in plan.sources:
        try:
            with open_file(path) as file:
                yield from _lines(path, file, report)
        except BadExport as error:
            report.problem("damaged", path, detail=str(error))


def _lines(path: str, file: BinaryIO, report: IngestReport) -> Iterator[Found | Removal]:
    offset = damages = 0
    while (line := file.readline(MAX_LINE + 1)) and damages < MAX_DAMAGES:
        start, offset = offset, offset + len(line)
        if len(line) > MAX_LINE:
            report.problem("size", path, start)
            while line and not line.endswith(b"\n"):
                line = file.readline(MAX_LINE)
                offset += len(line)
            continue
        if not line.strip():
            continue
        try:
            value = decode(line)
            line.decode()
        except NotJson:
            damages += 1
            kind = "damaged" if line.endswith(b"\n") else "truncated"
            report.problem(kind, path, start, "a line that is no JSON")
            continue
        except UnicodeDecodeError:
            report.problem("encoding", path, start, "not UTF-8")
            continue
        yield from _line(path, start, line, value, report)
    if damages >= MAX_DAMAGES:
        report.problem("limit", path, offset)


def _line(path: str, start: int, line: bytes, value: JsonValue, report: IngestReport) -> Iterator[Found | Removal]:
    whole = Slice(path, start, len(line.rstrip(b"\r\n")))
    number = members.digits(value, "id") or members.digits(value, "id_str")
    if members.text(value, "action"):
        if number and members.text(value, "action") == "delete":
            when = read_time(members.at(value, "redacted_at"))
            yield Removal(whole, status(number), when, members.text(value, "reason")[:40])
        return
    if not number and members.at(value, "data") is None:
        report.left["errors of the interface" if members.at(value, "errors") else "lines without a post"] += 1
        return
    try:
        tweets = list(_tweets(path, start, line, value))
    except (ValueError, IndexError, RecursionError):  # commas too many, inside a page
        report.problem("syntax", path, start, "a page that is no sound JSON")
        return
    for slices, raw in tweets:
        try:
            found = post(raw or [line], {})
        except BadPost as error:
            report.problem(error.kind, path, start, str(error))
        else:
            yield Found(slices or (whole,), found)


def _tweets(path: str, start: int, line: bytes, value: JsonValue) -> Iterator[tuple[tuple[Slice, ...], list[bytes]]]:
    """Yield the slices of each tweet of a line; none where the whole line is the tweet."""
    if not isinstance(value, dict) or "data" not in value:
        yield (), []
        return
    page = _Page(place_members(line))
    for tweet in page.tweets:
        places = [tweet, *page.needed(tweet)]
        slices = tuple(Slice(path, start + each.offset, each.length) for each in places)
        yield slices, [line[each.offset : each.offset + each.length] for each in places]


class _Page:
    """A page, with the place of everything in it."""

    def __init__(self, found: dict[str, list[Place]]) -> None:
        self._by = {
            kind: {members.text(each.value, key): each for each in found.get(f"includes.{kind}", [])}
            for kind, key in INSIDES.items()
        }
        self.tweets = list(found.get("data", []))
        versions = {number for each in self.tweets for number in map(members.digits, edit_numbers(each.value))}
        versions -= {members.digits(each.value, "id") for each in self.tweets}
        earlier = [each for tweet_id, each in self._by["tweets"].items() if tweet_id in versions]
        self.tweets += earlier  # versions of these

    def needed(self, tweet: Place) -> list[Place]:
        """Return what a tweet speaks of: its author, its media, the tweets it refers to, and their authors."""
        others = [members.text(each, "id") for each in members.each(tweet.value, "referenced_tweets")]
        inner = [self._by["tweets"][tweet_id] for tweet_id in others if tweet_id in self._by["tweets"]]
        found = []
        for each in (tweet, *inner):
            author = self._by["users"].get(members.text(each.value, "author_id"))
            keys = [key for key in members.each(each.value, "attachments", "media_keys") if isinstance(key, str)]
            found += [*([each] if each is not tweet else []), *([author] if author else [])]
            found += [self._by["media"][key] for key in keys if key in self._by["media"]]
        return list({(each.offset, each.length): each for each in found}.values())


def post(raw: Sequence[bytes], context: Context) -> Post:
    """Return the post of a tweet and of what it speaks of."""
    with one_post():
        tweet, *others = [decode(each) for each in raw]
        if members.digits(tweet, "id_str") or members.text(tweet, "full_text"):
            return old_tweet(tweet, account(tweet, Author("")))
        return _new_tweet(tweet, _Includes.of(others))


@dataclass(frozen=True)
class _Includes:
    """What else is known, by id."""

    users: dict[str, JsonValue]
    tweets: dict[str, JsonValue]
    media: dict[str, JsonValue]

    @classmethod
    def of(cls, values: Sequence[JsonValue]) -> "_Includes":
        """Sort values into users, tweets and media."""
        said = ("username", "protected")  # either makes it a user: no tweet or medium has them
        users = {members.text(each, "id"): each for each in values if any(members.at(each, name) for name in said)}
        media = {members.text(each, "media_key"): each for each in values if members.text(each, "media_key")}
        tweets = {members.text(each, "id"): each for each in values if isinstance(members.at(each, "text"), str)}
        return cls(users, tweets, media)


def _new_tweet(tweet: JsonValue, known: _Includes, deep: bool = True) -> Post:
    number = members.digits(tweet, "id")
    written = members.at(tweet, "note_tweet", "text")
    written = written if isinstance(written, str) else members.at(tweet, "text")
    if not number or not isinstance(written, str):
        raise BadPost("a tweet without number or text")
    text = checked_size(unescape_entities(members.text(written)))
    person = members.at(tweet, "author") or known.users.get(members.digits(tweet, "author_id"))
    author = user(members.digits(tweet, "author_id"), members.text(person, "username"), members.text(person, "name"))
    published = read_time(members.at(tweet, "created_at"))
    related = dict(_related(tweet, known, deep))
    shared = related.get("retweeted")
    return Post(
        id=status(first_version(edit_numbers(tweet), number)),
        author=author,
        text=text,
        published=published,
        kind="Announce" if shared else "Note",
        language=language(members.text(tweet, "lang")),
        url=page(author, number),
        reply_to=related["replied_to"].id if "replied_to" in related else "",
        thread=status(members.digits(tweet, "conversation_id")),
        audience=audience(person),
        shared=shared,
        quotes=(related["quoted"],) if "quoted" in related else (),
        attachments=_attachments(tweet, known),
        tags=tuple(filter(None, (members.text(tag, "tag") for tag in members.each(tweet, "entities", "hashtags")))),
        links=tuple((members.text(link, "url"), members.text(link, "expanded_url"))
                    for link in members.each(tweet, "entities", "urls") if members.text(link, "expanded_url")),
        version=int(number),
        doubts=doubts(written, published),
    )  # fmt: skip


def _related(tweet: JsonValue, known: _Includes, deep: bool) -> Iterator[tuple[str, Post]]:
    """Yield what the tweet refers to: (retweeted, quoted or replied_to, the other post or its mere id)."""
    for each in members.each(tweet, "referenced_tweets"):
        number = members.digits(each, "id")
        inner = each if isinstance(members.at(each, "text"), str) else known.tweets.get(number)
        try:
            full = _new_tweet(inner, known, deep=False) if deep and inner is not None else None
        except BadPost:
            full = None
        if number:
            yield members.text(each, "type"), replace(full, doubts=()) if full else reference(status(number))


def _attachments(tweet: JsonValue, known: _Includes) -> tuple[Attachment, ...]:
    keys = [key for key in members.each(tweet, "attachments", "media_keys") if isinstance(key, str)]
    flat = [each for each in members.each(tweet, "attachments", "media") if isinstance(each, dict)]
    found: list[JsonValue] = [*flat] or [known.media[key] for key in keys if key in known.media]
    return tuple(
        Attachment(
            PHOTO.get(members.text(each, "type"), ""),
            members.text(each, "url") or members.text(each, "preview_image_url"),
            members.text(each, "alt_text"),
        )
        for each in found
    )
