"""One item: a post with its conversation, or a picture or clip; what it is, where it came from, what was said of it."""

from typing import Final

from starlette.responses import Response

from tamizdat.archive import Item
from tamizdat.archive.acts.items import catalogue
from tamizdat.archive.acts.releases import state_release
from tamizdat.errors import UsageError
from tamizdat.footage.card import kind_of, preview_name
from tamizdat.publishing.derived.item_words import words
from tamizdat.statements.catalogued import CataloguedItem, CataloguedPost, Release
from tamizdat.translation.placeables import has_words
from tamizdat.translation.proposals import is_stale
from tamizdat.workbench import responses
from tamizdat.workbench.content import custody, media_response
from tamizdat.workbench.content.post_view import Reading, may_read, read, read_post, thread
from tamizdat.workbench.gate import Route
from tamizdat.workbench.request import NotFound, WorkbenchRequest


def show(visit: WorkbenchRequest) -> Response:
    """The page of a post or a file."""
    return _page(visit)


def _page(visit: WorkbenchRequest, problem: str = "", status: int = 200) -> Response:
    number = visit.parameters["number"]
    reading = read(visit.bench.archive, number)
    if reading is not None:
        if not may_read(visit.account, reading):
            raise NotFound
        if number != reading.number:
            return responses.redirect(f"/items/{reading.number}")
        return _post_page(visit, reading, problem, status)
    translated = visit.bench.archive.index.translations.translation(number)
    if translated and (of := read_post(visit.bench.archive, translated.post)) and may_read(visit.account, of):
        return responses.redirect(f"/items/{of.number}")
    if visit.bench.archive.index.people.person(number):
        return responses.redirect(f"/people/{number}")
    return _file_page(visit, _file(visit), problem, status)


def _post_page(visit: WorkbenchRequest, reading: Reading, problem: str, status: int) -> Response:
    archive = visit.bench.archive
    found = archive.index.translations.of(reading.post)
    known = {each.number: each for each in found}
    return responses.page(
        visit,
        "post.html",
        status,
        reading=reading,
        thread=thread(archive, reading, visit.account),
        kinds=[media_response.shown_to(visit.account, archive, each[0]) for each in reading.media],
        translations=[(each, is_stale(archive, each)) for each in known.values()],
        languages=languages_for(visit, reading, [each.language for each in found]),
        entries=custody.of_post(archive, reading) if visit.account.may("confidential") else [],
        releases=tuple(Release),
        problem=problem,
    )


def languages_for(visit: WorkbenchRequest, reading: Reading, there: list[str]) -> list[str]:
    """Into which languages this account could begin a translation."""
    if not has_words(reading.version.text):
        return []
    wanted = visit.account.languages or ("en",)
    return [each for each in wanted if each not in there and each != reading.version.language]


def _file(visit: WorkbenchRequest) -> Item:
    """The picture, clip or file with the number in the address."""
    item = visit.bench.archive.index.item(visit.parameters["number"])
    allowed = visit.account.may("confidential") or (item is not None and item.release == Release.PUBLIC)
    if item is None or not allowed:
        raise NotFound
    return item


def _file_page(visit: WorkbenchRequest, item: Item, problem: str, status: int) -> Response:
    archive = visit.bench.archive
    said = words(archive).get(item.number)
    preview = _preview(visit, item)
    return responses.page(
        visit,
        "file.html",
        status,
        item=item,
        kind=kind_of(item.path) or "file",
        language=said.language if said else "en",
        reason=said.reason if said else "",
        shown=media_response.of_object(archive, item.original),
        preview=preview is not None and media_response.of_object(archive, preview.original),
        entries=custody.of_file(archive, item.original) if visit.account.may("confidential") else [],
        device=_device(visit, item),
        releases=tuple(Release),
        problem=problem,
    )


def _preview(visit: WorkbenchRequest, item: Item) -> Item | None:
    if item.kind != "original" or kind_of(item.path) is None:
        return None
    wanted = preview_name(item.path)
    found = visit.bench.archive.index.items(kind="preview")
    return next((each for each in found if (each.consignment, each.path) == (item.consignment, wanted)), None)


