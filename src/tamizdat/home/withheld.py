"""A desk that signs nothing for now: it was made again from a backup, or its keys are being replaced.

Everything that signs takes the key from ``keyring.signing``, so the keys are withheld there, and whatever asks for one
is told why and what to do. The reason stands in the settings, under ``withheld``::

    {"day": "2026-11-28", "leaves": 512, "caught_up": false, "seized": true}

*leaves* is how many entries the ledger of the backup had. Until *caught_up* the ledger was not compared with the
published one: an entry that is added now would stand where readers have seen another, and the ledger would be forked.
If the old computer was *seized*, whoever has it may sign as this desk: what it signs must come after that in no
reader's eyes, so new keys are needed first. While keys are being replaced, ``{"rotating": 2}`` stands
there: the version of the roster that names them.

How many entries the ledger had when it was caught up stays, under ``restored``: of what was withdrawn after the backup
nobody knows, so the next edition shows nothing new before somebody looked.

An archive that was handed to an institution (:mod:`tamizdat.backup.handover`) has ``kept``, the day, and no keys.
"""

from collections.abc import Mapping
from typing import Any

from tamizdat.errors import KeyMissing
from tamizdat.home.keyring import Keyring
from tamizdat.keys import SigningKey

RESTORED = "restored"  #: in the settings: how many entries the ledger of a desk that was made again had then
CATCH_UP = (
    "'tamizdat keys catch-up --site FOLDER' (FOLDER: a copy of the published site from any mirror; if nothing was ever "
    "published, --never-published)"
)
ROTATE = "'tamizdat keys rotate --root FILE' (FILE: root.age, on the stick in the drawer)"


class WithheldKeys(dict[str, SigningKey]):
    """Signing keys that are there and that nobody gets: asking for one raises KeyMissing, which says *why*."""

    def __init__(self, keys: dict[str, SigningKey], why: str) -> None:
        super().__init__(keys)
        self.why = why

    def __getitem__(self, role: str) -> SigningKey:
        raise KeyMissing(self.why)


def withhold(keyring: Keyring, settings: dict[str, Any]) -> None:
    """Withhold the signing keys if the settings say so."""
    if why := reason(settings):
        keyring.signing = WithheldKeys(keyring.signing, why)


def is_handed_over(settings: Mapping[str, object]) -> bool:
    """Tell whether these are the settings of an archive that was handed over without its keys."""
    said = settings.get("withheld")
    return isinstance(said, dict) and bool(said.get("kept"))


def reason(settings: dict[str, Any]) -> str:
    """Return why the desk of these settings signs nothing, and what to do; empty if it signs."""
    said = settings.get("withheld")
    if not said:
        return ""
    if said.get("kept"):
        return (
            f"This archive was handed over without its keys on {said['kept']}: it can be searched, checked and "
            "exported from, and signs nothing. What it should say anew the desk that has the keys must say."
        )
    if said.get("rotating"):
        return f"This desk signs nothing now: replacing its keys was cut off. Run {ROTATE} again."
    steps = [] if said["caught_up"] else [CATCH_UP]
    steps += [ROTATE] if said["seized"] else []
    return (
        f"This desk was made again from a backup on {said['day']} and signs nothing until its ledger was compared "
        f"with the published one{' and its keys were replaced' if said['seized'] else ''}. Next: "
        f"{'; then '.join(steps)}."
    )
