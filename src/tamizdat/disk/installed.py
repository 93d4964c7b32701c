"""How this program was installed, and so how packages that it lacks are installed: by ``make setup``, or as a package.

Debian's package (``scripts/package``) holds all that is wanted but what runs models and follows regions.
"""

from pathlib import Path
from typing import Final

import tamizdat

_PACKAGE: Final = Path("/usr/lib/tamizdat")  #: where Debian's package lies


def _remedy(where: Path) -> str:
    """Return what to do about a missing package, in words; *where* this program's own files lie."""
    if where.is_relative_to(_PACKAGE):
        return "They are in Debian's package of tamizdat, which is damaged or for another Python: install it again."
    if (where.parents[1] / "Makefile").is_file():
        return f"Run 'make setup' in {where.parents[1]}: it installs them, each held to its digest."
    return "Install them in the way in which tamizdat was installed here (docs/installing.md)."


def _models(where: Path, extra: str) -> str:
    if where.is_relative_to(_PACKAGE):
        return "Debian's package of tamizdat comes without: whoever wants it installs tamizdat from its source"
    return f"Install it ('scripts/setup --models' does; it is in the extra {extra})"


_HERE: Final = Path(tamizdat.__file__).parent
REMEDY: Final = _remedy(_HERE)


def remedy_for_models(extra: str) -> str:
    """Return, as a sentence without its end, what to do about a missing package of an *extra* that Debian's lacks."""
    return _models(_HERE, extra)
