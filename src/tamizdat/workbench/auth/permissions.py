"""Who may do what at the desk: one table, and nothing else decides it.

============  ===========  =========  =======
action        translator   reviewer   editor
============  ===========  =========  =======
read          yes          yes        yes       posts written for everybody, released clips and people
translate     yes          yes        yes       write and propose, in one's own languages
review        –            yes        yes       return or mark reviewed what another account proposed
glossary      –            yes        yes       say how a term is translated
approve       –            –          yes       let a reviewed translation be published
confidential  –            –          yes       everything else in the archive: what is restricted, custody, people
catalogue     –            –          yes       release, withdraw, embargo, tags, descriptions
collect       –            –          yes       take in exports, follow feeds and accounts, ask for posts
people        –            –          yes       the list of names, and the wall
stories       –            –          yes       compose stories, release and withdraw them
publish       –            –          yes       look at the next edition, and make it
deliveries    –            –          yes       what is on its way and arrived, receipts, field devices
devices       –            –          yes       accept and revoke field devices
export        –            –          yes       give cards, files and packages out, into the desk's folder
backups       –            –          yes       back up to the places that are known, read everything again
forget        –            –          yes       destroy what was said, with the passphrase given again
models        –            –          yes       let a model at the desk suggest translations, or not
accounts      –            –          yes       invite, change roles, disable
account       yes          yes        yes       one's own passphrase, credit, sign-ins
============  ===========  =========  =======

Nobody reviews their own words, whatever their roles: that is a rule about a translation, not about a role, and
stands in :mod:`tamizdat.translation.proposals`.
"""

from collections.abc import Iterable
from typing import Final

ROLES: Final = ("translator", "reviewer", "editor")
EVERYBODY: Final = frozenset(ROLES)
CHECKERS: Final = frozenset({"reviewer", "editor"})
EDITORS: Final = frozenset({"editor"})

RIGHTS: Final = {
    "read": EVERYBODY,
    "translate": EVERYBODY,
    "review": CHECKERS,
    "glossary": CHECKERS,
    "approve": EDITORS,
    "confidential": EDITORS,
    "catalogue": EDITORS,
    "collect": EDITORS,
    "people": EDITORS,
    "stories": EDITORS,
    "publish": EDITORS,
    "deliveries": EDITORS,
    "devices": EDITORS,
    "export": EDITORS,
    "backups": EDITORS,
    "forget": EDITORS,
    "models": EDITORS,
    "accounts": EDITORS,
    "account": EVERYBODY,
}


def may(roles: Iterable[str], action: str) -> bool:
    """Tell whether somebody with these roles may do *action*, one of :data:`RIGHTS`."""
    return not RIGHTS[action].isdisjoint(roles)
