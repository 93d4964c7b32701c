"""The rooms of the house that show everything at once: front, calendar, subjects, what was removed, names, about.

Some are made in every edition; of all pages only "About" and the front page name its number and day. Others are groups
(:func:`room_groups`), made when what they tell changed: a list of voices does not when a translation does.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any, Final

from markupsafe import Markup

from tamizdat.encoding import Json, canonical, script_call
from tamizdat.ledger.statement import keyid
from tamizdat.publishing.model import Site
from tamizdat.publishing.site.calendar import years
from tamizdat.publishing.site.feeds import feed_languages, feeds
from tamizdat.publishing.site.l10n import EVERYWHERE, LANGUAGES
from tamizdat.publishing.site.names_initials import Initial, by_script, initials
from tamizdat.publishing.site.names_list import Roll, by_place, rolls
from tamizdat.publishing.site.names_wall import NamesWall, walls
from tamizdat.publishing.site.news import correction_kind
from tamizdat.publishing.site.pager import pager
from tamizdat.publishing.site.post_entry import entries
from tamizdat.publishing.site.post_lists import PageGroup
from tamizdat.publishing.site.renderer import Facts, render_page
from tamizdat.publishing.site.script_words import SPOKEN, broken_words, script_words
from tamizdat.publishing.site.search_index import choices, segments
from tamizdat.publishing.site.site_index import SiteIndex, key_of
from tamizdat.publishing.site.story_pages import in_order
from tamizdat.publishing.site.story_text import lead_of, telling_for
from tamizdat.statements.composed import Prose
from tamizdat.text.catalogue import counted, messages, script_messages
from tamizdat.text.excerpt import excerpt
from tamizdat.text.languages import language_name
from tamizdat.text.style import styled

STATIC: Final = (
    "clip.js",
    "fold.js",
    "mark.svg",
    "page.js",
    "search.js",
    "stamps.js",
    "story.js",
    "style.css",
    "take.js",
    "verify.js",
    "wall.js",
)
#: links of an item's chain, each with what is said of it: words of ours
LINKS: Final = {
    "link_bytes": ("link_bytes_withheld", "link_bytes_shown"), "link_text": ("link_text_vouched", "link_text_read"),
    "link_source": ("link_source_says",), "link_translation": ("link_translation_says",),
    "link_review": ("link_review_says",), "link_earlier": ("link_earlier_says",), "link_gone": ("link_gone_says",),
    "link_shown": ("link_shown_says",), "link_media": ("link_media_says",), "link_tracks": ("link_tracks_says",),
    "link_cover": ("link_cover_says",), "link_reads": ("link_reads_says",), "link_person": ("link_person_says",),
    "link_record": ("link_record_says",), "link_story": ("link_story_says",),
    "link_story_source": ("link_story_source_says",), "link_desk": ("link_desk_says",),
    "link_edition": ("link_edition_says",), "link_ledger": ("link_ledger_says",), "link_roster": ("link_roster_says",),
    "link_witness": ("link_witness_says",),
}  # fmt: skip
READING: Final = ("joined.js", "reading.js")  #: only where names are read
_ID: Final = re.compile(' id="n[0-9]+"')
LATEST: Final = 6  #: posts on the front page
YEARS: Final = 12  #: of a page of the calendar
MANY: Final = 200  #: voices that a search can be narrowed to
ROWS: Final = 500  #: corrections, and withdrawals, of a page
BEGINNING: Final = 240  #: characters of the story that the front page opens with
FEW: Final = 8  #: pictures and clips, and voices, on it
#: what verify.js says where it cannot check, for a page that was taken along and cannot even begin to
TOO_OLD: Final = "This browser does not know Ed25519 signatures; use a newer one."


def rooms(site: Site, view: SiteIndex) -> Iterator[tuple[str, bytes]]:
    """Path and bytes of each."""
    tiled, parts = NamesWall(view.shown), walls(view.shown)
    small, width, height = tiled.small() if view.sections["names"] else (b"", 0, 0)
    if view.sections["names"]:
        yield "names/wall.png", small
        for number, each in enumerate(parts, 1):
            yield f"names/{_part(number)}wall.css", each.style()
    for language in LANGUAGES:
        room = _Room(site, view, language)
        yield room.front(tiled, width, height)
        yield room.about()
        yield from room.corrections()
        if view.sections["stories"]:
            yield room.stories()
        if view.sections["names"]:
            yield from room.names(parts)
    yield from feeds(site, view)


def room_groups(site: Site, view: SiteIndex) -> Iterator[PageGroup]:
    """Yield rooms that few editions change, and what pages load, each with all that it shows of this one."""
    there: list[Json] = [name for name, present in view.sections.items() if present]
    there += [each for each in LANGUAGES if view.written_in(each)]  # links lead to lists in these
    yield PageGroup("room static", [view.sections["reading"]], partial(_loaded, view))
    example, signers = _example(view), _signers(view)
    keys: list[Json] = [site.origin, site.roster_version, site.log_key, *site.desk_keys]
    shown_with: dict[Callable[[_Room], Iterator[tuple[str, bytes]]], list[Json]] = {
        _Room.check: [*keys, example, *view.languages_of(*filter(None, [view.things.get(example)])), *signers],
        _Room.search: [
            [list[Json](each) for each in (*segments(view), *_voices_to_choose(view))],
            [list[Json](each) for each in choices(view).values()],
        ],
        _Room.contributors: [
            [each.name, each.translated, each.reviewed, *each.languages] for each in view.shown.contributors
        ],
    }
    if site.addresses:
        shown_with[_Room.mirrors] = []
    if view.sections["posts"]:
        days: list[Json] = [[day, len(posts), *view.languages_of_days[day]] for day, posts in view.days.items()]
        shown_with[_Room.calendar] = [len(view.undated), days]
        shown_with[_Room.voices] = [
            [key, voice.id, voice.handle, voice.name, len(posts), *view.years[key], *view.languages_of_voices[key]]
            for key, (voice, posts) in view.voices.items()
        ]
    if view.sections["subjects"]:
        shown_with[_Room.subjects] = [
            [each, len(posts), *view.languages_of_subjects[each]] for each, posts in view.subjects.items()
        ]
    for make, told in shown_with.items():
        yield PageGroup(f"room {make.__name__}", [there, told], partial(_in_all_languages, site, view, make))


def _in_all_languages(
    site: Site, view: SiteIndex, make: "Callable[[_Room], Iterator[tuple[str, bytes]]]"
) -> dict[str, bytes]:
    return {path: data for language in LANGUAGES for path, data in make(_Room(site, view, language))}


def _loaded(view: SiteIndex) -> dict[str, bytes]:
    """Return what pages load, whatever they show: style, scripts, signs, and what scripts say."""
    made = {}
    for name in (*STATIC, *(READING if view.sections["reading"] else ())):
        data = (Path(__file__).parent / "static" / name).read_bytes()
        made[name] = styled(data) if name == "style.css" else data
    for language in LANGUAGES:
        path, data = _taken(language)
        made[path] = data
        if language != LANGUAGES[0]:
            made[f"words/{language}.js"] = script_words(language)
            if language != SPOKEN:
                made[f"words/{language}-broken.js"] = broken_words(language)
    return made


def _taken(language: str) -> tuple[str, bytes]:
    """Return what a page that is taken along says of itself (``take.js``), for it to load when it is asked to."""
    names = ("notice", "alone", "without", "failed")
    said: dict[str, Json] = {each: messages(language)[f"taken_{each}"] for each in names}
    said["old"] = script_messages(language).get(TOO_OLD, TOO_OLD)
    return f"take-{language}.js", script_call("tamizdatTakeSays", canonical(said))


def _signers(view: SiteIndex) -> list[Json]:
    return [*sorted({each.signer for each in view.shown.signed.values()})]


def _example(view: SiteIndex) -> int:
    return min(view.shown.signed, default=1)


def _voices_to_choose(view: SiteIndex) -> list[tuple[str, str]]:
    """Return key and name of the :data:`MANY` voices with most posts."""
    voices = sorted(view.voices.items(), key=lambda each: -len(each[1][1]))[:MANY]
    return [(key, voice.name or voice.handle or voice.id) for key, (voice, _) in voices]


def rooms_of_edition(site: Site, view: SiteIndex) -> Iterator[tuple[str, bytes]]:
    """Path and bytes of those that name the edition; of all others a new edition's are the same."""
    tiled = NamesWall(view.shown)
    _, width, height = tiled.small() if view.sections["names"] else (b"", 0, 0)
    for language in LANGUAGES:
        room = _Room(site, view, language)
        yield room.front(tiled, width, height)
        yield room.about()


