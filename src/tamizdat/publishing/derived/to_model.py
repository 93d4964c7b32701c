"""From public statements to the values that pages show (:mod:`tamizdat.publishing.model`), and to nothing else."""

from collections.abc import Callable, Iterable
from dataclasses import replace

from tamizdat.encoding import sha256_hex
from tamizdat.publishing.derived.statements import Derived
from tamizdat.publishing.model import (
    Contributor,
    Item,
    Medium,
    Person,
    Picture,
    Post,
    Voice,
)
from tamizdat.statements import derived as statements

Measure = Callable[[str], tuple[int, int]]  #: SHA-256 of a JPEG → its width and height


def value(derived: Derived, measure: Measure) -> Item | Post | Person:
    """Return what a statement says, as a value of its kind."""
    match derived.item:
        case statements.Post() as said:
            return _post(derived, said, measure)
        case statements.Person() as said:
            return _person(derived, said)
        case said:
            return _item(derived, said, measure)


def _item(derived: Derived, said: statements.Footage, measure: Measure) -> Item:
    return Item(
        number=said.number,
        kind=said.kind,
        title=said.title,
        caption=said.caption,
        alt=said.alt,
        language=said.language,
        day=said.day,
        media=tuple(_media(said, measure).values()),
        commitment=said.source.commitment.hex(),
        index=derived.index,
        signer=derived.signer,
    )


def _post(derived: Derived, said: statements.Post, measure: Measure) -> Post:
    media = _media(said, measure)
    large_and_small = ([replace(media[name], alt=each.alt) for name in each.names] for each in said.pictures)
    return Post(
        number=said.number,
        id=said.post,
        url=said.url,
        voice=Voice(sha256_hex(said.voice.id.encode())[:16], said.voice.handle, said.voice.name),
        published=said.published,
        language=said.language,
        summary=said.summary,
        text=said.text,
        translations=said.translations,
        earlier=said.earlier,
        gone=said.gone,
        pictures=tuple(Picture(*pair) for pair in large_and_small),
        tags=said.tags,
        thread=said.thread,
        reply_to=said.reply_to,
        day=said.day,
        commitment=said.source.commitment.hex(),
        source=said.source.index,
        index=derived.index,
        signer=derived.signer,
        bytes_shown=said.bytes_shown,
        text_read=said.pointer is not None,
    )


def _person(derived: Derived, said: statements.Person) -> Person:
    told = said.told
    return Person(
        number=said.number,
        name=told.name,
        language=told.language,
        names=tuple(told.names.items()),
        age=told.age,
        place=told.place,
        school=told.school,
        state=told.state,
        note=told.note,
        sources=told.sources,
        day=said.day,
        index=derived.index,
        signer=derived.signer,
    )


def _media(said: statements.Footage | statements.Post, measure: Measure) -> dict[str, Medium]:
    sizes = {each.name: each.size for each in said.files}
    found = {}
    for each in said.media:
        width, height = measure(each.sha256) if each.name.endswith(".jpg") else (0, 0)
        found[each.name] = Medium(each.name, each.sha256, sizes[each.name], width, height)
    return found


def media(one: Item | Post | Person) -> tuple[Medium, ...]:
    """Return the files that are published with it."""
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
