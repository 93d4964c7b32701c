"""The links of a story, beyond those that every item has.

::

    item N ── shown         the page of its proof has the statement's words, in every language
       ├───── told          every page of the story tells them in the statement's order, with what they are told of
       ├───── record        what the statement's subject is about
       └───── source, translations     the desk's word

A page of a story says by ``data-said`` what it tells, one after the other, in one of the languages that the statement
has it in::

    title, chapter, prose, item 41 1000 9000, wall, map, place, withdrawn

Words of a post that it shows, ``text 57`` or ``translation 57 en``, are those of the post's own statement.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from tamizdat.errors import CheckFailed
from tamizdat.ledger.shapes import shown
from tamizdat.statements.composed import GAP, Element, Map, Prose, Shown, Story
from tamizdat.statements.derived import Post, PublishedStory
from tamizdat.statements.derived import read as read_item
from tamizdat.verifying.evidence import Evidence
from tamizdat.verifying.page_text import said_on
from tamizdat.verifying.post_links import grounds_of_pages, judge_shown
from tamizdat.verifying.report import Verdict

FOLDER: Final = "stories/"  #: with a number and a slash, where the pages of a story lie
OF_POSTS: Final = ("text ", "translation ")
OF_POST: Final = re.compile(r"(?:text|translation) (0|[1-9][0-9]{0,14})(?: (.+))?")

Said = list[tuple[str, str]]


def judge_story(evidence: Evidence, name: str, item: PublishedStory, pages: Sequence[str]) -> None:
    """Judge the links *name* of a story; *pages* are the paths of the pages of its proof."""
    words = {f"translation {each.language}": each.words for each in item.translations}
    judge_shown(evidence, name, pages, {"text": item.told.words} | words)
    with evidence.report.link(f"{name} told", *grounds_of_pages(evidence, name)) as claim:
        tellings = [told(each) for each in item.tellings]
        found = [f"{below}{FOLDER}{item.number}/index.html" for below in evidence.folder.languages()]
        found = [each for each in found if evidence.folder.has(each)]
        lists = evidence.list_of_files() if evidence.above and not evidence.whole else None
        for page in found:
            if lists and (difference := evidence.folder.difference(page, lists.get(page) or "")):
                raise CheckFailed(difference)
            _check_told(evidence, page, said_on(evidence.folder.read(page)), tellings)
        claim.say("The story's pages tell what the statement says, in its order.")
        if not found:
            claim.say("No page of the story lies here.", Verdict.UNKNOWN)
    with evidence.report.link(f"{name} source", name) as claim:
        evidence.named_rightly(item.references())
        claim.say(
            f"That it was composed and released by an editor, entry {item.source.index}, and that its translations were"
            " reviewed by others than who made them, is the desk's word.",
            Verdict.VOUCHED,
        )


def told(story: Story) -> Said:
    """Return what a page says that tells *story*: what it is, and the words, in order."""
    found = [("title", story.title)]
    for chapter in story.chapters:
        found.append(("chapter", chapter.title))
        found += (said for each in chapter.elements for said in _told(each))
    return found


def _told(element: Element) -> Iterator[tuple[str, str]]:
    if isinstance(element, Prose):
        yield from (("prose", each) for each in element.text.split(GAP))
    elif isinstance(element, Shown):
        part = "" if element.start is None else f" {element.start} {element.end}"
        yield f"{element.kind} {element.item}{part}", ""
    else:
        yield element.kind, ""
        yield from (("place", each.name) for each in (element.places if isinstance(element, Map) else ()))


def _check_told(evidence: Evidence, page: str, found: Said, tellings: Sequence[Said]) -> None:
    """Raise :class:`CheckFailed` unless a page tells one of *tellings*, and of posts the words that they have."""
    own = [each for each in found if not each[0].startswith(OF_POSTS)]
    nearest = max(tellings, key=lambda each: sum(a == b for a, b in zip(each, own, strict=False)))
    if own != nearest:
        at = next((at for at, pair in enumerate(zip(nearest, own, strict=False)) if pair[0] != pair[1]), None)
        at = min(len(own), len(nearest)) if at is None else at
        wanted, instead = (shown(" ".join(each[at]) if at < len(each) else "nothing more") for each in (nearest, own))
        raise CheckFailed(f"Expected {page} to tell {wanted} as no. {at + 1} of the story, found {instead}.")
    for says, words in found:
        if says.startswith(OF_POSTS) and words != _of_post(evidence, says):
            raise CheckFailed(f"Expected {page} to show as {says!r} the words of that post, found {shown(words)}.")


def _of_post(evidence: Evidence, says: str) -> str | None:
    """Return the words of a post, from its own statement, that *says* names; None if it has none."""
    found = OF_POST.fullmatch(says)
    if found is None:
        return None
    number, language = found.group(1, 2)
    post = read_item(evidence.item_file(f"items/{number}/").envelope.statement())
    if not isinstance(post, Post):
        return None
    if says.startswith("text"):
        return None if language else post.text
    return next((each.target for each in post.translations if each.language == language), None)
