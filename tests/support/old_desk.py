"""The desk that the code before typed statements left behind (``tests/data/before_typed_statements``), for a test."""

import io
import json
import tarfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from support.published_desk import key
from tamizdat.cli.main import main

DATA: Final = Path(__file__).parents[1] / "data" / "before_typed_statements"
ROOT, DESK, LOG = (key(number) for number in (1, 2, 3))  #: the keys it was made with


def answers() -> dict[str, Any]:
    """What the code of then said of it."""
    found: dict[str, Any] = json.loads((DATA / "answers.json").read_bytes())
    return found


@dataclass(frozen=True)
class OldDesk:
    """A copy of it, in a folder of the test's own."""

    home: Path

    @classmethod
    def unpack(cls, folder: Path) -> "OldDesk":
        """Unpack a copy below *folder*, every file with the time it had."""
        with tarfile.open(DATA / "desk.tar.xz") as packed:
            packed.extractall(folder, filter="tar")
        return cls(folder / "desk")

    @property
    def archive(self) -> Path:
        """The folder of the archive."""
        return self.home / "archive"

    @property
    def site(self) -> Path:
        """The folder of edition 2."""
        return self.home / "site"

    def files(self) -> dict[str, bytes]:
        """Every file of the site, by its path."""
        found = (path for path in self.site.rglob("*") if path.is_file())
        return {path.relative_to(self.site).as_posix(): path.read_bytes() for path in found}

    def run(self, *words: str) -> list[dict[str, Any]]:
        """Run a command on it, which must succeed, and return what it records."""
        out, errors = io.StringIO(), io.StringIO()
        swap = () if words[0] in ("status", "check", "find") else ("--allow-swap",)
        code = main([*words, "--json", "--home", str(self.home), *swap], out, errors)
        assert code == 0, errors.getvalue()
        told = [json.loads(line) for line in out.getvalue().splitlines()]
        return [each for each in told if "progress" not in each and "warning" not in each]