def _part(number: int) -> str:
    return "" if number == 1 else f"{number}/"


def _way(up: str, number: int) -> str:
    return f"{up}index.html" if number == 1 else f"{up}{number}/index.html"


def _without_ids(listed: Markup) -> Markup:
    """Return a list of entries for a page on which some of them stand in another list already."""
    return Markup(_ID.sub("", listed))  # noqa: S704 -- of a template, which escapes; quotation marks in texts are too


class _Room:
    def __init__(self, site: Site, view: SiteIndex, language: str) -> None:
        self.site, self.view, self.language = site, view, language
        self.shown = view.shown
        self.messages = messages(language)

    def made(self, folder: str, template: str, **facts: Any) -> tuple[str, bytes]:
        facts |= {"name": self.site.name, "address": self.site.address, "mirrors": self.site.addresses[1:]}
        facts |= {"site": self.site, "has": self.view.sections}
        return render_page(self.language, folder, template, view=self.view, **facts)

    def front(self, tiled: NamesWall, width: int, height: int) -> tuple[str, bytes]:
        """Return the front page.

        An opening; then the latest words, the wall in small, works, voices, and what is gone. The latest are those that
        are there in its language, where there are any; English and Chinese readers see what is new in all.
        """
        view, shown, language = self.view, self.shown, self.language
        written = view.written_in(language)
        latest = view.posts if language in EVERYWHERE or not written else written
        counts = (("posts", len(shown.posts)), ("people", len(shown.people)), ("items", len(view.works)))
        return self.made(
            "", "front.html",
            counts=[counted(key, count, language) for key, count in counts if count],
            entries=entries(view, reversed(latest[-LATEST:]), language, ""),
            written=counted("posts", len(written), language) if written else "",
            gone=_without_ids(entries(view, reversed(view.gone[-3:]), language, "")),
            items=view.works[-FEW:][::-1], medium=view.medium, more_items=len(view.works) > FEW,
            voices=list(self._voices())[:FEW], more_voices=len(view.voices) > FEW, people=f"{len(shown.people):,}",
            small={"width": width, "height": height, "alt": self._wall_label(tiled)},
            withdrawn=shown.withdrawn[-3:], feeds=feed_languages(self.view),
            story=self._newest_story(), more_stories=len(shown.stories) > 1,
        )  # fmt: skip

    def _newest_story(self) -> Facts | None:
        """Return what the front page opens with: the newest story, how it begins, the picture that stands for it."""
        story = next(iter(in_order(self.shown.stories)), None)
        if story is None:
            return None
        told = telling_for(story, self.language)
        prose = (each.text for chapter in told.chapters for each in chapter.elements if isinstance(each, Prose))
        begins = excerpt(next(prose, ""), BEGINNING)
        return {"number": story.number, "told": told, "begins": begins, "lead": lead_of(self.view, story)}

    def stories(self) -> tuple[str, bytes]:
        """Return the list of all stories, the newest first."""
        told = [
            (each, telling_for(each, self.language), lead_of(self.view, each)) for each in in_order(self.shown.stories)
        ]
        return self.made("stories/", "stories.html", stories=told)

    def _voices(self) -> Iterator[tuple[Any, str, str]]:
        for key, (voice, posts) in sorted(self.view.voices.items(), key=lambda each: -len(each[1][1])):
            years = self.view.years[key]
            span = "–".join(dict.fromkeys((years[0], years[-1]))) if years else ""
            yield voice, counted("posts", len(posts), self.language), span

    def _wall_label(self, tiled: NamesWall) -> str:
        key = "wall_alt" if tiled.spells else "wall_alt_plain"
        return self.messages[key].format(sentence=self.shown.wall.sentence)

    def names(self, parts: Sequence[NamesWall]) -> Iterator[tuple[str, bytes]]:
        """Yield the wall, in pages if there are many, and the same people as lists."""
        count = f"{len(self.shown.people):,}"
        for number, tiled in enumerate(parts, 1):
            up = "" if number == 1 else "../"
            yield self.made(
                f"names/{_part(number)}", "names.html", wall=self.shown.wall, spells=tiled.spells, count=count, up=up,
                tiles=tiled.markup(self._wall_label(tiled), f"../{up}"), part=_part(number),
                pager=pager(len(parts), number, partial(_way, up)),
            )  # fmt: skip
        yield from self.list_of_names()
        yield from self.names_by_initial()

    def list_of_names(self) -> Iterator[tuple[str, bytes]]:
        """Yield the same people as a list by place and school, in pages, with an index."""
        found = rolls(self.shown.people)
        index = by_place(found) if len(found) > 1 else []
        count = f"{len(self.shown.people):,}"
        yield from self._in_pages("names/list/", "names_list.html", found, index=index, count=count)

    def names_by_initial(self) -> Iterator[tuple[str, bytes]]:
        """Yield the same people by what their names begin with, in pages, with an index."""
        found = initials(self.shown.people, self.language)
        yield from self._in_pages("names/initials/", "names_initials.html", found, index=list(by_script(found)))

    def _in_pages(
        self, folder: str, template: str, found: Sequence[Roll | Initial], *, index: Sequence[object], **more: object
    ) -> Iterator[tuple[str, bytes]]:
        """Yield what is *found* below its *index*, or on pages of their own if one page does not hold it."""
        last = found[-1].page
        if last == 1:
            yield self.made(folder, template, **more, pager=None, page=0, index=index, ways={1: ""}, found=found)
            return
        ways = {each: f"{each}/index.html" for each in range(1, last + 1)}
        yield self.made(folder, template, **more, pager=None, page=0, index=index, ways=ways, found=())
        for page in ways:
            here = [each for each in found if each.page == page]
            pages = pager(last, page, lambda number: f"../{number}/index.html")
            yield self.made(f"{folder}{page}/", template, **more, pager=pages, page=page, index=[], ways={}, found=here)

    def about(self) -> tuple[str, bytes]:
        """Return what the site is, and what its proofs say."""
        return self.made("about/", "about.html", feeds=feed_languages(self.view))

    def check(self) -> Iterator[tuple[str, bytes]]:
        """Yield the page on which readers check."""
        signers = [(keyid(bytes.fromhex(str(key))), key) for key in _signers(self.view)]
        yield self.made("check/", "check.html", links=self._links(), signers=signers, example=_example(self.view))

    def mirrors(self) -> Iterator[tuple[str, bytes]]:
        """Yield where else the site is served."""
        yield self.made("mirrors/", "mirrors.html")

    def search(self) -> Iterator[tuple[str, bytes]]:
        """Yield the search."""
        yield self.made("search/", "search.html", segments=segments(self.view), filters=self._filters())

    def contributors(self) -> Iterator[tuple[str, bytes]]:
        """Yield who translated and reviewed."""
        yield self.made("contributors/", "contributors.html", people=self.shown.contributors)

    def _links(self) -> list[tuple[str, list[str]]]:
        """Return what each link of an item's chain is called, and what it says of any item."""
        said = self.messages
        return [
            (said[link].rstrip(" :：\u00a0\u202f"), [said[each].replace("{index}", "N") for each in says])
            for link, says in LINKS.items()
        ]

    def corrections(self) -> Iterator[tuple[str, bytes]]:
        """Yield what was corrected and what was withdrawn, the newest first, in pages."""
        dated = sorted(self.shown.corrections, key=lambda one: one.day)[::-1]
        withdrawn = sorted(self.shown.withdrawn, key=lambda one: one.day)[::-1]
        last = max(1, *(-(-len(each) // ROWS) for each in (dated, withdrawn)))
        for page in range(1, last + 1):
            here = slice((page - 1) * ROWS, page * ROWS)
            told = [(each, correction_kind(each.what, self.language)) for each in dated[here]]
            pages = pager(last, page, partial(_way, "" if page == 1 else "../"))
            folder = "corrections/" if page == 1 else f"corrections/{page}/"
            yield self.made(
                folder, "corrections.html", corrections=told, withdrawn=withdrawn[here], pager=pages, page=page
            )

    def _filters(self) -> list[tuple[str, str, list[tuple[str, str]]]]:
        """Return what a search can be narrowed by: the trait's name, what it is called, its values and their names.

        Only what leaves a choice is offered, and of voices the :data:`MANY` with most posts.
        """
        said, found = self.messages, choices(self.view)
        rows = [
            ("voice", said["filter_voice"], _voices_to_choose(self.view)),
            ("year", said["filter_year"], [(each, each) for each in found["year"]]),
            ("language", said["language"], [(each, language_name(each, self.language)) for each in found["language"]]),
            ("state", said["filter_state"], [(each, said[f"filter_{each}"]) for each in found["state"]]),
            ("kind", said["kind"], [(each, said[f"filter_{each}"]) for each in found["kind"]]),
        ]
        return [row for row in rows if len(row[2]) > 1]

    def voices(self) -> Iterator[tuple[str, bytes]]:
        """Yield the list of voices."""
        yield self.made("voices/", "voices.html", voices=list(self._voices()))

    def subjects(self) -> Iterator[tuple[str, bytes]]:
        """Yield the list of subjects."""
        subjects = [(each, key_of(each), len(posts)) for each, posts in self.view.subjects.items()]
        yield self.made("subjects/", "subjects.html", subjects=subjects)

    def calendar(self) -> Iterator[tuple[str, bytes]]:
        """Yield the calendar: the newest :data:`YEARS` years of it, and those before in pages of as many."""
        every = list(years(self.view, self.language))
        parts = [every[at : at + YEARS] for at in range(0, len(every), YEARS)] or [[]]
        undated = len(self.view.undated)
        for place, part in enumerate(parts):
            folder = f"calendar/{part[0].year}/" if place else "days/"
            spans = [
                (f"{each[-1].year}–{each[0].year}", f"calendar/{each[0].year}/" if at else "days/", at == place)
                for at, each in enumerate(parts) if each
            ]  # fmt: skip
            shown = {"years": part, "spans": spans if len(parts) > 1 else [], "to_days": "../" * folder.count("/")}
            told = counted("posts", undated, self.language) if undated and not place else ""
            yield self.made(folder, "days.html", **shown, undated=told)
