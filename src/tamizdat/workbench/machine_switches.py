"""Which models of translation may be asked for suggestions, for which pair of languages: none, until an editor says so.

What is switched on is a model as it was: its name and the digest of its files. A folder whose files changed since is
asked no more until somebody has switched it on again.
"""

from typing import Final

from tamizdat.dataclass import dataclass
from tamizdat.encoding import Json
from tamizdat.ledger.shapes import members_of, record, text, whole
from tamizdat.text.languages import primary_subtag
from tamizdat.workbench.sealed_store import Name, Sealed

_SHELF: Final[Name] = ("machine switches",)


@dataclass(frozen=True)
class Switch:
    """A model that may be asked, from one language into another. *size* is that of its files, in bytes."""

    spoken: str
    language: str
    model: str
    digest: str
    size: int
    since: str

    def covers(self, spoken: str, language: str) -> bool:
        """Tell whether it is of these languages; one without script and region is of all that it is written in."""
        return self.spoken in (spoken, primary_subtag(spoken)) and self.language in (language, primary_subtag(language))


_SWITCH: Final = record(Switch, spoken=text, language=text, model=text, digest=text, size=whole, since=text)


class MachineSwitches:
    """All that are switched on: one of a pair of languages."""

    def __init__(self, sealed: Sealed) -> None:
        self._sealed = sealed

    def all(self) -> list[Switch]:
        """Return them, by their languages."""
        return sorted(self._sealed.all(_SHELF, _SWITCH), key=lambda each: (each.spoken, each.language))

    def of(self, spoken: str, language: str) -> Switch | None:
        """Return the one of these languages, the most exact first; None if none is switched on."""
        found = [each for each in self.all() if each.covers(spoken, language)]
        return max(found, key=lambda each: len(each.spoken) + len(each.language), default=None)

    def put(self, switch: Switch) -> None:
        """Switch a model on, instead of another of the same languages."""
        row: dict[str, Json] = members_of(switch)
        self._sealed.put(_SHELF, ("pair", switch.spoken, switch.language), row)

    def remove(self, spoken: str, language: str) -> None:
        """Switch off what is on for these languages."""
        self._sealed.remove(_SHELF, ("pair", spoken, language))
