"""What the name, the roles and the languages of an account may be."""

import unicodedata
from collections.abc import Sequence
from typing import Final

from tamizdat.errors import UsageError
from tamizdat.text.languages import LANGUAGE
from tamizdat.text.rules import checked_text
from tamizdat.workbench.auth.permissions import ROLES
from tamizdat.workbench.l10n import gettext as _

MAX_NAME: Final = 40  #: characters
MAX_LANGUAGES: Final = 50


def folded(name: str) -> str:
    """Return what two names share that are the same: letter case, composition and width do not tell them apart."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold()).strip()


def check_name(name: str) -> str:
    """Return *name*, composed (NFC), if it can be a pseudonym; raises :class:`UsageError` if not.

    It is made of letters and digits of any script, with spaces, ``-``, ``_``, ``.``, ``·``. Nothing invisible, as other
    texts may have it: two names that look alike must be one.
    """
    name = unicodedata.normalize("NFC", checked_text("name", name.strip(), MAX_NAME))
    other = next((each for each in name if unicodedata.category(each)[0] not in "LMN" and each not in " -_.·་"), None)
    if other is not None:
        code = f"{ord(other):04X}"
        raise UsageError(
            _(
                "Expected a name of letters, digits, spaces, '-', '_', '.' and '·', found U+%(code)s. Leave it out.",
                code=code,
            )
        )
    if not name or not name[0].isalnum() or "  " in name:
        raise UsageError(_("Expected a name that begins with a letter or digit, without two spaces in a row."))
    return name


def checked_roles(roles: Sequence[str]) -> tuple[str, ...]:
    """Return roles in the order of their list; raises :class:`UsageError` for none, and for one that there is not."""
    if not roles or set(roles) - set(ROLES):
        raise UsageError(_("Expected one or more roles of: %(roles)s.", roles=", ".join(ROLES)))
    return tuple(role for role in ROLES if role in roles)


def checked_languages(languages: Sequence[str]) -> tuple[str, ...]:
    """Return tags of languages, each once; raises :class:`UsageError` for too many, and for what is no tag."""
    if len(languages) > MAX_LANGUAGES or not all(LANGUAGE.fullmatch(each) for each in languages):
        odd = next((each for each in languages if not LANGUAGE.fullmatch(each)), "")
        found = f"“{odd[:40]}”" if odd else str(len(languages))
        raise UsageError(
            _(
                "Expected at most %(most)s language tags such as en, zh-Hans, bo or ar, found %(found)s.",
                most=MAX_LANGUAGES,
                found=found,
            )
        )
    return tuple(dict.fromkeys(languages))
