"""One item: a post with its conversation, or a picture or clip; what it is, where it came from, what was said of it."""

from dataclasses import replace
from typing import Final

from starlette.responses import Response

from tamizdat.archive import Archive, Item
from tamizdat.archive.acts.items import catalogue
from tamizdat.archive.acts.redactions import kind_seen
from tamizdat.archive.acts.releases import consent, state_release
from tamizdat.archive.acts.versions import raw_of
from tamizdat.archive.released import WaitingRemoval, WaitingVersion
from tamizdat.archive.spanned import Spanned
from tamizdat.archive.views.audience import why_no_consent, written_for_everybody
from tamizdat.archive.views.index import MOST_WORDS
from tamizdat.archive.views.posts import Version
from tamizdat.carrying.arrived import arrived
from tamizdat.errors import BadMedia, StorageRefused, ToolMissing, UsageError
from tamizdat.evidence.device_told import caution
from tamizdat.footage import decode
from tamizdat.footage.kinds import kind_of
from tamizdat.footage.probe import DOCUMENT, recognise
from tamizdat.footage.text_file import words_of
from tamizdat.publishing.derived.item_words import Words, words
from tamizdat.publishing.editor_queue import waiting_removals, waiting_versions
from tamizdat.statements.catalogued import KEPT, UNDECIDED, CataloguedItem, CataloguedPost, Release
from tamizdat.text.languages import LANGUAGE, checked_language, known_languages, normal_language
from tamizdat.translation.difference import Change, difference
from tamizdat.translation.placeables import has_words
from tamizdat.translation.proposals import is_stale
from tamizdat.web.request import NotFound
from tamizdat.web.routing import Route
from tamizdat.workbench import responses
from tamizdat.workbench.auth.accounts import Account
from tamizdat.workbench.content import cover_view, custody, device_view, media_response, task_queue
from tamizdat.workbench.content.post_view import (
    PostView,
    as_seen_by,
    may_read,
    read,
    read_post,
    thread,
    translated_of,
)
from tamizdat.workbench.l10n import gettext as _
from tamizdat.workbench.request import WorkbenchRequest
from tamizdat.workbench.screens import clips
from tamizdat.workbench.screens.cards import address

PAGES: Final = 40  #: of a document that are shown on its page
CLIPS: Final = ("video/", "clip", "copy/clip")  #: what the kind of a post's file that moves begins with
MOST_LETTERS: Final = 400_000  #: of a text


def show(request: WorkbenchRequest) -> Response:
    """Return the page of a post or a file."""
    return _page(request)


def _page(request: WorkbenchRequest, problem: str = "", status: int = 200) -> Response:
    number = request.parameters["number"]
    reading = read(request.bench.archive, number)
    if reading is not None:
        if not may_read(request.account, reading):
            raise NotFound
        if number != reading.number:
            return responses.redirect(f"/items/{reading.number}")
        return _post_page(request, reading, problem, status)
    index = request.bench.archive.index
    translated = index.translations.translation(number) or index.transcripts.transcript(number)
    if translated and (of := read_post(request.bench.archive, translated.post)) and may_read(request.account, of):
        return responses.redirect(f"/items/{of.number}")
    if request.bench.archive.index.people.person(number):
        return responses.redirect(f"/people/{number}")
    if request.account.may("stories") and index.stories.story(number):
        return responses.redirect(f"/stories/{number}")
    if request.account.may("confidential") and request.bench.archive.index.pages.page(number):
        return responses.redirect(f"/pages/{number}")
    return _file_page(request, _file(request), problem, status)


def _post_page(request: WorkbenchRequest, reading: PostView, problem: str, status: int) -> Response:
    archive, reading = request.bench.archive, as_seen_by(request.account, reading)
    found = translated_of(reading, archive.index.translations.of(reading.post))
    known = {each.number: each for each in found}
    return responses.page(
        request,
        "post.html",
        status,
        reading=reading,
        thread=thread(archive, reading, request.account),
        kinds=(kinds := media_response.shown_to(request.account, archive, reading)),
        has_clip=any(each.startswith(CLIPS) for each in kinds),
        covers=cover_view.in_post(archive, reading.media) if request.account.may("catalogue") else [],
        asks=not written_for_everybody(reading.version.audience),
        kinds_before=media_response.shown_before(request.account, archive, reading),
        translations=[(each, is_stale(archive, each)) for each in known.values()],
        languages=languages_for(archive, request.account, reading, [each.language for each in found]),
        known_languages=known_languages(),
        entries=custody.of_post(archive, reading) if request.account.may("confidential") else [],
        releases=tuple(Release),
        removal=_removal(archive, reading) if request.account.may("catalogue") else None,
        unread=_unread(archive, reading) if request.account.may("catalogue") else [],
        consentable=not why_no_consent(reading.version),
        pages=archive.index.pages.beside(reading.post, reading.version.url)
        if request.account.may("confidential")
        else [],
        problem=problem,
    )


