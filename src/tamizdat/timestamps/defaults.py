"""Whom a desk asks for stamps if it names nobody: several, of several countries, run by different people.

Each learns what :mod:`.authority` and :mod:`.calendar` say, and ``docs/threat-model.md`` weighs. Nobody is asked before
the desk agreed to it once. They are asked in this order until two authorities have answered; ``check --stamps-at``
names others.
"""

from typing import Final

AUTHORITIES: Final = (
    "http://timestamp.digicert.com",
    "http://timestamp.sectigo.com",
    "http://timestamp.identrust.com",
    "http://ts.ssl.com",
    "http://time.certum.pl",
)
CALENDARS: Final = (
    "https://a.pool.opentimestamps.org",
    "https://b.pool.opentimestamps.org",
    "https://a.pool.eternitywall.com",
    "https://ots.btc.catallaxy.com",
)
HOUR: Final = 3  #: of the day, in UTC, at which every desk asks that says nothing else
