"""What the ``derived`` statement of an item says, read strictly: a picture, a clip, a post, a person.

A *shape* is a function that takes a value from outside and gives it back, or refuses it. Shapes are put together like
the statements themselves, so :data:`SHAPES` is the format (``docs/spec/publication.md``, 4): every member is there,
none beside them, each of its type. What a statement says is not proved by being well formed.

A post names statements that stay private by index and salted commitment (:class:`Named`). Some are opened beside it,
see :mod:`.openings`.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tamizdat.encoding import LANGUAGE_TAG, canonical, parse_hex, safe_path, sha256_hex
from tamizdat.errors import BadEncoding, BadPath, BadStatement
from tamizdat.ledger.statement import Statement

Shape = Callable[[Any], Any]


@dataclass(frozen=True)
class Named:
    """A statement of the ledger that was not disclosed by itself: its index, and the entry there."""

    index: int
    commitment: bytes


@dataclass(frozen=True)
class Item:
    """An item's number, its files, and ``said``: the predicate, read through its shape."""

    number: int
    kind: str
    source: Named
    media: tuple[tuple[str, str], ...]  #: name and SHA-256 of each file beside the statement
    said: dict[str, Any]
    record: str = ""  #: of a person: the subject's SHA-256

    @classmethod
    def parse(cls, statement: Statement) -> "Item":
        """Raises :class:`BadStatement` for any other statement."""
        kind = statement.predicate.get("kind")
        if statement.act != "derived" or not isinstance(kind, str) or kind not in SHAPES:
            raise BadStatement("Expected a 'derived' statement of a picture, a clip, a post or a person.")
        try:
            said = SHAPES[kind](statement.predicate)
            listed = said["published"] if kind in FOOTAGE else said.get("published_files", ())
            files = [safe_path(each["name"]) for each in listed]
        except (BadEncoding, BadPath) as error:
            raise BadStatement(f"Expected the members of a {kind}, each of its type. {error}") from error
        digests = {each.name: each.sha256 for each in statement.subjects}
        words = _words(said) if kind == "post" else {"record": digests.get("record", "")} if kind == "person" else {}
        if list(digests) != [*words, *files] or words.items() - digests.items() or any("/" in each for each in files):
            raise BadStatement("Expected as subjects the words and the files that the statement names, found others.")
        item = cls(said["item"], kind, said["source"], tuple((name, digests[name]) for name in files), said,
                   words.get("record", ""))  # fmt: skip
        item._check_numbers()
        return item

    @property
    def names(self) -> list[Named]:
        """Every statement of the ledger that it names; all of them must have come before it."""
        found = [self.source, *self.pictures]
        for each in self.said.get("translations", ()):
            found += [each["translated"], *each["reviewed"]]
        gone = self.said.get("gone")
        return found + [each["named"] for each in (*self.said.get("earlier", ()), *([gone] if gone else []))]

    @property
    def pictures(self) -> list[Named]:
        """The captured files that a post's pictures were made from."""
        return [each["source"] for each in self.said.get("pictures", ())]

    def _check_numbers(self) -> None:
        """An item's number is the index of the first statement about its source."""
        first = [self.source, *(each["named"] for each in self.said.get("earlier", ()))]
        other = self.kind in FOOTAGE and self.source.index != self.number
        if other or any(self.number > each.index for each in first):
            raise BadStatement("Expected an item whose number is that of the first statement about it, found another.")
        names = [name for each in self.said.get("pictures", ()) for name in each["names"]]
        if self.kind == "post" and names != [name for name, _ in self.media]:
            raise BadStatement("Expected the files of the post's pictures, found others.")


def _words(said: dict[str, Any]) -> dict[str, str]:
    """The subjects of a post that are words: name → SHA-256."""
    words = {"text": sha256_hex(said["text"].encode())}
    for each in said["translations"]:
        words[f"text.{each['language']}"] = sha256_hex(each["target"].encode())
    return words


def record_digest(item: Item) -> str:
    """The SHA-256 that a person's subject ``record`` should have."""
    return sha256_hex(canonical(item.said["said"]))


