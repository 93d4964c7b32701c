"""The screens, one module each, and every address of the workbench in one list (:data:`DOORS`)."""

from typing import Final

from tamizdat.desk.gate import Door
from tamizdat.desk.screens import (
    accounts,
    entrance,
    glossary,
    items,
    people,
    publishing,
    reviewing,
    searching,
    today,
    translating,
)

DOORS: Final[tuple[Door, ...]] = (
    *entrance.DOORS,
    *today.DOORS,
    *searching.DOORS,
    *items.DOORS,
    *translating.DOORS,
    *reviewing.DOORS,
    *glossary.DOORS,
    *people.DOORS,
    *publishing.DOORS,
    *accounts.DOORS,
)
