"""``forgetting.json``: bytes that are still to be deleted, here and in second stores; there is none when all are.

::

    {"here": {"9f64…": 52428800}, "stores": {"house": {"9f64…": 52428800}}}       SHA-256 and size in bytes

It names what it is about, for as long as the bytes themselves are there to be found. It is in no backup.
"""

from dataclasses import field
from pathlib import Path
from typing import Final

from tamizdat.dataclass import dataclass
from tamizdat.disk.files import flush_folder, refusals, write_file
from tamizdat.encoding import Json, canonical, parse_canonical
from tamizdat.errors import BadArchive, BadEncoding
from tamizdat.ledger.shapes import by_key, hexadecimal, record, text, whole

NAME: Final = "forgetting.json"
WHAT: Final = "the list of what is still to be deleted (forgetting.json)"
Sizes = dict[str, int]  #: by SHA-256


@dataclass
class StillToDo:
    """The list: *here*, on this desk's disk or the place of its objects, and by the name of each second store."""

    here: Sizes = field(default_factory=dict)
    stores: dict[str, Sizes] = field(default_factory=dict)

    def __bool__(self) -> bool:
        """Whether anything is."""
        return bool(self.here) or any(self.stores.values())

    @classmethod
    def read(cls, folder: Path) -> "StillToDo":
        """Read the list of an archive's folder; nothing is to be done where there is none. Raises BadArchive."""
        with refusals(WHAT):
            if not (folder / NAME).exists():
                return cls()
            data = (folder / NAME).read_bytes()
        try:
            found: StillToDo = _FORM(parse_canonical(data, NAME))
        except BadEncoding as error:
            raise BadArchive(
                f"{NAME}: expected a list of what is still to be deleted, found a damaged file. Move it away, then "
                "look into the second stores yourself; 'tamizdat check' counts objects that nothing speaks of."
            ) from error
        return cls(dict(found.here), {name: dict(sizes) for name, sizes in found.stores.items()})

    def write(self, folder: Path) -> None:
        """Write it; there is no file where nothing is to be done."""
        self.stores = {name: sizes for name, sizes in self.stores.items() if sizes}
        if self:
            here: dict[str, Json] = {"here": dict[str, Json](self.here)}
            stores: dict[str, Json] = {name: dict[str, Json](sizes) for name, sizes in self.stores.items()}
            write_file(folder / NAME, canonical({**here, "stores": stores}), WHAT)
            return
        with refusals(WHAT):
            (folder / NAME).unlink(missing_ok=True)
            flush_folder(folder)


_SIZES: Final = by_key(hexadecimal(32), whole)
_FORM: Final = record(StillToDo, here=_SIZES, stores=by_key(text, _SIZES))
