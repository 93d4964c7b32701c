"""How a tweet of X's interface v2 is a post, with what ``includes`` says of its author, media, poll and others.

``twarc2 flatten`` puts the same into the tweet itself (``author``, ``attachments.media``, a tweet as an element of
``referenced_tweets``). The text of a repost is cut by the platform; the whole is the other tweet's.
"""

import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from itertools import islice
from typing import Final

from tamizdat.dataclass import dataclass
from tamizdat.posts.elements import JsonValue
from tamizdat.posts.formats import members
from tamizdat.posts.formats.format import BadPost, checked_size, doubts
from tamizdat.posts.formats.tweets import (
    TYPES,
    audience,
    edit_numbers,
    first_time,
    first_version,
    is_cut,
    language,
    names_device,
    page,
    status,
    user,
    withheld,
)
from tamizdat.posts.plain import ToPlain, resolve_entities, unescape_entities
from tamizdat.posts.post import Attachment, Author, Choice, Post, reference
from tamizdat.posts.times import read_time, read_time_v1

MAX_REFERENCES: Final = 4  #: tweets that one refers to; X has three kinds of them
DEPTH: Final = 2  #: tweets within tweets: a repost of one that quotes
_UNESCAPED: Final = re.compile(r"[<>]|&(?!(?:amp|lt|gt);)")


@dataclass(frozen=True)
class Includes:
    """What else is known, by id."""

    users: dict[str, JsonValue]
    tweets: dict[str, JsonValue]
    media: dict[str, JsonValue]
    polls: dict[str, JsonValue]

    @classmethod
    def of(cls, values: Sequence[JsonValue]) -> "Includes":
        """Sort values into users, tweets, media and polls."""
        said = ("username", "protected")  # either makes it a user: no tweet or medium has them
        users = {members.text(each, "id"): each for each in values if any(members.at(each, name) for name in said)}
        media = {members.text(each, "media_key"): each for each in values if members.text(each, "media_key")}
        tweets = {members.text(each, "id"): each for each in values if isinstance(members.at(each, "text"), str)}
        polls = {members.text(each, "id"): each for each in values if isinstance(members.at(each, "options"), list)}
        return cls(users, tweets, media, polls)


def new_tweet(tweet: JsonValue, known: Includes, depth: int = DEPTH, resolved: ToPlain = resolve_entities) -> Post:
    """Return the post of a tweet of v2, and of what it repeats and quotes, *depth* tweets deep."""
    number, written = _numbered(tweet)
    whole = _note_text(tweet)
    text = checked_size(resolved(members.text(written)) if whole is None else whole)
    person = members.at(tweet, "author") or known.users.get(members.digits(tweet, "author_id"))
    author = _account(members.digits(tweet, "author_id"), person)
    time = members.at(tweet, "created_at")
    published = read_time(time)
    related = dict(_related(tweet, known, depth, resolved=resolved))
    shared, quoted = related.get("retweeted"), related.get("quoted")
    first = first_version(edit_numbers(tweet), number)
    entities = _urls(tweet)
    short = {members.text(link, "url") for link in entities}
    attachments = _attachments(tweet, known)
    repeated = {each.url for each in shared.attachments} if shared else set()
    inner = (detail for each in (shared, quoted) if each for detail in each.private_details)
    return Post(
        id=status(first),
        author=author,
        text=text,
        published=first_time(first, number, published),
        updated=published if first != number else None,
        kind="Announce" if "retweeted" in related else "Note",
        language=language(members.text(tweet, "lang")),
        url=page(author, number),
        reply_to=related["replied_to"].id if "replied_to" in related else "",
        answered=_answered(tweet, related.get("replied_to")),
        thread=status(members.digits(tweet, "conversation_id")),
        # whether its account is protected, nobody says; of a tweet within another it is: X shows no such ones there
        audience=audience(person) if person is not None or depth < DEPTH else "unknown",
        shared=shared,
        quotes=(quoted,) if quoted else (),
        attachments=tuple(each for each in attachments if each.url not in repeated),
        tags=_tags(tweet),
        links=_pairs([link for link in entities if not members.text(link, "media_key")]),
        version=int(number),
        cut=whole is None and is_cut(text, short, tweet, shared),
        sensitive=members.at(tweet, "possibly_sensitive") is True,
        choices=_choices(tweet, known),
        withheld=withheld(tweet, person),
        private_details=tuple(dict.fromkeys((*_private_details(tweet, person), *inner))),
        doubts=doubts(written, published, time),
    )


def new_tweet_v1(tweet: JsonValue, known: Includes, deep: bool = True) -> Post:
    """Return the post of a tweet as ``twarc/v1`` read it."""
    number, written = _numbered(tweet)
    note = members.at(tweet, "note_tweet", "text")
    written = note if isinstance(note, str) else written
    person = members.at(tweet, "author") or known.users.get(members.digits(tweet, "author_id"))
    author = _account(members.digits(tweet, "author_id"), person)
    published = read_time_v1(members.at(tweet, "created_at"))
    related = dict(_related(tweet, known, int(deep), v1=True))
    shared = related.get("retweeted")
    return Post(
        id=status(first_version(edit_numbers(tweet), number)),
        author=author,
        text=checked_size(unescape_entities(members.text(written))),
        published=published,
        kind="Announce" if shared else "Note",
        language=language(members.text(tweet, "lang"), v1=True),
        url=page(author, number),
        reply_to=related["replied_to"].id if "replied_to" in related else "",
        thread=status(members.digits(tweet, "conversation_id")),
        audience=audience(person),
        shared=shared,
        quotes=(related["quoted"],) if "quoted" in related else (),
        attachments=tuple(_medium_v1(each) for each in _media(tweet, known)),
        tags=_tags(tweet),
        links=_pairs(list(members.each(tweet, "entities", "urls")), shortened=False),
        version=int(number),
        doubts=doubts(written, published),
    )


