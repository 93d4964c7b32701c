"""The screens, one module each, and every address of the workbench in one list (:data:`DOORS`)."""

from typing import Final

from tamizdat.workbench.gate import Route
from tamizdat.workbench.screens import (
    accounts,
    glossary,
    items,
    people,
    publish,
    review,
    search,
    sign_in,
    today,
    translate,
)

DOORS: Final[tuple[Route, ...]] = (
    *sign_in.DOORS,
    *today.DOORS,
    *search.DOORS,
    *items.DOORS,
    *translate.DOORS,
    *review.DOORS,
    *glossary.DOORS,
    *people.DOORS,
    *publish.DOORS,
    *accounts.DOORS,
)