def _unread(archive: Archive, reading: PostView) -> list[tuple[WaitingVersion, list[Change]]]:
    """Return the versions that no editor released yet, each with its difference to the words that count."""
    if not reading.others:
        return []
    if reading.release.release == Release.PUBLIC:
        found = [each for each in waiting_versions(archive) if each.number == reading.number]
    else:
        text, others = reading.version.text, [each for each in reading.others if each.said != reading.version.said]
        found = [WaitingVersion(reading.number, each.number, text, each.text, each.source) for each in others]
    return [(each, difference(each.before, each.after)) for each in found]


def _removal(archive: Archive, reading: PostView) -> WaitingRemoval | None:
    """Return the platform's word that the post is gone, if it is shown and no editor looked since."""
    found = waiting_removals(archive) if archive.index.posts.gone(reading.post) else []
    return next((each for each in found if each.number == reading.number), None)


def languages_for(archive: Archive, account: Account, reading: PostView, there: list[str]) -> list[str]:
    """Return the languages into which this account could begin a translation, of those of the account or the desk."""
    if not has_words(reading.whole):
        return []
    wanted = account.languages or dict.fromkeys((task_queue.DEFAULT, *task_queue.languages_of(archive, account)))
    return [each for each in wanted if each not in there and each != reading.version.language]


def _file(request: WorkbenchRequest) -> Item:
    """Return the picture, clip or file with the number in the address. Raises :class:`NotFound`.

    A device's preview is none: it is looked at on the page of the file that it shows, and no list has its number.
    """
    item = request.bench.archive.index.item(request.parameters["number"])
    allowed = request.account.may("confidential") or (item is not None and item.release == Release.PUBLIC)
    if item is None or item.kind == "preview" or not allowed:
        raise NotFound
    return item


def _file_page(request: WorkbenchRequest, item: Item, problem: str, status: int) -> Response:
    archive = request.bench.archive
    every = words(archive)
    said, hidden = every.get(item.number), clips.is_hidden(request, item, every)
    preview = archive.index.preview_of(item)
    pages, why = _pages(archive, item.original) if kind_of(item.path) == "document" else (0, "")
    cards = {each.id: each for each in arrived(archive)} if request.account.may("confidential") else {}
    return responses.page(
        request,
        "file.html",
        status,
        item=item,
        kind=kind_of(item.path) or "file",
        take=[each.number for each in Spanned(archive).take_of(item)],
        language=said.language if said else "en",
        reason=said.reason if said else "",
        shown=media_response.of_object(archive, item.original),
        preview=not hidden and clips.has_preview(request, item, preview),
        withheld=hidden,
        copy=clips.find(request, item, every),
        covering=(said or Words()).covering or UNDECIDED,
        asked=kind_seen(archive, item),
        redaction=archive.index.redactions.latest(item.number) if request.account.may("confidential") else None,
        sound=(said or Words()).sound,
        entries=custody.of_file(archive, item.original) if request.account.may("confidential") else [],
        said_by_devices=device_view.of_file(archive, item) if request.account.may("confidential") else [],
        caution=caution(_),
        card=cards.get(item.consignment),
        card_path=address(item.consignment),
        words=_words(archive, item) if kind_of(item.path) == "text" else "",
        pages=pages,
        pages_shown=min(pages, PAGES),
        no_pages=why,
        releases=tuple(Release),
        problem=problem,
    )


def _words(archive: Archive, item: Item) -> str:
    """Return the words of a text, as far as a page can hold them."""
    if not archive.objects.has(item.original):
        return ""
    with archive.objects.open(item.original) as file:
        found = words_of(file.read(MOST_WORDS))
    return found[0][:MOST_LETTERS] if found else ""


def _pages(archive: Archive, digest: str) -> tuple[int, str]:
    """Return how many pages a document has, or 0 and why they cannot be shown."""
    try:
        with archive.objects.whole(digest) as path:
            form = recognise(path)
            return (decode.count_pages(path), "") if form and form.kind == DOCUMENT else (0, _("It is no PDF."))
    except (BadMedia, StorageRefused, ToolMissing) as error:
        return 0, str(error)


