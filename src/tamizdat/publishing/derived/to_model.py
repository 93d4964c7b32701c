"""From public statements to the values that pages show (:mod:`tamizdat.publishing.model`), and to nothing else."""

from collections.abc import Callable, Iterable
from typing import Any

from tamizdat.encoding import sha256_hex
from tamizdat.publishing.derived import people
from tamizdat.publishing.derived.statements import Derived
from tamizdat.publishing.model import (
    Contributor,
    EarlierText,
    Item,
    Medium,
    Person,
    Picture,
    Post,
    Removal,
    Translation,
    Voice,
)

Measure = Callable[[str], tuple[int, int]]  #: SHA-256 of a JPEG → its width and height


def value(derived: Derived, measure: Measure) -> Item | Post | Person:
    """What a statement says, as a value of its kind."""
    match derived.said["kind"]:
        case "post":
            return post(derived, measure)
        case "person":
            return people.shown(derived)
        case _:
            return item(derived, measure)


def item(derived: Derived, measure: Measure) -> Item:
    """A picture or clip."""
    said = derived.said
    sizes = {each["name"]: each["size"] for each in said["published"]}
    media = (_medium(derived, each.name, sizes[each.name], "", measure) for each in derived.statement.subjects)
    return Item(
        number=said["item"],
        kind=said["kind"],
        title=said["title"],
        caption=said["caption"],
        alt=said["alt"],
        language=said["language"],
        day=said["day"],
        media=tuple(media),
        commitment=said["source"]["commitment"],
        index=derived.index,
        signer=derived.signer.hex(),
    )


def post(derived: Derived, measure: Measure) -> Post:
    """A post."""
    said = derived.said
    voice = said["voice"]
    return Post(
        number=said["item"],
        id=said["post"],
        url=said["url"],
        voice=Voice(sha256_hex(voice["id"].encode())[:16], voice["handle"], voice["name"]),
        published=said["published"],
        language=said["language"],
        summary=said["summary"],
        text=said["text"],
        translations=tuple(_translation(each) for each in said["translations"]),
        earlier=tuple(EarlierText(each["text"], each["as_of"]) for each in said["earlier"]),
        gone=_gone(said["gone"]),
        pictures=tuple(_pictures(derived, measure)),
        tags=tuple(said["tags"]),
        thread=said["thread"],
        reply_to=said["reply_to"],
        day=said["day"],
        commitment=said["source"]["commitment"],
        source=said["source"]["index"],
        index=derived.index,
        signer=derived.signer.hex(),
        bytes_shown=said["bytes"],
        text_read=said["reading"] is not None,
    )


def media(one: Item | Post | Person) -> tuple[Medium, ...]:
    """The files that are published with it."""
    match one:
        case Item():
            return one.media
        case Post():
            return tuple(medium for picture in one.pictures for medium in (picture.large, picture.small))
        case Person():
            return ()


def contributors(posts: Iterable[Post]) -> tuple[Contributor, ...]:
    """Who translated and reviewed what is shown, under the names they chose, by name."""
    translated: dict[str, int] = {}
    reviewed: dict[str, int] = {}
    languages: dict[str, set[str]] = {}
    for each in (translation for post in posts for translation in post.translations):
        for name, count in ((each.credit, translated), (each.reviewer, reviewed)):
            if name:
                count[name] = count.get(name, 0) + 1
                languages.setdefault(name, set()).add(each.language)
    return tuple(
        Contributor(name, translated.get(name, 0), reviewed.get(name, 0), tuple(sorted(languages[name])))
        for name in sorted(languages)
    )


def _translation(said: Any) -> Translation:
    return Translation(
        language=said["language"],
        target=said["target"],
        notes=tuple(said["notes"]),
        credit=said["credit"],
        reviewer=said["reviewer"],
        day=said["day"],
        index=said["translated"]["index"],
    )


def _gone(said: Any) -> Removal | None:
    return Removal(said["word"], said["deleted"], said["stood"], said["as_of"]) if said else None


def _pictures(derived: Derived, measure: Measure) -> Iterable[Picture]:
    sizes = {each["name"]: each["size"] for each in derived.said["published_files"]}
    for each in derived.said["pictures"]:
        yield Picture(*(_medium(derived, name, sizes[name], each["alt"], measure) for name in each["names"]))


def _medium(derived: Derived, name: str, size: int, alt: str, measure: Measure) -> Medium:
    digest = derived.subject(name)
    width, height = measure(digest) if name.endswith(".jpg") else (0, 0)
    return Medium(name, digest, size, width, height, alt)
