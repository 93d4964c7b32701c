"""Forgetting, as the verb and the workbench do it: what goes is looked for, and then destroyed.

What people typed about it goes first: afterwards nobody would know what it was about.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import date

from tamizdat.archive import Archive
from tamizdat.archive.forgetting.destruction import Done, commit, finish
from tamizdat.archive.forgetting.plan import Plan, planned
from tamizdat.archive.forgetting.targets import STORY
from tamizdat.archive.ingest.followed import Following
from tamizdat.dataclass import dataclass
from tamizdat.home.home import Home
from tamizdat.keys import SigningKey
from tamizdat.statements.composed import NAMED
from tamizdat.statements.transcribed import CLIP
from tamizdat.workbench.forgotten_rows import forget_rows
from tamizdat.workbench.jobs.jobs import Job
from tamizdat.workbench.sealed_store import Sealed


@dataclass(frozen=True)
class Foreseen:
    """What would go with the thing of this number."""

    number: int
    plan: Plan


@dataclass(frozen=True)
class Gone:
    """What went with it, and where bytes of it still are, and why."""

    number: int
    done: Done


def foresee(archive: Archive, number: int, job: Job) -> Foreseen:
    """Return what would go. Raises :class:`UsageError` for what is public or nothing that can be forgotten."""
    job.total = archive.size
    return Foreseen(number, planned(archive, [number], job.advance))


def carry_out(
    home: Home, archive: Archive, sealed: Sealed, desk: SigningKey, number: int, why: str, today: date, job: Job
) -> Gone:
    """Destroy it. What was stated since it was foreseen is looked for again. Raises as :func:`foresee`."""
    with nobody_takes_in(home):
        plan = foresee(archive, number, job).plan
        state_forgotten(home, archive, sealed, desk, plan, why, today)
        job.done = job.total = 0
        return Gone(number, go_on(home, archive, job.add))


@contextmanager
def nobody_takes_in(home: Home) -> Iterator[None]:
    """Keep what takes something in from this desk: it would bring back what goes, or rest on its bytes.

    Raises :class:`~tamizdat.errors.InUse` if something is at it.
    """
    with ExitStack() as held:
        for work in ("forgetting", "collecting", "receiving"):
            held.enter_context(home.alone(work))
        yield


def state_forgotten(
    home: Home, archive: Archive, sealed: Sealed, desk: SigningKey, plan: Plan, why: str, today: date
) -> None:
    """Delete what was typed about it, then state that it is forgotten; from here on it is to be destroyed."""
    numbers = plan.captures | {each.number for each in plan.targets}
    stories = {f"{NAMED}{each.number}" for each in plan.targets if each.kind == STORY}
    names = {*plan.posts, *stories, *(f"{CLIP}{each}" for each in plan.captures)}
    languages = [str(row[0]) for row in archive.index.ask("SELECT DISTINCT language FROM translated")]
    forget_rows(home, sealed, names, numbers, languages)
    _forget_what_a_feed_lacked(archive, plan.posts)
    commit(archive, desk, plan, why, today.isoformat())


def go_on(home: Home, archive: Archive, progress: Callable[[int], None] = lambda count: None) -> Done:
    """Destroy what was stated to be forgotten, here and in the second stores."""
    return finish(archive, {each.name: each.open for each in home.places("copies")}, progress)


def _forget_what_a_feed_lacked(archive: Archive, posts: frozenset[str]) -> None:
    """Delete these posts from what is remembered of visits to feeds: pages that were not there once."""
    following = Following(archive)
    lacked = [(feed, post) for feed in following.all() for post in feed.gone_once if post in posts]
    for feed, post in lacked:
        del feed.gone_once[post]
    if lacked:
        following.save()


def followed(archive: Archive, plan: Plan) -> Sequence[str]:
    """Return the feeds that are followed and gave it: they may give it again."""
    following = Following(archive)
    return [url for url in plan.feeds if url in following and following.of(url).on]
