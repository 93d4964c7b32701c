"""The lists of an edition's files, each read when it is asked for: one item needs two of them."""

from collections.abc import Callable, Mapping

from tamizdat.encoding import sha256_hex
from tamizdat.errors import BadPath, BadStatement, CheckFailed
from tamizdat.verifying.edition import FILES, LISTS, list_of, parse_files
from tamizdat.verifying.untrusted_folder import LARGE, Folder


class FileLists:
    """*top* is what ``edition/files.txt`` lists; *split* is false in the first format, where that is everything.

    *place* tells where in the folder a list lies.
    """

    def __init__(self, folder: Folder, top: Mapping[str, str], split: bool, place: Callable[[str], str] = str) -> None:
        self.top, self._folder, self._split, self._place = top, folder, split, place
        self._read: dict[str, Mapping[str, str]] = {}

    def which(self, path: str) -> str:
        """Return the one list that may name *path*."""
        return list_of(path) if self._split else FILES

    def beside(self, path: str) -> Mapping[str, str]:
        """Return the SHA-256 by path of all that stands on the list of *path*.

        Raises :class:`CheckFailed`, :class:`BadStatement` and :class:`BadPath` for a list that does not hold.
        """
        name = self.which(path)
        if not name.startswith(LISTS):
            return self.top
        if name not in self._read:
            self._read[name] = self._parsed(name) if name in self.top else {}
        return self._read[name]

    def get(self, path: str) -> str | None:
        """Return the SHA-256 that is listed for *path*, None if it is not; raises as :meth:`beside` does."""
        return self.beside(path).get(path)

    def others(self) -> list[str]:
        """Return the names of the lists that the first one names."""
        return [name for name in self.top if name.startswith(LISTS)] if self._split else []

    def one(self, name: str) -> tuple[Mapping[str, str], str]:
        """Return the SHA-256 by path of what one of the other lists tells, or why it does not hold; it is not kept."""
        try:
            return self._parsed(name), ""
        except (CheckFailed, BadStatement, BadPath) as error:
            return {}, str(error)

    def every(self) -> tuple[dict[str, str], dict[str, str]]:
        """Return the SHA-256 by path of all that is listed, and by path why a list of files does not hold."""
        listed, wrong = dict(self.top), {}
        for name in self.others():
            here, wrong[name] = self.one(name)
            listed.update(here)
        return listed, {name: why for name, why in wrong.items() if why}

    def _parsed(self, name: str) -> dict[str, str]:
        data = self._folder.read(self._place(name), LARGE)
        if (found := sha256_hex(data)) != self.top[name]:
            raise CheckFailed(f"Expected {name} with the SHA-256 {self.top[name]}, found {found}.")
        listed = parse_files(data)
        for path in listed:
            if self.which(path) != name:
                raise BadStatement(f"Expected {path} on the list {self.which(path)}, found it on {name}.")
        return listed
