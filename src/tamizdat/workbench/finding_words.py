"""What the checks find odd about a translation, in the language of the interface."""

from typing import Final

from tamizdat.text.catalogue import N_
from tamizdat.translation.checks import Finding
from tamizdat.workbench.l10n import gettext

_SAYS: Final = {
    "number": N_("The number %(what)s of the source is not in the translation."),
    "added": N_("The number %(what)s of the translation is not in the source."),
    "link": N_("The address %(what)s is not in both texts."),
    "handle": N_("The handle %(what)s of the source is not in the translation."),
    "speaker": N_("The translation has other markers of speakers than the source: %(what)s."),
    "glossary": N_("The glossary says: %(what)s."),
    "empty": N_("Nothing is translated yet."),
    "same": N_("The translation is the source, letter by letter."),
    "untranslated": N_("Most of the translation is in the script of the source."),
}
_LENGTHS: Final = {
    "much longer": N_("The translation is much longer than expected."),
    "much shorter": N_("The translation is much shorter than expected."),
}


def said(finding: Finding) -> str:
    """Return a finding as a sentence in the language of the interface."""
    if finding.kind == "length":
        return gettext(_LENGTHS[finding.detail])
    return gettext(_SAYS[finding.kind], what=finding.detail)
