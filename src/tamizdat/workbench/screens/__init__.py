"""The screens, one module each, and every address of the workbench in one list (:data:`ROUTES`)."""

from typing import Final

from tamizdat.web.routing import Route
from tamizdat.workbench.request import WorkbenchRequest
from tamizdat.workbench.screens import (
    accounts,
    cards,
    clips,
    collect,
    comments,
    count_feed,
    deliveries,
    glossary,
    guides,
    items,
    machine,
    memories,
    packets,
    pages,
    people,
    publish,
    queue,
    release,
    review,
    search,
    sign_in,
    today,
    transcripts,
    translate,
)

ROUTES: Final[tuple[Route[WorkbenchRequest], ...]] = (
    *sign_in.ROUTES,
    *count_feed.ROUTES,
    *today.ROUTES,
    *search.ROUTES,
    *cards.ROUTES,
    *items.ROUTES,
    *clips.ROUTES,
    *transcripts.ROUTES,
    *collect.ROUTES,
    *pages.ROUTES,
    *packets.ROUTES,
    *queue.ROUTES,
    *translate.ROUTES,
    *review.ROUTES,
    *comments.ROUTES,
    *guides.ROUTES,
    *memories.ROUTES,
    *machine.ROUTES,
    *glossary.ROUTES,
    *people.ROUTES,
    *deliveries.ROUTES,
    *publish.ROUTES,
    *release.ROUTES,
    *accounts.ROUTES,
)