def _device(visit: WorkbenchRequest, item: Item) -> str:
    """The name that the desk gave to the device it came from."""
    if not visit.account.may("confidential"):
        return ""
    arrived = {each.consignment: each for each in visit.bench.archive.index.consignments()}
    found = arrived.get(item.consignment)
    devices: dict[str, str] = visit.bench.home.settings.get("devices", {})
    return next((name for name, key in devices.items() if found and key == found.device), "")


def say_of(visit: WorkbenchRequest) -> Response:
    """What an editor says of it: release, embargo, tags, descriptions."""
    bench, number = visit.bench, visit.parameters["number"]
    reading = read(bench.archive, number)
    try:
        if reading is not None:
            _say_of_post(visit, reading)
        else:
            _say_of_file(visit, _file(visit))
    except UsageError as error:
        return _page(visit, str(error), 400)
    return responses.redirect(f"/items/{number}", "said")


def _say_of_post(visit: WorkbenchRequest, reading: Reading) -> None:
    """Only what differs is said, so that each statement tells what was changed."""
    before = reading.release
    alts = [visit.text(f"alt-{number}") for number in range(len(reading.media))]
    while alts and not alts[-1]:
        alts.pop()
    release, until = visit.text("release", before.release), visit.text("until").strip()
    tags = tuple(each.strip() for each in visit.text("tags").replace("\n", ",").split(",") if each.strip())
    bytes_shown, reason = visit.text("bytes") == "yes", visit.text("reason").strip()
    changes = CataloguedPost(
        reading.post,
        release=None if release == before.release else release,
        until=None if until == before.until else until,
        bytes_shown=None if bytes_shown == before.bytes_shown else bytes_shown,
        tags=None if tags == before.tags else tags,
        alts=None if tuple(alts) == before.alts else tuple(alts),
        reason=None if reason == before.reason else reason,
    )
    if changes == CataloguedPost(reading.post):
        raise UsageError("Nothing differs from what was said before, so nothing was said.")
    state_release(visit.bench.archive, visit.bench.key, changes)


def _say_of_file(visit: WorkbenchRequest, item: Item) -> None:
    said = words(visit.bench.archive).get(item.number)
    stands = {
        **{name: getattr(item, name) for name in ("release", "title", "caption", "alt")},
        "language": said.language if said else "en",
        "reason": said.reason if said else "",
    }
    changes = {name: visit.text(name, now).strip() for name, now in stands.items()}
    changes = {name: value for name, value in changes.items() if value != stands[name]}
    if not changes:
        raise UsageError("Nothing differs from what was said before, so nothing was said.")
    catalogue(visit.bench.archive, visit.bench.key, CataloguedItem(item.number, **changes))


def media(visit: WorkbenchRequest) -> Response:
    """A picture or clip of a post: as it was captured for editors, its bare pixels for all others."""
    reading = read(visit.bench.archive, visit.parameters["number"])
    if reading is None or not may_read(visit.account, reading) or visit.parameters["place"] >= len(reading.media):
        raise NotFound
    place = visit.parameters["place"]
    give = media_response.answer if visit.account.may("confidential") else media_response.bare
    return give(visit.bench.archive, reading.media[place][0], f"item-{reading.number}-{place + 1}")


def original(visit: WorkbenchRequest) -> Response:
    """A file of a card, as it came in: for editors only, whatever is released."""
    item = _file(visit)
    return media_response.answer(visit.bench.archive, item.original, f"item-{item.number}")


def preview(visit: WorkbenchRequest) -> Response:
    """The small picture that the field made of it."""
    item = _file(visit)
    found = _preview(visit, item)
    if found is None:
        raise NotFound
    return media_response.answer(visit.bench.archive, found.original, f"preview-{item.number}")


DOORS: Final = (
    Route("/items/{number:int}", "GET", "read", show),
    Route("/items/{number:int}", "POST", "catalogue", say_of),
    Route("/items/{number:int}/media/{place:int}", "GET", "read", media),
    Route("/items/{number:int}/original", "GET", "confidential", original),
    Route("/items/{number:int}/preview", "GET", "read", preview),
)
