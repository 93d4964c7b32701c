"""What the formats of X/Twitter have in common: how a tweet of the old interface (v1.1, and the archives) is a post.

One post has one id whichever export it comes from: ``https://x.com/i/status/<number>``. Versions of an edited tweet
have numbers of their own, and list each other; the first one's number stands for the post, and its time, which the
number itself tells (:func:`time_of`), is when the post was published.

Nothing in a tweet says for whom it was written: that is a setting of the account (``"protected": true``), and what a
protected account writes, only its followers may read (:func:`audience`).

The whole text is where it stands: ``full_text``, ``extended_tweet.full_text``, a note (x_notes.py); of a repost and a
quotation in ``retweeted_status`` and ``quoted_status``. A text is *cut* (:func:`is_cut`) if the platform gave out the
beginning alone. For the picture of a tweet X puts a short link of its own into the text, no word of its author.

*v1* is how this was read until November 2026: kept for what was taken in then.
"""

import re
from collections.abc import Collection, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Final

from tamizdat.dataclass import dataclass
from tamizdat.posts.elements import JsonValue
from tamizdat.posts.formats import members
from tamizdat.posts.formats.format import BadPost, checked_size, doubts
from tamizdat.posts.plain import ToPlain, resolve_entities, unescape_entities
from tamizdat.posts.post import Attachment, Author, Post, reference
from tamizdat.posts.times import moment, read_time, read_time_v1

TYPES: Final = {"photo": "image/jpeg", "video": "video/mp4", "animated_gif": "video/mp4"}
NO_WORDS: Final = ("und", "zxx", "qme", "qst", "qht", "qam", "qct")  #: X's own tags for "no language"
EPOCH: Final = datetime(2010, 11, 4, 1, 42, 54, 657_000, UTC)  #: from which the numbers of tweets count milliseconds
FIRST_TIMED: Final = 29_700_859_247  #: the last number (nearly) that holds no time
NO_HOUR: Final = re.compile(r"(20(?:0\d|10)-\d\d-\d\d) 00:00:00 \+0000", re.A)  #: Grailbird's form
HOURS_FROM: Final = "2010-11-04"  #: before this day Grailbird's archives tell no hours
SHORT_LINK: Final = re.compile(r"https?://t\.co/\w+", re.A)
_CUT_TAIL: Final = re.compile(r"…\s*(https?://t\.co/\w+)\s*\Z", re.A)
_REPOST: Final = re.compile(r"RT @\w{1,20}:? ", re.A)
_NO_DEVICE: Final = re.compile(r"(?:^|>)\s*(?:Twitter Web (?:App|Client)|Mobile Web.*|web)\s*(?:$|<)")
EVERYWHERE: Final = "XX"
_WITHHELD: Final = frozenset({"withheld", "withheld_in_countries", "withheld_copyright"})
_HOLDERS: Final = ("extended_entities", "entities")
_ANSWERING: Final = frozenset({"in_reply_to_status_id_str", "in_reply_to_status_id", "in_reply_to_user_id_str",
                               "in_reply_to_user_id", "in_reply_to_screen_name"})  # fmt: skip
_QUOTING: Final = frozenset({"quoted_status", "quoted_status_id_str", "quoted_status_id"})
_PLACES: Final = frozenset({"coordinates", "geo", "place", "user"})


@dataclass(frozen=True)
class Whole:
    """The whole of a long tweet, as its note has it: unescaped, with its own short links and hashtags."""

    text: str
    links: tuple[tuple[str, str], ...] = ()
    tags: tuple[str, ...] = ()


def status(number: str) -> str:
    """Return the id of the tweet of this number; empty for none."""
    return f"https://x.com/i/status/{number}" if number else ""


def page(author: Author, number: str) -> str:
    """Return where people read the tweet of this number."""
    return f"https://x.com/{author.handle or 'i'}/status/{number}"


def user(number: str, handle: str = "", name: str = "") -> Author:
    """Return the account of this number, or else of this handle."""
    return Author(
        f"https://x.com/i/user/{number}" if number else f"https://x.com/{handle}" if handle else "", handle, name
    )


def language(tag: str, v1: bool = False) -> str:
    """Return a BCP 47 tag, empty when X could not tell, or says ``art``, of words it takes for none."""
    unknown = tag in NO_WORDS or len(tag) > 35 or (tag == "art" and not v1)
    return "" if unknown else {"in": "id", "iw": "he"}.get(tag, tag)


def audience(account: JsonValue) -> str:
    """Return the audience of what an account writes: ``followers`` if it is marked protected, else ``public``."""
    return "public" if members.at(account, "protected") in (None, False, "", 0, "false") else "followers"