def say_of(request: WorkbenchRequest) -> Response:
    """State what an editor says of it: release, embargo, tags, descriptions."""
    bench, number = request.bench, request.parameters["number"]
    reading = read(bench.archive, number)
    try:
        if reading is not None:
            _say_of_post(request, reading)
        else:
            _say_of_file(request, _file(request))
    except UsageError as error:
        return _page(request, str(error), 400)
    withdrawn = request.text("release") == Release.WITHDRAWN
    return responses.redirect(f"/items/{number}", "taken-off" if withdrawn else "said")


def _say_of_post(request: WorkbenchRequest, reading: PostView) -> None:
    """State only what differs, so that each statement tells what was changed.

    What is released are the bytes that the editor read, by the number of the version: another may have come in since.
    """
    if (index := request.whole("words", -1)) >= 0:
        _release_words(request, reading, index)
        return
    if (index := request.whole("removal", -1)) >= 0:
        _decide_on_removal(request, reading, index)
        return
    if word := request.text("consent"):
        _record_consent(request, reading, given=word == "given")
        return
    before = reading.release
    alts = [request.text(f"alt-{number}") for number in range(len(reading.media))]
    while alts and not alts[-1]:
        alts.pop()
    release, until = request.text("release", before.release), request.text("until").strip()
    tags = tuple(each.strip() for each in request.text("tags").replace("\n", ",").split(",") if each.strip())
    bytes_shown, reason = request.text("bytes") == "yes", request.text("reason").strip()
    read_by_editor = _version(reading, request.whole("read", reading.version.number))
    spoken, sound = _language(request, reading), request.text("sound", before.sound)
    covering = request.text("covering", before.covering or UNDECIDED)
    changes = CataloguedPost(
        reading.post,
        release=None if release == before.release else release,
        until=None if until == before.until else until,
        bytes_shown=None if bytes_shown == before.bytes_shown else bytes_shown,
        tags=None if tags == before.tags else tags,
        alts=None if tuple(alts) == before.alts else tuple(alts),
        reason=None if reason == before.reason else reason,
        language=None if spoken == before.language else spoken,
        sound=None if sound == before.sound else sound,
        covering=None if covering == (before.covering or UNDECIDED) else covering,
    )
    if changes == CataloguedPost(reading.post):
        raise UsageError(_("Nothing was changed in the form, so nothing was saved."))
    archive = request.bench.archive
    if changes.release == Release.PUBLIC or changes.covering:
        changes = replace(changes, raw=raw_of(archive, read_by_editor))
    state_release(archive, request.bench.key, changes)


def _language(request: WorkbenchRequest, reading: PostView) -> str:
    """Return the desk's word about a post's language as the form has it; "" where that is the platform's.

    Raises :class:`UsageError` for what is no language tag.
    """
    given, before = request.text("language", reading.version.language).strip(), reading.release.language
    if given == reading.version.language:
        return before
    return checked_language(normal_language(given) or given) if given else ""


def begin_in(request: WorkbenchRequest) -> Response:
    """Open a translation into the language that was chosen, also one into which nothing was translated here yet."""
    number, given = request.parameters["number"], request.asked("language").strip()
    language = normal_language(given) or given
    if not LANGUAGE.fullmatch(language):
        return _page(request, _("Choose a language, or type its tag: en, fr, zh-Hant."), 400)
    return responses.redirect(f"/translate/{number}/{language}")


def _release_words(request: WorkbenchRequest, reading: PostView, index: int) -> None:
    """Release the bytes of one more version of a post that is shown."""
    raw = raw_of(request.bench.archive, _version(reading, index))
    said = CataloguedPost(reading.post, release=Release.PUBLIC, raw=raw)
    state_release(request.bench.archive, request.bench.key, said)


def _decide_on_removal(request: WorkbenchRequest, reading: PostView, index: int) -> None:
    """Keep showing a post that is gone from its platform, by releasing again what is shown; or withdraw it."""
    archive = request.bench.archive
    removal, decision = _removal(archive, reading), request.text("decision")
    if removal is None or removal.index != index:
        raise UsageError(_("This was decided already, or the post is there again. Read the page again."))
    if decision == "keep":
        shown = archive.index.posts.version(removal.shown)
        assert shown is not None, "it is shown"
        said = CataloguedPost(reading.post, release=Release.PUBLIC, raw=raw_of(archive, shown))
    elif decision == "withdraw":
        said = CataloguedPost(reading.post, release=Release.WITHDRAWN, reason=request.text("reason").strip())
    else:
        raise UsageError(_("Choose whether to keep showing it or to withdraw it."))
    state_release(archive, request.bench.key, said)


