"""Which versions are news: decided from what the source says of itself, whatever the order in which files come in.

Every version stands at a time, ``as_of``: when the platform gave it out, by its own word (:class:`Clock`). A version is
news when neither the one known for its time nor the next one after it says the same to the same people; an old export
taken in after a newer one therefore ends up before it, and what was seen later stays the later one. What is no news is
a *sight* of the version that is known (:mod:`~tamizdat.archive.views.sights`).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import field
from datetime import datetime
from typing import NamedTuple

from tamizdat.archive.views.index import Index
from tamizdat.archive.views.sights import Compared, Known
from tamizdat.archive.views.version_difference import tells_its_time
from tamizdat.dataclass import dataclass
from tamizdat.encoding import timestamp
from tamizdat.posts.formats import Found
from tamizdat.posts.identity import attached, closed_within, closes, continues, instant, lacking
from tamizdat.posts.report import IngestReport
from tamizdat.posts.times import doubtful


@dataclass(frozen=True)
class Clock:
    """Tells for when what an export holds of a post was given out.

    In this order: the time that stands beside the post, that of the export, that of our visit if we asked the platform
    itself; of a whole export or feed that has no date, the time of the newest post in it, than which it is not older;
    of all else, the time at which the words were last changed, or written.
    """

    now: datetime
    export: str = ""  #: by the platform's word
    visit: str = ""  #: when the platform itself was asked
    newest: Mapping[str, str] = field(
        default_factory=dict
    )  #: the newest time in a feed, or ("") an export, without a date

    def of(self, found: Found) -> str:
        """Return the ``as_of`` of a post."""
        updated = self.sound(found.post.updated)
        told = self.sound(found.as_of) or self.export or self.visit or self.newest_in(found.slices[0].source)
        told = told or updated or self.sound(found.post.published) or timestamp(self.now)
        return max(told, updated)

    def sound(self, time: str | None) -> str:
        """Return a time of a platform in UTC; "" for one that cannot be."""
        when = instant(time)
        return when if when and not doubtful(when, self.now) else ""

    def newest_in(self, path: str) -> str:
        """Return the newest time in what a file belongs to, where nothing else tells a date; "" if it is not known."""
        return self.newest.get(path) or self.newest.get("", "")


class Dated(NamedTuple):
    """A post that was found, when it was given out, in which capture, and whose word it is."""

    found: Found
    as_of: str
    capture: int
    source: str
    seen: str


@dataclass
class News:
    """What is to be stated of a batch of posts."""

    fresh: list[Dated] = field(default_factory=list)
    again: list[tuple[int, str]] = field(default_factory=list)  #: versions that stood once more, after a fresh one
    sights: dict[tuple[int, str], list[int]] = field(default_factory=dict)  #: versions by capture and ``as_of``
    several: dict[str, None] = field(default_factory=dict)  #: ids of posts that have several versions now


def compare(
    index: Index,
    posts: Sequence[Dated],
    digests: Callable[[Sequence[str]], Sequence[str | None]],
    report: IngestReport,
    unstated: dict[str, list[Known]] | None = None,
) -> News:
    """Return what is news among *posts*, and count it in *report*.

    *digests* gives the SHA-256 of files of the export. *unstated*: versions that are known and in no index.
    """
    news, ids = News(), {each.found.post.id for each in posts}
    held = index.sights.known(ids)
    for id_ in ids & (unstated or {}).keys():
        held.setdefault(id_, []).extend((unstated or {})[id_])
    news.several = dict.fromkeys(id_ for id_, known in held.items() if len(known) > 1)
    comparison = _Comparison(index, digests, index.sights.last(k.number for known in held.values() for k in known))
    gone = index.posts.gone_since(ids)
    for each in posts:
        post, known = each.found.post, held.setdefault(each.found.post.id, [])
        this = comparison.placed(each, known)
        if not known:
            report.new += 1
            news.fresh.append(each)
            known.append(this)
            if unstated is not None:
                unstated.setdefault(post.id, []).append(this)
            continue
        match = comparison.match(known, this, each.found.media)
        since = gone.get(post.id) if each.found.deleted is None else None
        back = since is not None and this.as_of > max(since, *(one.as_of for one in known))
        if match and not back:
            report.already += 1
            if each.found.deleted is None and comparison.is_sight(match, this):
                news.sights.setdefault((each.capture, this.as_of), []).append(match.number)
            continue
        if any((k.as_of, k.capture, k.version) == (this.as_of, each.capture, this.version) for k in known):
            report.problem("duplicate", each.found.slices[0].source, each.found.slices[0].offset)
        report.back += back
        news.fresh.append(each._replace(as_of=this.as_of))
        news.several[post.id] = None
        stood = comparison.stood_after(known, this)
        if stood is not None:
            news.again.append((stood.number, stood.as_of))
        known += [this, *([stood._replace(number=-1)] if stood else [])]
        if unstated is not None:
            unstated.setdefault(post.id, []).append(this)
    return news


@dataclass
class _Comparison:
    index: Index
    digests: Callable[[Sequence[str]], Sequence[str | None]]
    last: Mapping[int, str]  #: when versions were last sighted

    def placed(self, each: Dated, known: Sequence[Known]) -> Known:
        """Return the version with its place in time.

        One of which a later change is known, by the platform's word, stood before it, whoever gave it out since. A
        whole text takes the place of the one that was cut.
        """
        found, post = each.found, each.found.post
        lacks, names, words = lacking(post, found.media), tuple(attached(post)), post.words
        compared = Compared(instant(post.updated), words, words, post.cut, lacks, names, closed_within(post), ())
        this = Known(
            -1, each.as_of, each.seen, each.capture, post.version, post.audience, each.source, compared, post.text
        )
        if not known:
            return this
        own = [one for one in known if one.source == this.source and _is_one_number(one, this)]
        if compared.updated and any(one.compared.updated > compared.updated for one in own):
            this = this._replace(as_of=min(this.as_of, compared.updated))
        if not post.cut:
            short = [one for one in _around(own, this) if one.compared.cut and continues(post.text, self._text(one))]
            seen = [time for one in short for time in (one.as_of, self.last.get(one.number, ""))]
            this = this._replace(as_of=max([this.as_of, *seen]))
        return this

    def match(self, known: Sequence[Known], this: Known, media: Sequence[str]) -> Known | None:
        """Return the known version that says the same as *this*, for its time; None if it is news."""
        own = [one for one in known if _is_one_number(one, this)]
        # versions that tell nothing but our own time (older archives have them) stand nowhere: they are compared too
        around = [*_around(own, this), *(one for one in own if not tells_its_time(one))]
        return next((one for one in around if self._alike(one, this, media)), None)

    def is_sight(self, match: Known, this: Known) -> bool:
        """Tell whether *this* shows that *match* still stood, later than was known."""
        own = match.number >= 0 and match.source == this.source
        return own and max(match.as_of, self.last.get(match.number, "")) < this.as_of

    def stood_after(self, known: Sequence[Known], this: Known) -> Known | None:
        """Return the version before *this* if it was seen again after it, as it was seen then."""
        own = [one for one in known if one.source == this.source and _is_one_number(one, this)]
        before = max((one for one in own if one.as_of <= this.as_of), key=lambda one: one.as_of, default=None)
        seen = self.last.get(before.number, "") if before else ""
        if before is None or seen <= this.as_of:
            return None
        stated = any(one.as_of == seen and one.compared.words == before.compared.words for one in own)
        return None if stated else before._replace(as_of=seen)

    def _alike(self, one: Known, this: Known, media: Sequence[str]) -> bool:
        if one.audience != this.audience or not self._same_words(one, this):
            return False
        if one.source == this.source and closes(one.compared.within, this.compared.within):
            return False
        was = one.compared
        if was.lacking or this.compared.lacking or not (was.pictures or media):
            return True  # of what is not here nobody can tell whether it was replaced
        names = sorted(path.rsplit("/", 1)[-1] for _, path in was.pictures)
        if names == sorted(path.rsplit("/", 1)[-1] for path in media) and was.updated == this.compared.updated:
            return True  # a second export, not read again
        return sorted(digest for digest, _ in was.pictures) == sorted(filter(None, self.digests(media)))

    def _same_words(self, one: Known, this: Known) -> bool:
        if one.compared.words == this.compared.words:
            return True
        whole = self._text(one) if this.compared.cut else ""
        return continues(whole, this.text) or (bool(whole) and one.compared.cut and continues(this.text, whole))

    def _text(self, one: Known) -> str:
        version = self.index.posts.version(one.number) if one.number >= 0 else None
        return version.text if version else one.text


def _is_one_number(one: Known, this: Known) -> bool:
    """Return whether these may be one version: where the platform numbers both, only those of one number are."""
    return one.version == this.version or not (one.version and this.version)


def _around(known: Sequence[Known], this: Known) -> list[Known]:
    """Return what is known for the time of *this*, then what is known for the next one after it."""
    if not known:
        return []
    before = max((one.as_of for one in known if one.as_of <= this.as_of), default="")
    after = min((one.as_of for one in known if one.as_of > this.as_of), default="")
    return [one for at in (before, after) for one in known if at and one.as_of == at]
