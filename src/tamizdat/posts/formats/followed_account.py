"""What visits to an account of a server with Mastodon's API brought: pages, edits, and answers for missing posts.

::

    statuses/newest/112.109.json      the newest page, with the numbers 112 to 109
    statuses/109/108.101.json         the page below 109
    history/111.json                  the edits of 111
    missing/110.json                  what the server answered when it was asked for 110, which is on no page any more
    statuses/asked.json               one status, asked for by itself, in brackets (:mod:`tamizdat.posts.recheck`)

The posts are those of :mod:`.statuses`, under its name. Of an edited post each version is given out that the server
tells. A page holds what one account gave out: statuses of another host than *site* are passed over, whatever they say.
"""

from collections.abc import Iterator, Sequence
from typing import Final
from urllib.parse import urlsplit

from tamizdat.dataclass import dataclass
from tamizdat.posts.elements import Element, JsonValue, NotJson, Window, elements
from tamizdat.posts.export import BadExport, Export
from tamizdat.posts.formats import members, statuses
from tamizdat.posts.formats.fediverse import number_in
from tamizdat.posts.formats.format import BadPost, Context, Found, Open, Plan, Removal, Slice, one_post
from tamizdat.posts.post import Post
from tamizdat.posts.report import IngestReport

ASKED: Final = "statuses/asked.json"
MAX_EDITS: Final = 1_000  #: of one post


@dataclass(frozen=True)
class FollowedAccount:
    """The format of what came from *site*."""

    site: str
    NAME: str = statuses.NAME

    def recognises(self, export: Export) -> bool:
        """Tell whether there is a page."""
        return any(name.startswith("statuses/") for name in export.names())

    def plan(self, export: Export, report: IngestReport) -> Plan:
        """Return everything that came, and where letters stand in it."""
        return statuses.plan_of(self.NAME, export, list(export.names()))

    def read(self, plan: Plan, open_file: Open, report: IngestReport) -> Iterator[Found | Removal]:
        """Yield every post of the pages, each edited one in all versions."""
        for path in plan.sources:
            if path.startswith("statuses/"):
                yield from self._page(path, plan, open_file, report)

    def post(self, raw: Sequence[bytes], context: Context) -> Post:
        """Return the post of a status, or of one and an edit."""
        return statuses.post(raw, context)

    def _page(self, path: str, plan: Plan, open_file: Open, report: IngestReport) -> Iterator[Found]:
        letters = {offset for offset, _ in plan.withheld.get(path, ())}
        for each in _elements(path, open_file, report):
            if each.offset in letters:
                report.left[statuses.LETTERS] += 1
                continue
            where = Slice(path, each.offset, each.length)
            try:
                with one_post():
                    post = statuses.read_status(each.value)
            except BadPost as error:
                report.problem(error.kind, path, each.offset, str(error))
                continue
            if not _is_on(self.site, post.id):
                report.left["posts of other servers"] += 1
                continue
            history = f"history/{number_in(each.value)}.json"
            if history in plan.sources and post.kind != "Announce":
                yield from _versions(where, each.value, history, open_file, report)
            yield Found((where,), post)


def _versions(where: Slice, status: JsonValue, history: str, open_file: Open, report: IngestReport) -> Iterator[Found]:
    """Yield the versions that a post had before the one that its status holds."""
    for count, edit in enumerate(_elements(history, open_file, report)):
        if members.text(edit.value, "created_at") == members.text(status, "edited_at") or count >= MAX_EDITS:
            return
        try:
            with one_post():
                version = statuses.read_edit(status, edit.value)
        except BadPost as error:
            report.problem(error.kind, history, edit.offset, str(error))
            continue
        stood = version.updated or version.published  # it was not given out later than it was replaced
        yield Found((where, Slice(history, edit.offset, edit.length)), version, as_of=stood)


def _elements(path: str, open_file: Open, report: IngestReport) -> Iterator[Element]:
    try:
        with open_file(path) as file:
            for each in elements(Window(file), statuses.START):
                if isinstance(each, Element):
                    yield each
                else:
                    report.problem(each.kind, path, each.offset, each.detail)
    except (BadExport, NotJson) as error:
        report.problem("damaged", path, detail=str(error))


def _is_on(site: str, address: str) -> bool:
    try:
        return urlsplit(address).netloc.lower() == urlsplit(site).netloc
    except ValueError:
        return False
