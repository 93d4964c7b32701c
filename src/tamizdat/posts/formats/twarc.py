"""What twarc and other collectors write: JSON lines of X's interface, v2, and v1.1.

::

    {"data": [tweet, …], "includes": {"users": […], "tweets": […], "media": […]}, "__twarc": {"retrieved_at": …}}
    {"data": tweet, "includes": …}                                                a page of a stream
    {"id": "57", "text": "…", "author": {…}, "__twarc": …}                        flattened: one tweet a line
    {"id_str": "57", "full_text": "…", "user": {…}}                               v1.1
    {"id": "57", "action": "delete", "created_at": …, "reason": "deleted"}        an answer about compliance
    {"errors": [{"resource_type": "tweet", "resource_id": "57", "title": "Not Found Error"}], …}

A tweet of a page has as slices its own bytes, and those of the users, tweets, polls and media it speaks of. A page
speaks of when it was retrieved (``__twarc.retrieved_at``). Compliance answers and errors about a tweet are the
platform's own word that a post is gone; X names a reason, and a protected or suspended account counts too, because
nobody can read the post any more. What X says of accounts is told, and is never taken for what it says of posts: both
have numbers, but not at the same time (:func:`_is_of_account`). A line that is no JSON is told.

Whether an account was protected is said by ``includes.users[].protected``, ``author.protected`` or ``user.protected``.
"""

import re
from collections.abc import Iterator, Sequence
from datetime import timedelta
from itertools import islice
from typing import BinaryIO, Final

from tamizdat.posts.elements import JsonValue, NotJson, decode
from tamizdat.posts.export import BadExport, Export, head
from tamizdat.posts.formats import members
from tamizdat.posts.formats.api_tweets import DEPTH, MAX_REFERENCES, Includes, new_tweet, new_tweet_v1
from tamizdat.posts.formats.format import BadPost, Context, Found, Open, Plan, Removal, Slice, one_post, shown
from tamizdat.posts.formats.page import Place, place_members
from tamizdat.posts.formats.tweets import EPOCH, FIRST_TIMED, account, edit_numbers, old_tweet, old_tweet_v1, status
from tamizdat.posts.plain import ToPlain, resolve_entities, unescape_entities
from tamizdat.posts.post import Author, Post
from tamizdat.posts.report import IngestReport
from tamizdat.posts.times import moment, read_time

NAME: Final = "twarc/v3"
MAX_LINE: Final = 16 << 20
MAX_DAMAGES: Final = 1_000
BEGINNING: Final = re.compile(
    rb'\s*\{\s*"(?:data|includes|id|id_str|created_at|author_id|text|full_text|errors|meta|edit_\w+|public_metrics'
    rb'|attachments|entities|conversation_id|lang|source|reply_settings|possibly_sensitive|referenced_tweets|author|action|reason)"\s*:'
)
TWEET: Final = re.compile(
    rb'"(?:id|id_str|author_id)"\s*:\s*"?\d+"?\s*[,}]|"(?:edit_history_tweet_ids|created_at)"\s*:'
)
OTHERS: Final = re.compile(rb'"pubkey"\s*:')  #: of an event of Nostr, which has an id and a time, too
INSIDES: Final = {"users": "id", "tweets": "id", "media": "media_key", "polls": "id"}
#: What an error says, and its reason in a word; the first that fits.
REASONS: Final = {
    "suspended": "suspended", "not found": "not found", "not authorized": "not authorized",
    "authorization error": "not authorized",
}  # fmt: skip
NAMED: Final = 20  #: accounts of which the platform says something, told one by one
#: The least number that a tweet of 2008 and later has, of those whose numbers hold no time; accounts have less.
LEAST_OF_2008: Final = 500_000_000


def recognises(export: Export) -> bool:
    """Tell whether one of the first lines is a page or a tweet."""
    return any(_is_lines(export, path) for path in export.names())


def _is_lines(export: Export, path: str) -> bool:
    if not path.endswith((".jsonl", ".json", ".ndjson", ".txt")):
        return False
    lines = [line for line in head(export, path).splitlines() if line.strip()][:3]
    return any(BEGINNING.match(line) and TWEET.search(line) and not OTHERS.search(line) for line in lines)


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
            if _is_of_account(number, members.at(value, "created_at")):
                _tell_account(number, members.text(value, "reason"), report)
                return
            when = read_time(members.at(value, "redacted_at"))
            yield Removal(whole, status(number), when, members.text(value, "reason")[:40])
        return
    if not number and members.at(value, "data") is None and not members.at(value, "errors"):
        report.left["lines without a post"] += 1
        return
    as_of = read_time(members.at(value, "__twarc", "retrieved_at"))
    try:
        places = place_members(line) if isinstance(value, dict) and ("data" in value or "errors" in value) else {}
        tweets = list(_tweets(path, start, line, value, places))
    except (ValueError, IndexError, RecursionError):  # commas too many, inside a page
        report.problem("syntax", path, start, "a page that is no sound JSON")
        return
    for slices, raw in tweets:
        try:
            found = post(raw or [line], {})
        except BadPost as error:
            report.problem(error.kind, path, start, str(error))
        else:
            yield Found(slices or (whole,), found, as_of=as_of)
    for said in places.get("errors", ()):
        yield from _error(Slice(path, start + said.offset, said.length), said.value, as_of, report)


