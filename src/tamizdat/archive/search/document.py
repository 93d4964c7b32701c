"""A document: one thing that is found, with its words and what it is found by."""

from datetime import datetime
from typing import Final

from tamizdat.dataclass import dataclass

KINDS = POST, ITEM, TRANSLATION, TRANSCRIPT, STORY, PERSON, PAGE = (
    "post", "item", "translation", "transcript", "story", "person", "page",
)  # fmt: skip
#: the state of what is found: of a post (and of a translation's post), of a translation, of an entry about a person
STATES: Final = (
    *("present", "edited", "gone", "withheld", "cut"),
    *("proposed", "returned", "reviewed", "approved"),
    *("reported", "checked", "confirmed"),
)
RELEASES: Final = ("public", "restricted", "withdrawn")


@dataclass(frozen=True)
class Document:
    """One thing to be found; *key* tells it from others of its kind.

    *number* is that of the item or person, of a post the index of its first ``observed``, of a translation that of its
    ``translated`` statement.
    """

    kind: str
    key: str
    number: int
    words: str
    post: str = ""
    handle: str = ""
    name: str = ""
    names: tuple[str, ...] = ()  #: others under which the person is found
    person: str = ""  #: the author's id
    published: str | None = None  #: with the platform's own offset, as it gave it
    language: str = ""
    state: str = ""
    post_state: str = ""  #: of a translation
    release: str = "restricted"
    earlier: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()  #: of a post
    told: tuple[str, ...] = ()  #: other states of a post: that it is withheld somewhere, or was cut

    @property
    def when(self) -> datetime | None:
        """The time by its author's clock, as far as it is known."""
        try:
            return datetime.fromisoformat((self.published or "")[:19])
        except ValueError:
            return None


def lines(*parts: str) -> str:
    """Return the parts of which there is something, each on a line of its own."""
    return "\n".join(part for part in parts if part)
