"""What the formats of X/Twitter have in common: how a tweet of the old interface (v1.1, and the archives) is a post.

One post has one id whichever export it comes from: ``https://x.com/i/status/<number>``. Versions of an edited tweet
have numbers of their own, and list each other; the first one's number stands for the post.

Nothing in a tweet says for whom it was written: that is a setting of the account (``"protected": true``), and what a
protected account writes, only its followers may read (:func:`audience`).
"""

from typing import Final

from tamizdat.posts.elements import JsonValue
from tamizdat.posts.formats import members
from tamizdat.posts.formats.format import BadPost, checked_size, doubts
from tamizdat.posts.plain import unescape_entities
from tamizdat.posts.post import Attachment, Author, Post, reference
from tamizdat.posts.times import read_time

TYPES: Final = {"photo": "image/jpeg", "video": "video/mp4", "animated_gif": "video/mp4"}
NO_WORDS: Final = ("und", "zxx", "qme", "qst", "qht", "qam", "qct")  #: X's own tags for "no language"


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


def language(tag: str) -> str:
    """Return a BCP 47 tag, empty when X could not tell."""
    return "" if tag in NO_WORDS or len(tag) > 35 else {"in": "id", "iw": "he"}.get(tag, tag)


def audience(account: JsonValue) -> str:
    """Return the audience of what an account writes: ``followers`` if it is marked protected, else ``public``."""
    return "public" if members.at(account, "protected") in (None, False, "", 0, "false") else "followers"


def old_tweet(tweet: JsonValue, author: Author, words: str = "") -> Post:
    """Return the post of a tweet of v1.1. *words*: its whole text, where the tweet holds only the beginning."""
    number = members.digits(tweet, "id_str") or members.digits(tweet, "id")
    written = words or members.at(tweet, "extended_tweet", "full_text") or members.at(tweet, "full_text")
    written = written if isinstance(written, str) else members.at(tweet, "text")
    if not number:
        raise BadPost("it has no number")
    if not isinstance(written, str):
        raise BadPost("it has no text")
    text = checked_size(unescape_entities(members.text(written)))
    published = read_time(members.at(tweet, "created_at"))
    quoted = members.digits(tweet, "quoted_status_id_str") or members.digits(tweet, "quoted_status_id")
    return Post(
        id=status(first_version(edit_numbers(tweet), number)),
        author=author,
        text=text,
        published=published,
        language=language(members.text(tweet, "lang")),
        url=page(author, number),
        reply_to=status(
            members.digits(tweet, "in_reply_to_status_id_str") or members.digits(tweet, "in_reply_to_status_id")
        ),
        audience=audience(members.at(tweet, "user")),
        shared=_inner(members.at(tweet, "retweeted_status")),
        kind="Announce" if isinstance(members.at(tweet, "retweeted_status"), dict) else "Note",
        quotes=_quotes(members.at(tweet, "quoted_status"), quoted),
        attachments=_attachments(tweet),
        tags=tuple(filter(None, (members.text(tag, "text") for tag in _entities(tweet, "hashtags")))),
        links=_links(tweet),
        version=int(number),
        doubts=doubts(written, published),
    )


def account(tweet: JsonValue, otherwise: Author) -> Author:
    """Return who wrote it: what the tweet itself says, or the account whose archive it is."""
    said = members.at(tweet, "user")
    number = members.digits(said, "id_str") or members.digits(said, "id")
    handle = members.text(said, "screen_name")
    return user(number, handle, members.text(said, "name")) if number or handle else otherwise


def _inner(tweet: JsonValue) -> Post | None:
    """Return a tweet inside another; only its outside if it holds nothing more."""
    if not isinstance(tweet, dict):
        return None
    inside = {name: value for name, value in tweet.items() if name not in ("retweeted_status", "quoted_status")}
    try:
        return old_tweet(inside, account(tweet, Author("")))
    except BadPost:
        return None


def _quotes(tweet: JsonValue, number: str) -> tuple[Post, ...]:
    inner = _inner(tweet)
    if inner:
        return (inner,)
    return (reference(status(number)),) if number else ()


def _entities(tweet: JsonValue, kind: str) -> list[JsonValue]:
    extended = list(members.each(tweet, "extended_entities", kind))
    return extended or list(members.each(tweet, "entities", kind))


def _links(tweet: JsonValue) -> tuple[tuple[str, str], ...]:
    links = ((members.text(link, "url"), members.text(link, "expanded_url")) for link in _entities(tweet, "urls"))
    return tuple((short, target) for short, target in links if short and target)


def _attachments(tweet: JsonValue) -> tuple[Attachment, ...]:
    found = []
    for medium in _entities(tweet, "media"):
        kind = TYPES.get(members.text(medium, "type"), "")
        url = members.text(medium, "media_url_https") or members.text(medium, "media_url")
        clips = [
            clip
            for clip in members.each(medium, "video_info", "variants")
            if members.text(clip, "content_type") == "video/mp4"
        ]
        best = max(clips, key=lambda clip: members.whole(clip, "bitrate") or 0, default=None)
        alt = members.text(medium, "ext_alt_text") or members.text(medium, "altText")
        found.append(Attachment(kind, members.text(best, "url") or url, alt))
    return tuple(found)


def edit_numbers(tweet: JsonValue) -> list[JsonValue]:
    """Return the numbers of all versions of an edited tweet: X gives a number to each."""
    ways = (("edit_info", "initial", "editTweetIds"), ("edit_info", "edit", "editControlInitial", "editTweetIds"))
    return [number for way in (*ways, ("edit_history_tweet_ids",)) for number in members.each(tweet, *way)]


def first_version(numbers: list[JsonValue], own: str) -> str:
    """Return the number that stands for the post: that of its first version, if these are its versions' numbers."""
    sound = [each for number in numbers if (each := members.digits(number))]
    return min(sound, key=int) if own in sound else own
