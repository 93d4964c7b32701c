"""What is told around the words of a version: its links, its poll, what it answers, repeats and quotes.

What a post repeats or quotes is another's post. Its words stand in the captured bytes, and yet are shown, searched,
translated and put into packets only if that post might be (:func:`tamizdat.archive.views.audience.may_be_repeated`)::

    19 observed   "look" (quotes 12: "五年了")                12 is not known here      both are shown
    47 observed   12, "五年了"                                12 is restricted          12 is not shown, nor in 19
    52 catalogued {"release": "public"}, about the bytes of 47                          both are shown
    61 gone       12                                                                    12 is not shown in 19

:meth:`Contexts.whole` is all that is said, in one text: what is cut into sentences and translated
(:func:`tamizdat.statements.post_context.whole_text`). It changes when what is quoted may not be shown any more, and a
translation of it is then of another text.
"""

from collections.abc import Container, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final, NamedTuple

from tamizdat.archive.views.audience import may_be_repeated
from tamizdat.archive.views.current_version import counting_version
from tamizdat.archive.views.post_details import Details, InnerPost, read_details, web
from tamizdat.archive.views.posts import Version
from tamizdat.statements import catalogued
from tamizdat.statements.post_context import MARKER, Answered, Context, Inner, Missing, Poll, whole_text

if TYPE_CHECKING:
    from tamizdat.archive.views.index import Index

NAMELESS: Final = "https://x.com/i/status/"  #: leads to a post of X whose author's handle is not known


class Known(NamedTuple):
    """A post that is known here by itself: its number, the version that counts, and whether others may repeat it."""

    number: int
    version: Version
    may_be_repeated: bool