# ---- shapes ----------------------------------------------------------------------------------------------------


def text(value: Any) -> str:
    """Any text."""
    if not isinstance(value, str):
        raise BadEncoding("Expected text.")
    return value


def whole(value: Any) -> int:
    """A whole number that is not negative."""
    if type(value) is not int or value < 0:  # True is an int too
        raise BadEncoding("Expected a whole number.")
    return value


def flag(value: Any) -> bool:
    """True or false."""
    if not isinstance(value, bool):
        raise BadEncoding("Expected true or false.")
    return value


def digest(value: Any) -> bytes:
    """32 bytes in hexadecimal."""
    return parse_hex(value, 32, "a commitment")


def like(pattern: str) -> Shape:
    """Text of a form."""
    compiled = re.compile(pattern, re.ASCII)

    def shape(value: Any) -> str:
        if not compiled.fullmatch(text(value)):
            raise BadEncoding(f"Expected text of the form {pattern}.")
        return str(value)

    return shape


def maybe(shape: Shape) -> Shape:
    """The same, or null."""
    return lambda value: None if value is None else shape(value)


def several(shape: Shape, least: int = 0) -> Shape:
    """A list."""

    def all_of(value: Any) -> list[Any]:
        if not isinstance(value, list) or len(value) < least:
            raise BadEncoding(f"Expected a list of at least {least}.")
        return [shape(each) for each in value]

    return all_of


def members(**shapes: Shape) -> Shape:
    """An object with exactly these members."""

    def shape(value: Any) -> dict[str, Any]:
        if not isinstance(value, dict) or value.keys() != shapes.keys():
            raise BadEncoding(f"Expected the members {', '.join(sorted(shapes))} and no others.")
        return {name: shapes[name](value[name]) for name in shapes}

    return shape


def by_language(value: Any) -> dict[str, str]:
    """Text for each of some languages."""
    if not isinstance(value, dict):
        raise BadEncoding("Expected text by language.")
    return {language(name): text(each) for name, each in value.items()}


def named(value: Any) -> Named:
    """A statement of the ledger."""
    return Named(**members(index=whole, commitment=digest)(value))


def about(**shapes: Shape) -> Shape:
    """What is said of a statement of the ledger, which is then the member ``named``."""
    shape = members(index=whole, commitment=digest, **shapes)

    def named_with(value: Any) -> dict[str, Any]:
        said = shape(value)
        return {"named": Named(said.pop("index"), said.pop("commitment")), **said}

    return named_with


day = like(r"\d{4}-\d\d-\d\d")
language = like(LANGUAGE_TAG)
files = several(members(name=text, size=whole))
member = like(r"(/[A-Za-z_]{1,40}){1,8}")

FOOTAGE = {
    name: members(
        item=whole, source=named, kind=like(name), title=text, caption=text, alt=text, language=text, how=text,
        published=files, day=day,
    )
    for name in ("picture", "clip")
}  # fmt: skip
POST = members(
    item=whole, source=named, kind=like("post"), how=text, post=text, url=like(r"|https?://[^ ]+"),
    voice=members(id=text, handle=text, name=text), published=maybe(text), language=text, summary=text, text=text,
    reply_to=maybe(whole), thread=whole, tags=several(text),
    earlier=several(about(text=text, as_of=day)),
    gone=maybe(about(word=like("export|http"), deleted=maybe(text), stood=maybe(whole), as_of=day)),
    translations=several(members(
        language=language, target=text, notes=several(text), credit=text, reviewer=text, day=day, translated=named,
        reviewed=several(named, 1),
    )),
    pictures=several(members(names=several(text, 1), alt=text, source=named)), published_files=files,
    bytes=flag, reading=maybe(members(slice=whole, member=member, escaped=flag)), day=day,
)  # fmt: skip
PERSON = members(
    item=whole, source=named, kind=like("person"), how=text, day=day,
    said=members(
        name=text, language=text, names=by_language, age=text, place=text, school=text, state=text, note=text,
        sources=several(whole),
    ),
)  # fmt: skip
SHAPES: dict[str, Shape] = {**FOOTAGE, "post": POST, "person": PERSON}
