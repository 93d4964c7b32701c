"""Feeds: Atom (RFC 4287) and JSON Feed 1.1 of the same entries, ``feeds/<name>.xml`` and ``feeds/<name>.json``.

::

    feeds/en                         posts in a language, original or translated, with the original below a translation
    feeds/pictures-and-clips.en      what came on cards; the words around it in a language of the interface
    feeds/corrections-and-removals.en
    feeds/what-is-new.en             an entry for each edition: new, translated, corrected, removed, withdrawn

An entry is dated by the edition that last changed its words *in that language*, and entries are in that order, so
that an old post that is translated today is the newest of the feed. Ids are ``tag:`` URIs (RFC 4151) that outlive the
site's address. Links are absolute where the site has an address, else relative, as everywhere here. A feed names no
edition but those that it tells of, so that it changes when its entries do.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from heapq import nlargest
from operator import itemgetter
from typing import Final

from tamizdat.publishing.model import Site, StoredPost
from tamizdat.publishing.site.feed_formats import Enclosure, Feed, FeedEntry, atom, identifier, json_feed, xml
from tamizdat.publishing.site.l10n import EVERYWHERE, LANGUAGES, nearest
from tamizdat.publishing.site.news import EditionNews, Row, correction_kind, editions_told, label_of
from tamizdat.publishing.site.post_text import (
    covers_pictures,
    covers_words,
    is_shortened,
    own_words,
    translation_into,
)
from tamizdat.publishing.site.renderer import prefix
from tamizdat.publishing.site.site_index import SiteIndex, key_of
from tamizdat.statements.derived import Footage, Post
from tamizdat.statements.post_context import Context
from tamizdat.text.catalogue import messages
from tamizdat.text.excerpt import excerpt
from tamizdat.text.languages import ANY_TAG, direction, language_name, primary_subtag

LATEST: Final = 50
#: feeds whose words are the interface's; no language's first subtag holds a hyphen
NEWS, CORRECTIONS, PICTURES = "what-is-new", "corrections-and-removals", "pictures-and-clips"


def feed_languages(view: SiteIndex) -> list[str]:
    """Languages (first subtags) that have a feed: those that every page is in, of the posts and of translations."""
    found = {primary_subtag(tag) for tag in view.languages if ANY_TAG.fullmatch(tag)}
    return sorted(found.union(EVERYWHERE) - {"und"})


def feeds(site: Site, view: SiteIndex) -> Iterator[tuple[str, bytes]]:
    """Path and bytes of each feed."""
    for feed in _every(site, view):
        yield f"feeds/{feed.name}.xml", atom(site, feed)
        yield f"feeds/{feed.name}.json", json_feed(site, feed)


def _every(site: Site, view: SiteIndex) -> Iterator[Feed]:
    tongues = feed_languages(view)
    spoken: dict[str, list[tuple[str, Post]]] = {tongue: [] for tongue in tongues}
    for post in _new(view):
        for tongue, tag in tags_in_feeds(post, tongues).items():
            if tongue in spoken:
                spoken[tongue].append((tag, post))
    for tongue in tongues:
        yield _of_language(site, view, tongue, spoken[tongue])
    for language in LANGUAGES:
        told = _Told(site, view, language)
        yield told.feed(NEWS, "whats_new", "new/", map(told.edition, editions_told(view, language)))
        yield told.feed(CORRECTIONS, "corrections", "corrections/", told.corrections())
        if view.sections["items"]:
            yield told.feed(PICTURES, "pictures", "items/", told.pictures())


def _new(view: SiteIndex) -> Iterator[Post]:
    """Yield the posts that may be new in a feed, the newest first.

    Where as many as a feed holds have their day and languages in common, those that are older are in none.
    """
    changed, alike = view.shown.changes.words, Counter[int]()
    for post in reversed(view.posts):
        if isinstance(post, StoredPost) and post.number not in changed:
            alike[id(post.alike)] += 1
            if alike[id(post.alike)] > LATEST:
                continue
        yield post


def _of_language(site: Site, view: SiteIndex, tongue: str, spoken: Iterable[tuple[str, Post]]) -> Feed:
    """Return the feed of posts with words in *tongue*; *spoken* are these, each with the language in full."""
    interface = tongue if tongue in LANGUAGES else LANGUAGES[0]
    dated = ((view.changed(post, tag), post) for tag, post in spoken)
    newest = nlargest(LATEST, dated, key=itemgetter(0))
    told = _Told(site, view, interface)
    return Feed(
        name=tongue,
        title=f"{site.name} ({language_name(tongue, interface)})",
        language=tongue,
        page=f"{prefix(interface)}index.html",
        entries=[told.post(day, *found, post) for day, post in newest if (found := _in(post, tongue))],
    )


def tags_in_feeds(post: Post, tongues: Iterable[str]) -> Mapping[str, str]:
    """Return for the feeds in these *tongues* that *post* stands in, the language in full of its words there."""
    if isinstance(post, StoredPost):
        return post.in_feeds
    return {tongue: found[1] for tongue in tongues if (found := _in(post, tongue))}


def _in(post: Post, tongue: str) -> tuple[str, str] | None:
    """Return the text of *post* in this language, and the language in full; of a covered post what covers it."""
    if primary_subtag(post.language) == tongue:
        return (post.summary, post.language) if covers_words(post) else own_words(post)
    found = translation_into(post, tongue)
    return ((post.summary if covers_words(post) else found.target), found.language) if found else None


class _Told:
    """Entries, with what the house says around them in a *language* of the interface."""

    def __init__(self, site: Site, view: SiteIndex, language: str) -> None:
        self.site, self.view, self.language = site, view, language
        self.messages = messages(language)
        self.home = prefix(language)

    def feed(self, name: str, title: str, page: str, entries: Iterable[FeedEntry]) -> Feed:
        written = f"{self.site.name}{self.messages['colon']}{self.messages[title]}"
        return Feed(f"{name}.{self.language}", written, self.language, f"{self.home}{page}index.html", list(entries))

    def item(self, number: int) -> str:
        """Return the path of an item's page in this language of the interface, or where there is none, its stand-in."""
        path = f"items/{number}/index.html"
        return f"{self.home if self.view.has_page(self.language, path) else prefix(nearest(self.language))}{path}"

    # -- posts ---------------------------------------------------------------------------------------------------------

    def post(self, day: str, text: str, language: str, post: Post) -> FeedEntry:
        own, covered = own_words(post), covers_words(post)
        said = _block(text, language)
        said += _block(*own) if text != own[0] and not covered else ""
        said += "" if covered else self._beside(post)
        return FeedEntry(
            id=identifier(self.site, f"items/{post.number}"),
            title=excerpt(text, 80) or post.voice.name or str(post.number),
            language=language,
            updated=day,
            published=time if len(time := post.published or "") > 19 else "",
            author=_whose(post),
            page=self.item(post.number),
            tags=tuple(dict.fromkeys(post.tags)),
            content=f"{said}{self._post_pictures(post)}",
            enclosures=() if covers_pictures(post) else tuple(_enclosures(post)),
        )

    def _post_pictures(self, post: Post) -> str:
        if covers_pictures(post):
            return f"<p>{xml(self.messages['covered_pictures'])}</p>" if post.pictures else ""
        alts = ((each.names[-1], each.alt or self.messages["picture_of_post"]) for each in post.pictures)
        return "".join(self._picture(post, name, alt) for name, alt in alts)

    def _picture(self, item: Post | Footage, name: str, alt: str) -> str:
        medium = self.view.medium(item, name)
        source = xml(self.site.way(f"items/{item.number}/{name}"))
        size = f'width="{medium.width}" height="{medium.height}"'
        return f'<p><img src="{source}" {size} alt="{xml(alt)}"/></p>'

    def _beside(self, post: Post) -> str:
        """Return what stands beside the words: a poll's choices, what is quoted, where short links led."""
        told, t = post.context or Context(), self.messages
        choices = "\n".join(f"– {each.text}" for each in told.poll.choices) if told.poll else ""
        pieces = [_block(choices, post.language)] if told.poll else []
        pieces += [f"<p>{xml(t['cut'])}</p>"] if told.cut else []
        for each in told.inner or ():
            whom = f" {each.name or each.handle}" if each.name or each.handle else ""
            says = t[f"{each.how}_hidden"] if each.hidden else f"{t[each.how]}{whom}"
            quoted = _block(each.text, each.language) if each.text and not is_shortened(post) else ""
            pieces.append(f"<blockquote><p>{xml(says)}</p>{quoted}</blockquote>")
        for link in told.links or ():
            pieces.append(f'<p>{xml(link.stands)} → <a href="{xml(link.target)}">{xml(link.target)}</a></p>')
        return "".join(pieces)

    # -- what came on cards --------------------------------------------------------------------------------------------

    def pictures(self) -> Iterator[FeedEntry]:
        dated = ((self.view.changed(each, each.language), each) for each in reversed(self.view.works))
        for day, item in nlargest(LATEST, dated, key=itemgetter(0)):
            number = self.messages["number"].format(number=item.number)
            said = "".join(_block(part, item.language) for part in item.caption.split("\n\n") if part.strip())
            if item.kind != "text":
                said = self._picture(item, "small.jpg", item.alt or item.title) + said
            yield FeedEntry(
                id=identifier(self.site, f"items/{item.number}"),
                title=excerpt(item.title, 80) or number,
                language=item.language,
                updated=day,
                published="",
                author=self.site.name,
                page=self.item(item.number),
                tags=(self.messages[item.kind],),
                content=said or f"<p>{xml(number)}</p>",
                enclosures=tuple(_enclosures(item)),
            )

    # -- what editions did ---------------------------------------------------------------------------------------------

    def edition(self, news: EditionNews) -> FeedEntry:
        counts = self.messages["comma"].join(each.heading for each in news.kinds)
        said = (
            f"<h3>{xml(each.heading)}</h3><ul>{''.join(map(self._row, each.rows))}</ul>"
            + (f"<p>{xml(each.more)}</p>" if each.more else "")
            for each in news.kinds
        )
        written = self.messages["edition"].format(number=news.number)
        return self._entry(
            f"editions/{news.number}/new", f"{written}{self.messages['colon']}{counts}", news.day,
            f"{self.home}new/index.html#edition-{news.number}", "".join(said),
        )  # fmt: skip

    def _row(self, row: Row) -> str:
        label = f'<a href="{xml(self.site.way(self.item(row.number)))}">{_inline(row.label, row.language)}</a>'
        return f"<li>{label} {xml(row.about)}</li>"

    def corrections(self) -> Iterator[FeedEntry]:
        """Yield corrections, withdrawals and removals, the newest first."""
        shown, t = self.view.shown, self.messages
        told = [
            (each.day, f"corrections/{each.number}/{each.edition}/{each.what.replace(' ', '/')}", each.number,
             correction_kind(each.what, self.language), each.reason)
            for each in shown.corrections
        ]  # fmt: skip
        told += [
            (each.day, f"withdrawals/{each.number}/{each.day}", each.number, t["withdrawn"], each.reason)
            for each in shown.withdrawn
        ]
        told += [
            (shown.changes.day(each.edition), f"removals/{each.number}/{each.edition}", each.number, t["removed"], "")
            for each in self.view.removals
        ]  # fmt: skip
        for day, name, number, what, reason in sorted(told, reverse=True)[:LATEST]:
            label, language = label_of(self.view, number, self.language)
            words = _block(label, language) if label else ""
            said = f"<p>{xml(what)}</p>{words}" + (f"<p>{xml(reason)}</p>" if reason else "")
            title = f"{t['number'].format(number=number)}{t['comma']}{what}"
            yield self._entry(name, title, day, self.item(number), said)

    def _entry(self, name: str, title: str, day: str, page: str, content: str) -> FeedEntry:
        return FeedEntry(
            identifier(self.site, name), title, self.language, day, "", self.site.name, page, (), content, ()
        )


def _enclosures(item: Post | Footage) -> Iterator[Enclosure]:
    """Yield the files of an item, as readers that download take them: of pictures in two sizes the larger."""
    sizes = {each.name: each.size for each in item.files}
    names = [each.names[0] for each in item.pictures] if isinstance(item, Post) else list(sizes)[:1]
    for name in names:
        yield Enclosure(f"items/{item.number}/{name}", sizes[name])


def _block(text: str, language: str) -> str:
    lines = "<br/>".join(xml(line) for line in re.split("\r\n|\r|\n", text))
    tag = xml(language)
    return f'<p xml:lang="{tag}" lang="{tag}" dir="{direction(language)}">{lines}</p>'


def _inline(text: str, language: str) -> str:
    tag = xml(language)
    return f'<bdi xml:lang="{tag}" lang="{tag}" dir="{direction(language)}">{xml(text)}</bdi>'


def _whose(post: Post) -> str:
    voice = post.voice
    told = f"{voice.name} (@{voice.handle})" if voice.name and voice.handle else voice.name or voice.handle
    return told or key_of(voice.id)