class Contexts:
    """Tells of versions what everybody may know around them, on *today* (a day; that of the clock if none is given)."""

    def __init__(self, index: "Index", today: str = "") -> None:
        self._index = index
        self._today = today or datetime.now(UTC).date().isoformat()
        self._posts: dict[str, Known | None] = {}

    def of(self, version: Version, shown: Container[str] | None = None) -> Context | None:
        """Return what is told around *version*; None if nothing is. *shown*: the posts of an edition, if it is one."""
        if not (version.details or version.reply_to):
            return None
        details = read_details(version.details)
        found = Context(
            links=details.links,
            answers=self._answered(version, details, shown),
            inner=tuple(self._inner(version, details, shown)) or None,
            poll=Poll(details.choices, version.as_of[:10]) if details.choices else None,
            missing=self._missing(version, details, published=shown is not None),
            withheld=tuple(sorted({each.upper() for each in details.withheld})) if details.withheld else None,
            updated=details.updated,
            cut=details.cut,
            sensitive=details.sensitive,
        )
        return None if found == Context() else found

    def _missing(self, version: Version, details: Details, published: bool) -> tuple[Missing, ...] | None:
        """Return what came without a file, and was not fetched since; for an edition, what no editor saw is missing."""
        if not details.missing:
            return None
        fetched = self._index.posts.fetched(version.number, released=published)
        return tuple(each for place, each in enumerate(details.missing) if place not in fetched) or None

    def whole(self, version: Version) -> str:
        """Return all that *version* says and that may be read, as it is translated; "" if nothing may."""
        if not version.details:
            return version.text
        details = read_details(version.details)
        inner = tuple(self._inner(version, details, None))
        if only_repeats_hidden(version, inner):
            return ""
        poll = Poll(details.choices, "") if details.choices else None
        return whole_text(version.text, Context(inner=inner, poll=poll))

    def hides(self, version: Version) -> bool:
        """Return whether *version* repeats or quotes words that stand in its bytes and may not be shown."""
        inner = read_details(version.details).inner or ()
        return any(each.text for each in inner) and any(
            each.hidden for each in self._inner(version, Details(inner=inner), None)
        )

    def closes(self, version: Version) -> bool:
        """Return whether *version* says nothing but what may not be shown."""
        return only_repeats_hidden(version, tuple(self._inner(version, read_details(version.details), None)))

    def said(self, version: Version) -> str:
        """Return the words of *version* and the descriptions, targets and inner words that it is found by, in lines."""
        context = self.of(version)
        if context is None:
            return version.text
        inner = context.inner or ()
        beside = [] if only_repeats_hidden(version, inner) else [version.text]
        beside += [*context.words().values(), *(each.target for each in context.links or ())]
        beside += [each.alt for each in context.missing or ()]
        beside += [f"@{each.handle} {each.name}".strip("@ ") if each.text else each.url for each in inner]
        return "\n".join(filter(None, beside))

    def known(self, post: str) -> Known | None:
        """Return what is known of a post here; None if nothing is."""
        if post not in self._posts:
            self._posts[post] = self._look_up(post)
        return self._posts[post]

    def _look_up(self, post: str) -> Known | None:
        versions = self._index.posts.versions(post)
        if not versions:
            return None
        said = self._index.releases.of(post)
        named = self._index.releases.named([post]).get(post, ()) if said.release == catalogued.Release.PUBLIC else ()
        counting = counting_version(versions, named)
        open_now = said.shown_on(self._today) and counting.version.state != "gone"
        number = min(each.number for each in versions)
        return Known(number, counting.version, open_now and may_be_repeated(counting))

    def _inner(self, version: Version, details: Details, shown: Container[str] | None) -> Iterator[Inner]:
        closed = 0  # at which depth a post is not shown: what it repeats or quotes is not told either
        taken_back = self._taken_back(version) if details.inner else ()
        for each in details.inner or ():
            if closed and each.depth > closed:
                continue
            if self.known(each.post) is None and (first := self._index.posts.renumbered(each.post)):
                each = replace(each, post=first)
            found = self._one(each, self.known(each.post), version.audience, shown)
            if each.text and (each.post in taken_back or self._gone_since(each.post, version)):
                found = Inner(each.depth, each.how, "", "", "", None, "", None, False, True, None)
            closed = each.depth if found.hidden else 0
            yield found

    def _gone_since(self, post: str, version: Version) -> bool:
        """Return whether the platform has said, of a post known from *version* alone, that it is gone."""
        words = self._index.posts.gone(post) if self.known(post) is None else ()
        return any(each.as_of >= version.as_of for each in words)

    def _taken_back(self, version: Version) -> Container[str]:
        """Return the posts in *version* of which its source has said since that they are for few, or are not there."""
        later = [each for each in self._index.posts.versions(version.post) if each.source == version.source][-1:]
        if not later or later[0].number == version.number:
            return ()
        compared = self._index.sights.compared([version.number, later[0].number])
        was, now = (compared[each].within for each in (version.number, later[0].number))
        return {post for post in was if now.get(post, not now)}

    def _one(self, each: InnerPost, known: Known | None, around: str, shown: Container[str] | None) -> Inner:
        may = known.may_be_repeated and (shown is None or each.post in shown) if known else True
        told = Inner(
            each.depth, each.how, each.url, each.handle, each.name, each.published, each.language, each.text or None,
            each.cut, False, known.number if known else None,
        )  # fmt: skip
        if not may or (each.text and not may_be_repeated(each.audience, around=around)):
            return Inner(each.depth, each.how, "", "", "", None, "", None, False, True, None)
        if known is None or (each.text == known.version.text and not each.cut):
            return told
        if each.cut and known.version.text.startswith(each.text.rstrip("… ")):
            return told
        return replace(told, text=None, cut=False)  # other words of it are shown, where it stands by itself

    def _answered(self, version: Version, details: Details, shown: Container[str] | None) -> Answered | None:
        post = version.reply_to
        if not post or post == version.post:
            return None
        if shown is not None and post in shown:
            return None
        if self._index.posts.is_here(post):
            return None if shown is None else Answered("", "", "")
        by = details.answered or Answered("", "", "")
        named = post.startswith(NAMELESS) and by.handle
        return replace(by, url=web(f"https://x.com/{by.handle}/status/{post[len(NAMELESS) :]}" if named else post))


def only_repeats_hidden(version: Version, inner: tuple[Inner, ...]) -> bool:
    """Return whether a version has no words but those of a post that is not shown here."""
    return bool(inner) and inner[0].hidden and inner[0].how == "repeats" and says_nothing_itself(version)


def only_repeats(version: Version) -> bool:
    """Return whether a version repeats a post and says nothing itself."""
    return version.kind == "Announce" and says_nothing_itself(version)


def says_nothing_itself(version: Version) -> bool:
    """Return whether a version has no words, or none but those that mark a post as a repetition."""
    return not version.text.strip() or bool(MARKER.match(version.text))