def old_tweet(
    tweet: JsonValue,
    author: Author,
    whole: Whole | None = None,
    hours: Collection[str] = (),
    depth: int = 2,
    resolved: ToPlain = resolve_entities,
) -> Post:
    """Return the post of a tweet of v1.1, and of what it repeats and quotes, *depth* tweets deep.

    *whole*: what its note says, if it is a long one. *hours*: days before :data:`HOURS_FROM` of which hours are known.
    """  # fmt: skip
    number, written = _numbered(tweet)
    assert isinstance(tweet, dict), "it has a number"
    said = tweet.get
    text = checked_size(whole.text if whole else resolved(members.text(written)))
    time = said("created_at")
    published = _written(time, hours)
    answers = not _ANSWERING.isdisjoint(tweet)  # most have none of this, and are not asked for each
    shared = _inner(said("retweeted_status"), hours, depth, resolved)
    quotes = () if _QUOTING.isdisjoint(tweet) else _quotes(tweet, _inner(said("quoted_status"), hours, depth, resolved))
    first = first_version(edit_numbers(tweet), number)
    holders = _holders(tweet)
    media = _entities(holders, "media")
    known = {each.url for each in shared.attachments} if shared else set()
    links = _merged(whole.links if whole else (), _pairs(_entities(holders, "urls")))
    pictures = tuple(dict.fromkeys(filter(None, (members.text(each, "url") for each in media)))) if media else ()
    inner = [detail for each in (shared, *quotes) if each for detail in each.private_details]
    return Post(
        id=status(first),
        author=author,
        text=text,
        published=first_time(first, number, published),
        updated=published if first != number else None,
        language=language(members.text(said("lang"))),
        url=page(author, number),
        reply_to=_replied(tweet) if answers else "",
        answered=_answered(tweet) if answers else None,
        audience=audience(said("user")),
        shared=shared,
        kind="Announce" if isinstance(said("retweeted_status"), dict) else "Note",
        quotes=quotes,
        attachments=tuple(each for each in _media(media) if each.url not in known) if media else (),
        tags=tuple(dict.fromkeys((*(whole.tags if whole else ()), *_tags(holders)))),
        links=links,
        version=int(number),
        cut=not whole and "…" in text and is_cut(text, {*(short for short, _ in links), *pictures}, tweet, shared),
        sensitive=said("possibly_sensitive") is True,
        withheld=withheld(tweet, said("user")),
        private_details=tuple(dict.fromkeys((*private_details(tweet), *inner))),
        doubts=doubts(whole.text if whole else written, published, time),
    )


def _numbered(tweet: JsonValue) -> tuple[str, str]:
    """Return the number of a tweet and its text as it is written there. Raises :class:`BadPost`."""
    number = members.digits(tweet, "id_str") or members.digits(tweet, "id")
    written = members.at(tweet, "extended_tweet", "full_text") or members.at(tweet, "full_text")
    written = written if isinstance(written, str) else members.at(tweet, "text")
    if not number:
        raise BadPost("it has no number")
    if not isinstance(written, str):
        raise BadPost("it has no text")
    return number, written


def old_tweet_v1(tweet: JsonValue, author: Author, words: str = "", deep: bool = True) -> Post:
    """Return the post of a tweet as ``x-archive/v1`` and ``twarc/v1`` read it. *words*: its note's text."""
    number, written = _numbered({**tweet, "text": words, "full_text": words, "extended_tweet": None}
                                if words and isinstance(tweet, dict) else tweet)  # fmt: skip
    published = read_time_v1(members.at(tweet, "created_at"))
    quoted = members.at(tweet, "quoted_status") if deep else None
    shared = members.at(tweet, "retweeted_status") if deep else None
    medium = list(members.each(tweet, "extended_entities", "media")) or list(members.each(tweet, "entities", "media"))
    urls = list(members.each(tweet, "extended_entities", "urls")) or list(members.each(tweet, "entities", "urls"))
    named = members.each(tweet, "extended_entities", "hashtags"), members.each(tweet, "entities", "hashtags")
    return Post(
        id=status(first_version(edit_numbers(tweet), number)),
        author=author,
        text=checked_size(unescape_entities(members.text(written))),
        published=published,
        language=language(members.text(tweet, "lang"), v1=True),
        url=page(author, number),
        reply_to=_replied(tweet),
        audience=audience(members.at(tweet, "user")),
        shared=_inner_v1(shared),
        kind="Announce" if isinstance(shared, dict) else "Note",
        quotes=_quotes(tweet, _inner_v1(quoted)),
        attachments=tuple(replace(each, also=()) for each in _media(medium)),
        tags=tuple(filter(None, (members.text(tag, "text") for tag in list(named[0]) or list(named[1])))),
        links=_pairs(urls),
        version=int(number),
        doubts=doubts(written, published),
    )