def _record_consent(request: WorkbenchRequest, reading: PostView, given: bool) -> None:
    """State that the author consented that the words the editor read are shown, or withdrew that."""
    archive, today = request.bench.archive, request.bench.today().isoformat()
    day, version = request.text("consent-day").strip(), _version(reading, request.whole("read", reading.version.number))
    state_release(archive, request.bench.key, consent(archive, reading.post, day, given, today, version=version))


def _version(reading: PostView, index: int) -> Version:
    found = next((each for each in reading.every if each.number == index), None)
    if found is None:
        raise UsageError(_("The version you read is not one of this post. Read the page again, then save."))
    return found


def _say_of_file(request: WorkbenchRequest, item: Item) -> None:
    said = words(request.bench.archive).get(item.number)
    stands = {
        **{name: getattr(item, name) for name in ("release", "title", "caption", "alt")},
        "language": said.language if said else "en",
        "reason": said.reason if said else "",
        "covering": (said or Words()).covering or UNDECIDED,
        "sound": said.sound if said else KEPT,
    }
    changes = {name: request.text(name, now).strip() for name, now in stands.items()}
    changes = {name: value for name, value in changes.items() if value != stands[name]}
    if not changes:
        raise UsageError(_("Nothing was changed in the form, so nothing was saved."))
    catalogue(request.bench.archive, request.bench.key, CataloguedItem(item.number, **changes))


def media(request: WorkbenchRequest) -> Response:
    """Return a picture or clip of a post: as it was captured for editors, its bare pixels for all others.

    Raises :class:`NotFound` if there is no such post or picture, or the account may not see it.
    """
    reading = read(request.bench.archive, request.parameters["number"])
    if reading is None or not may_read(request.account, reading) or request.parameters["place"] >= len(reading.media):
        raise NotFound
    archive, place = request.bench.archive, request.parameters["place"]
    digest, name = reading.media[place][0], f"item-{reading.number}-{place + 1}"
    if request.account.may("confidential"):
        return media_response.answer(archive, digest, name)
    cover, hidden = media_response.cover_in_post(request.account, archive, reading, digest)
    if hidden:
        raise NotFound
    return media_response.under(archive, digest, cover, name)


def media_before(request: WorkbenchRequest) -> Response:
    """Return a picture or clip that an earlier version of a post had: for editors only.

    Raises :class:`NotFound` if there is no such post, version or picture.
    """
    reading, place = read(request.bench.archive, request.parameters["number"]), request.parameters["place"]
    files = reading.media_of.get(request.parameters["version"], ()) if reading else ()
    if place >= len(files):
        raise NotFound
    return media_response.answer(request.bench.archive, files[place][0], f"item-{request.parameters['number']}-before")


def original(request: WorkbenchRequest) -> Response:
    """Return a file of a card, as it came in: for editors only, whatever is released."""
    item = _file(request)
    return media_response.answer(request.bench.archive, item.original, f"item-{item.number}")


def preview(request: WorkbenchRequest) -> Response:
    """Return the small picture that the field device made of it. Raises :class:`NotFound` if there is none."""
    return clips.answer_preview(request, _file(request))


def document_page(request: WorkbenchRequest) -> Response:
    """Return one page of a document as a picture, and nothing else of it. Raises :class:`NotFound`."""
    item = _file(request)
    return media_response.document_page(
        request.bench.archive, item.original, request.parameters["page"] - 1, f"item-{item.number}"
    )


ROUTES: Final = (
    Route("/items/{number:int}", "GET", "read", show),
    Route("/items/{number:int}", "POST", "catalogue", say_of),
    Route("/items/{number:int}/translate", "GET", "translate", begin_in),
    Route("/items/{number:int}/media/{place:int}", "GET", "read", media),
    Route("/items/{number:int}/versions/{version:int}/media/{place:int}", "GET", "confidential", media_before),
    Route("/items/{number:int}/original", "GET", "confidential", original),
    Route("/items/{number:int}/preview", "GET", "read", preview),
    Route("/items/{number:int}/page/{page:int}", "GET", "read", document_page),
)
