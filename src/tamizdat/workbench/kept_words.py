"""Words of a form that could not be taken, because the sign-in had ended: the next page keeps them until they can be.

::

    POST /translate/57/en/propose, signed out   →  the sign-in page, with the form in it
    POST /sign-in as the same account           →  the words are in the draft, which is open
    POST /sign-in as another account            →  the words are shown, and saved under no name
    POST from a page of an earlier sign-in      →  the words are shown, with a button that saves them

Whose page a form is from, its token tells (:meth:`~tamizdat.workbench.auth.sessions.Sessions.is_page_of`). What comes
of kept words is a draft, a comment or a note: nothing is proposed or judged by signing in.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Final

from tamizdat.dataclass import dataclass
from tamizdat.workbench.request import WorkbenchRequest

_FORMS: Final = re.compile(r"/(?:translate|items|people|glossary|guides)/[A-Za-z0-9/_-]+", re.ASCII)
_WORDS: Final = re.compile(
    r"(?:target|comment|wording|alt|answer)-\w+|notes?|variants|targets|name|reason|words|guide", re.ASCII
)
_SAFE: Final = {"propose": "draft", "drop": "draft", "review": "comment", "approve": "comment"}
PREFIX: Final = "kept."  #: of the names of a form's fields in a page that keeps them


@dataclass(frozen=True)
class KeptForm:
    """A form that was not taken: where it goes, the form token that it came with, and its fields."""

    path: str
    token: str
    fields: Mapping[str, Sequence[str]]

    @property
    def words(self) -> list[str]:
        """What was typed, in the order of the page."""
        return [each for name, many in self.fields.items() if _WORDS.fullmatch(name) for each in many if each.strip()]


def sent(request: WorkbenchRequest, token: str) -> KeptForm | None:
    """Return the form that a request brings, if somebody typed words into it."""
    base, _, last = request.path.rpartition("/")
    kept = KeptForm(f"{base}/{_SAFE.get(last, last)}", token, _without(request.form, {"form-token"}))
    return kept if request.method == "POST" and _FORMS.fullmatch(request.path) and kept.words else None


def carried(request: WorkbenchRequest) -> KeptForm | None:
    """Return the form that the sign-in page carries along."""
    path, form = request.text("kept-path"), request.form
    fields = {name.removeprefix(PREFIX): many for name, many in form.items() if name.startswith(PREFIX)}
    return KeptForm(path, request.text("kept-token"), fields) if _FORMS.fullmatch(path) and fields else None


def _without(form: Mapping[str, Sequence[str]], names: set[str]) -> dict[str, Sequence[str]]:
    return {name: many for name, many in form.items() if name not in names}