def _inner_v1(tweet: JsonValue) -> Post | None:
    try:
        return old_tweet_v1(tweet, account(tweet, Author("")), deep=False) if isinstance(tweet, dict) else None
    except BadPost:
        return None


def account(tweet: JsonValue, otherwise: Author) -> Author:
    """Return who wrote it: what the tweet itself says, or the account whose archive it is."""
    said = members.at(tweet, "user")
    if not said:
        return otherwise
    number = members.digits(said, "id_str") or members.digits(said, "id")
    handle = members.text(said, "screen_name")
    return user(number, handle, members.text(said, "name")) if number or handle else otherwise


# Time -----------------------------------------------------------------------------------------------------------------


def _hourless(time: JsonValue, hours: Collection[str]) -> str | None:
    """Return the day of a time in which Grailbird writes midnight for want of an hour; None for any other."""
    found = NO_HOUR.fullmatch(time) if isinstance(time, str) else None
    return found[1] if found and found[1] < HOURS_FROM and found[1] not in hours else None


def _written(time: JsonValue, hours: Collection[str]) -> str | None:
    return _hourless(time, hours) or read_time(time)


def times(tweet: JsonValue, hours: Collection[str] = ()) -> tuple[str | None, str | None]:
    """Return when a tweet was published, and when this version of it was made, as :func:`old_tweet` has them."""
    number, _ = _numbered(tweet)
    published = _written(members.at(tweet, "created_at"), hours)
    return first_time(first_version(edit_numbers(tweet), number), number, published), published


def time_of(number: str) -> datetime | None:
    """Return when the tweet of this number was made, as its number tells; None if it is too old to tell."""
    counted = int(number)
    try:
        return EPOCH + timedelta(milliseconds=counted >> 22) if counted > FIRST_TIMED else None
    except OverflowError:
        return None


def first_time(first: str, number: str, published: str | None) -> str | None:
    """Return when the first version was made: by its number, if this version's own number tells its own time.

    Else *published*, the time of this version, is all that its bytes tell.
    """
    if first == number:
        return published
    own, said, begun = time_of(number), moment(published), time_of(first)
    if own is None or said is None or begun is None or abs(own - said) > timedelta(seconds=2):
        return published
    return begun.replace(microsecond=0).isoformat()


def edit_numbers(tweet: JsonValue) -> list[JsonValue]:
    """Return the numbers of all versions of an edited tweet: X gives a number to each."""
    numbers = list(members.each(tweet, "edit_history_tweet_ids"))
    if info := members.at(tweet, "edit_info"):
        numbers += members.each(info, "initial", "editTweetIds")
        numbers += members.each(info, "edit", "editControlInitial", "editTweetIds")
    return numbers


def first_version(numbers: list[JsonValue], own: str) -> str:
    """Return the number that stands for the post: that of its first version, if these are its versions' numbers."""
    if numbers == [own]:
        return own
    sound = [each for number in numbers if (each := members.digits(number))]
    return min(sound, key=int) if own in sound else own


# What else it speaks of -----------------------------------------------------------------------------------------------


def _inner(tweet: JsonValue, hours: Collection[str], depth: int, resolved: ToPlain) -> Post | None:
    """Return a tweet inside another; None if it is none, or too deep."""
    if not isinstance(tweet, dict) or depth <= 0:
        return None
    try:
        return replace(old_tweet(tweet, account(tweet, Author("")), None, hours, depth - 1, resolved), doubts=())
    except BadPost:
        return None


def _quotes(tweet: JsonValue, inner: Post | None) -> tuple[Post, ...]:
    if inner:
        return (inner,)
    number = members.digits(tweet, "quoted_status_id_str") or members.digits(tweet, "quoted_status_id")
    return (reference(status(number)),) if number else ()


def _replied(tweet: JsonValue) -> str:
    return status(members.digits(tweet, "in_reply_to_status_id_str") or members.digits(tweet, "in_reply_to_status_id"))


def _answered(tweet: JsonValue) -> Author | None:
    number = members.digits(tweet, "in_reply_to_user_id_str") or members.digits(tweet, "in_reply_to_user_id")
    handle = members.text(tweet, "in_reply_to_screen_name")
    if not number and not handle:
        return None
    named = (each for each in members.each(tweet, "entities", "user_mentions")
             if number in (members.digits(each, "id_str"), members.digits(each, "id")))  # fmt: skip
    said = next(named, None) if number else None
    return user(number, handle or members.text(said, "screen_name"), members.text(said, "name"))