def _error(where: Slice, value: JsonValue, as_of: str | None, report: IngestReport) -> Iterator[Removal]:
    """Yield the removal that an error beside a page tells of; what it tells of an account is told."""
    kind = members.text(value, "resource_type")
    number = members.digits(value, "resource_id") or members.digits(value, "value")
    said = f"{members.text(value, 'title')} {members.text(value, 'detail')} {members.text(value, 'type')}".lower()
    reason = next((reason for words, reason in REASONS.items() if words in said.replace("-", " ")), "")
    if kind == "tweet" and number and reason:
        yield Removal(where, status(number), None, reason, as_of)
    elif kind == "user" and reason:
        _tell_account(members.text(value, "value") or number, reason, report)
    else:
        report.left["errors of the interface"] += 1


def _is_of_account(number: str, created: JsonValue) -> bool:
    """Tell whether something of this number and time is an account and no tweet.

    Accounts of before 2016 have numbers that tweets had before November 2010, when there were ten times as many tweets
    as accounts. The later ones' numbers are no tweet's.
    """
    when = moment(read_time(created))
    if when is None or int(number) > FIRST_TIMED:
        return False
    return when > EPOCH + timedelta(days=1) or (when.year >= 2008 and int(number) < LEAST_OF_2008)


def _tell_account(who: str, reason: str, report: IngestReport) -> None:
    report.left["what the platform says of accounts"] += 1
    told = f"The platform says of the account {shown(who)}: {shown(reason) or 'it is gone'}."
    if told not in report.notes and len(report.notes) < NAMED:
        report.notes.append(told)


def _tweets(
    path: str, start: int, line: bytes, value: JsonValue, places: dict[str, list[Place]]
) -> Iterator[tuple[tuple[Slice, ...], list[bytes]]]:
    """Yield the slices of each tweet of a line; none where the whole line is the tweet."""
    if not isinstance(value, dict) or "data" not in value:
        if members.at(value, "errors") is None or members.digits(value, "id") or members.digits(value, "id_str"):
            yield (), []
        return
    page = _Page(places)
    for tweet in page.tweets:
        needed = [tweet, *page.needed(tweet)]
        slices = tuple(Slice(path, start + each.offset, each.length) for each in needed)
        yield slices, [line[each.offset : each.offset + each.length] for each in needed]


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
        """Return what a tweet speaks of: its author, media and poll, the tweets it refers to, and theirs."""
        found, pending = [tweet], [tweet]
        for _ in range(DEPTH):
            others = [members.text(other, "id") for each in pending
                      for other in islice(members.each(each.value, "referenced_tweets"), MAX_REFERENCES)]  # fmt: skip
            pending = [self._by["tweets"][tweet_id] for tweet_id in others if tweet_id in self._by["tweets"]]
            found += pending
        needed = list[Place]()
        for each in found:
            author = self._by["users"].get(members.text(each.value, "author_id"))
            keys = [("media", key) for key in members.each(each.value, "attachments", "media_keys")]
            keys += [("polls", key) for key in members.each(each.value, "attachments", "poll_ids")]
            needed += [*([each] if each is not tweet else []), *([author] if author else [])]
            needed += [self._by[kind][key] for kind, key in keys if isinstance(key, str) and key in self._by[kind]]
        unique = {(each.offset, each.length): each for each in needed}
        unique.pop((tweet.offset, tweet.length), None)
        return list(unique.values())


def post(raw: Sequence[bytes], context: Context) -> Post:
    """Return the post of a tweet and of what it speaks of."""
    return _post(raw, resolve_entities)


def post_v2(raw: Sequence[bytes], context: Context) -> Post:
    """Return the post as ``twarc/v2`` read it, which resolved no references but those that X writes today."""
    return _post(raw, unescape_entities)


def _post(raw: Sequence[bytes], resolved: ToPlain) -> Post:
    with one_post():
        tweet, *others = [decode(each) for each in raw]
        if _is_old(tweet):
            return old_tweet(tweet, account(tweet, Author("")), resolved=resolved)
        return new_tweet(tweet, Includes.of(others), resolved=resolved)


def post_v1(raw: Sequence[bytes], context: Context) -> Post:
    """Return the post as ``twarc/v1`` read it."""
    with one_post():
        tweet, *others = [decode(each) for each in raw]
        if _is_old(tweet):
            return old_tweet_v1(tweet, account(tweet, Author("")))
        return new_tweet_v1(tweet, Includes.of(others))


def _is_old(tweet: JsonValue) -> bool:
    return bool(members.digits(tweet, "id_str") or members.text(tweet, "full_text"))