def _numbered(tweet: JsonValue) -> tuple[str, str]:
    """Return number and text of a tweet. Raises :class:`BadPost`."""
    number, written = members.digits(tweet, "id"), members.at(tweet, "text")
    written = written if isinstance(written, str) else members.at(tweet, "note_tweet", "text")
    if not number or not isinstance(written, str):
        raise BadPost("a tweet without number or text")
    return number, written


def _note_text(tweet: JsonValue) -> str | None:
    """Return the whole text of a long tweet, None if there is none.

    Some collectors escape it like ``text``, some do not: what holds a bare ``&``, ``<`` or ``>`` was never escaped.
    """
    note = members.text(tweet, "note_tweet", "text")
    if not note.strip():
        return None
    return note if _UNESCAPED.search(note) else unescape_entities(note)


def _account(number: str, person: JsonValue) -> Author:
    return user(number, members.text(person, "username"), members.text(person, "name"))


def _related(
    tweet: JsonValue, known: Includes, depth: int, v1: bool = False, resolved: ToPlain = resolve_entities
) -> Iterator[tuple[str, Post]]:
    """Yield what the tweet refers to: (retweeted, quoted or replied_to, the other post or its mere id)."""
    for each in islice(members.each(tweet, "referenced_tweets"), None if v1 else MAX_REFERENCES):
        number = members.digits(each, "id")
        inner = each if isinstance(members.at(each, "text"), str) else known.tweets.get(number)
        full = None
        if depth > 0 and inner is not None:
            with suppress(BadPost):
                full = new_tweet_v1(inner, known, deep=False) if v1 else new_tweet(inner, known, depth - 1, resolved)
        if number:
            yield members.text(each, "type"), replace(full, doubts=()) if full else reference(status(number))


def _answered(tweet: JsonValue, replied: Post | None) -> Author | None:
    """Return whose post it answers: by what the tweet says of the people it names, or by the other tweet."""
    number = members.digits(tweet, "in_reply_to_user_id")
    named = (each for each in (members.at(tweet, "in_reply_to_user"), *members.each(tweet, "entities", "mentions"))
             if number and members.digits(each, "id") == number)  # fmt: skip
    said = next(named, None)
    if said is not None:
        return _account(number, said)
    if replied is not None and replied.author.id:
        return replied.author
    return user(number) if number else None


def _private_details(tweet: JsonValue, person: JsonValue) -> Iterator[str]:
    geo = members.at(tweet, "geo")
    if members.at(geo, "coordinates"):
        yield "coordinates"
    if (isinstance(geo, dict) and set(geo) - {"coordinates"}) or members.text(person, "location").strip():
        yield "place"
    if names_device(members.text(tweet, "source")):
        yield "device"


def _urls(tweet: JsonValue) -> list[JsonValue]:
    ways = (("note_tweet", "entities"), ("entities",))
    return [link for way in ways for link in members.each(tweet, *way, "urls")]


def _pairs(links: Sequence[JsonValue], shortened: bool = True) -> tuple[tuple[str, str], ...]:
    pairs = ((members.text(link, "url"), members.text(link, "expanded_url")) for link in links)
    found = [(short, target) for short, target in pairs if target and (short or not shortened)]
    return tuple(dict.fromkeys(found) if shortened else found)


def _tags(tweet: JsonValue) -> tuple[str, ...]:
    return tuple(filter(None, (members.text(tag, "tag") for tag in members.each(tweet, "entities", "hashtags"))))


def _choices(tweet: JsonValue, known: Includes) -> tuple[Choice, ...]:
    """Return the answers of its poll, in their order."""
    keys = [key for key in members.each(tweet, "attachments", "poll_ids") if isinstance(key, str)]
    said = members.at(tweet, "attachments", "poll")
    poll = said if isinstance(said, dict) else next((known.polls[key] for key in keys if key in known.polls), None)
    options = sorted(members.each(poll, "options"), key=lambda option: members.whole(option, "position") or 0)
    return tuple(Choice(members.text(each, "label"), members.whole(each, "votes")) for each in options)


def _media(tweet: JsonValue, known: Includes) -> list[JsonValue]:
    keys = [key for key in members.each(tweet, "attachments", "media_keys") if isinstance(key, str)]
    flat = [each for each in members.each(tweet, "attachments", "media") if isinstance(each, dict)]
    return [*flat] or [known.media[key] for key in keys if key in known.media]


def _attachments(tweet: JsonValue, known: Includes) -> tuple[Attachment, ...]:
    return tuple(_medium(each) for each in _media(tweet, known))


def _medium(said: JsonValue) -> Attachment:
    """Return a picture or clip, by the address of its best variant."""
    clips = [each for each in members.each(said, "variants") if members.text(each, "content_type") == "video/mp4"]
    best = max(clips, key=lambda clip: members.whole(clip, "bit_rate") or 0, default=None)
    still = members.text(said, "preview_image_url")
    chosen = members.text(best, "url") or members.text(said, "url") or still
    others = dict.fromkeys((*(members.text(clip, "url") for clip in clips), still))
    kind = TYPES.get(members.text(said, "type"), "")
    return Attachment(
        kind, chosen, members.text(said, "alt_text"), tuple(each for each in others if each and each != chosen)
    )


def _medium_v1(said: JsonValue) -> Attachment:
    address = members.text(said, "url") or members.text(said, "preview_image_url")
    return Attachment(TYPES.get(members.text(said, "type"), ""), address, members.text(said, "alt_text"))