def is_cut(text: str, known: Collection[str], tweet: JsonValue, shared: Post | None) -> bool:
    """Tell whether the platform gave out only the beginning of *text*, and the whole is nowhere in these bytes.

    A repost is cut at 140 letters, with ``…``; a long tweet ends in ``…`` and a link to itself. *known* are the short
    links whose targets the tweet tells.
    """
    if not text.rstrip().endswith("…") and "…" not in text[-40:]:
        return False
    if shared is not None and shared.text:
        return shared.cut
    if _REPOST.match(text) and text.endswith("…") and not text.endswith("……"):
        return True
    if members.at(tweet, "truncated") is True and not members.text(tweet, "extended_tweet", "full_text"):
        return True
    tail = _CUT_TAIL.search(text)
    return tail is not None and tail[1] not in known and isinstance(members.at(tweet, "entities"), dict)


def withheld(tweet: JsonValue, person: JsonValue) -> tuple[str, ...]:
    """Return where the platform does not show a tweet or its account: ISO 3166 codes, ``XX`` for everywhere.

    ``XY`` of X is a claim of copyright, everywhere.
    """
    found: dict[str, None] = {}
    for said in (tweet, person):
        if not isinstance(said, dict) or _WITHHELD.isdisjoint(said):
            continue
        listed = members.at(said, "withheld_in_countries") or members.at(said, "withheld", "country_codes")
        listed = listed.split(",") if isinstance(listed, str) else listed
        codes = [members.text(code).strip().upper() for code in (listed if isinstance(listed, list) else ())]
        codes = [EVERYWHERE if code == "XY" else code for code in codes if re.fullmatch("[A-Z]{2}", code)]
        claimed = True in (members.at(said, "withheld_copyright"), members.at(said, "withheld", "copyright"))
        found |= dict.fromkeys(codes or ([EVERYWHERE] if claimed else []))
    return tuple(found)


def private_details(tweet: JsonValue) -> Iterator[str]:
    """Yield what the bytes of a tweet of v1.1 tell of where its author stood, and with what it was written."""
    if not isinstance(tweet, dict):
        return
    if not _PLACES.isdisjoint(tweet):
        if members.at(tweet, "coordinates") or members.at(tweet, "geo"):
            yield "coordinates"
        if members.at(tweet, "place") or members.text(tweet, "user", "location").strip():
            yield "place"
    if names_device(members.text(tweet, "source")):
        yield "device"


@lru_cache(1 << 10)
def names_device(source: str) -> bool:
    """Tell whether ``source``, the program that sent a tweet, is more than X's own page on the web."""
    return bool(source.strip()) and _NO_DEVICE.search(source) is None


# Entities -------------------------------------------------------------------------------------------------------------


def _holders(tweet: JsonValue) -> list[JsonValue]:
    """Return where the entities of a tweet stand, the complete ones first: those of the whole text."""
    whole = members.at(tweet, "extended_tweet")
    holders = [members.at(each, name) for each in ((whole, tweet) if whole else (tweet,)) for name in _HOLDERS]
    return list(filter(None, holders))


def _entities(holders: list[JsonValue], kind: str) -> list[JsonValue]:
    """Return the entities of a kind, from where there are some."""
    for holder in holders:
        found = members.at(holder, kind)
        if found and isinstance(found, list):
            return found
    return []


def _tags(holders: list[JsonValue]) -> Iterator[str]:
    return filter(None, (members.text(tag, "text") for tag in _entities(holders, "hashtags")))


def _pairs(links: list[JsonValue]) -> tuple[tuple[str, str], ...]:
    if not links:
        return ()
    pairs = ((members.text(link, "url"), members.text(link, "expanded_url")) for link in links)
    return tuple((short, target) for short, target in pairs if short and target)


def _merged(*some: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
    return tuple(dict.fromkeys(pair for pairs in some for pair in pairs)) if any(some) else ()


def _media(entities: list[JsonValue]) -> tuple[Attachment, ...]:
    """Return the pictures and clips, each with all addresses it has: an archive may hold any variant of a clip."""
    found: list[Attachment] = []
    for medium in entities:
        kind = TYPES.get(members.text(medium, "type"), "")
        url = members.text(medium, "media_url_https") or members.text(medium, "media_url")
        clips = [
            clip
            for clip in members.each(medium, "video_info", "variants")
            if members.text(clip, "content_type") == "video/mp4"
        ]
        best = max(clips, key=lambda clip: members.whole(clip, "bitrate") or 0, default=None)
        alt = members.text(medium, "ext_alt_text") or members.text(medium, "altText")
        chosen = members.text(best, "url") or url
        others = dict.fromkeys((*(members.text(clip, "url") for clip in clips), url))
        found.append(Attachment(kind, chosen, alt, tuple(each for each in others if each and each != chosen)))
    return tuple(found)
