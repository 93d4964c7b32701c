"""Forgetting, as the verb and the workbench do it: what goes is looked for, and then destroyed.

What people typed about it goes first: afterwards nobody would know what it was about.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from datetime import date

from tamizdat.archive import Archive
from tamizdat.archive.forgetting.blanked_files import MANY
from tamizdat.archive.forgetting.destruction import Done, commit, commit_late, commit_left, destroy, finish
from tamizdat.archive.forgetting.plan import Plan, planned
from tamizdat.archive.forgetting.targets import ITEM, STORY
from tamizdat.archive.forgetting.traces import LEAST_PIECE
from tamizdat.archive.ingest.followed import Following
from tamizdat.archive.ingest.rechecks import Rechecks
from tamizdat.carrying.reread import REPAIRING
from tamizdat.dataclass import dataclass
from tamizdat.disk.files import refusals
from tamizdat.disk.lock import locked
from tamizdat.errors import BadArchive, BadStatement, Forgotten, UsageError
from tamizdat.evidence.device_words import DeviceWords
from tamizdat.home.home import ARCHIVE, SITE, Home
from tamizdat.home.objects import MOVING
from tamizdat.keys import SigningKey
from tamizdat.publishing.build import renewal, site_folder
from tamizdat.publishing.leaks.names import naming
from tamizdat.statements import published, read
from tamizdat.statements.composed import NAMED
from tamizdat.statements.observed import Observed
from tamizdat.statements.transcribed import CLIP
from tamizdat.statements.translated import Translated
from tamizdat.translation.origins import Origins
from tamizdat.workbench.forgotten_rows import forget_rows
from tamizdat.workbench.jobs.jobs import Job
from tamizdat.workbench.sealed_store import Sealed


@dataclass(frozen=True)
class Foreseen:
    """What would go with the thing of this number.

    *noted*: files that stay in which a device noted something of it; *memories*: of others, that have words of it.
    """

    number: int
    plan: Plan
    noted: tuple[int, ...]
    memories: tuple[str, ...]


@dataclass(frozen=True)
class Gone:
    """What went with it, and where bytes of it still are, and why. *posts*: an export elsewhere may bring it back.

    *left* are the numbers of what stays and has the same bytes, reads the name or says what a device noted.
    """

    number: int
    done: Done
    posts: bool
    left: tuple[int, ...]


def foresee(archive: Archive, number: int, job: Job) -> Foreseen:
    """Return what would go. Raises :class:`UsageError` for what is public or nothing that can be forgotten."""
    job.total = archive.size
    plan = planned(archive, [number], job.advance, naming)
    return Foreseen(number, plan, tuple(noted(archive, plan)), tuple(remembered_elsewhere(archive, plan)))


def carry_out(
    home: Home, archive: Archive, sealed: Sealed, desk: SigningKey, number: int, why: str, today: date, job: Job,
    acting: AbstractContextManager[object],
) -> Gone:  # fmt: skip
    """Destroy it. What was stated since it was foreseen is looked for again. Raises as :func:`foresee`.

    *acting* is held from looking to saying by whoever says something at this workbench.
    """
    with nobody_rests_on_it(home):
        foreseen = foresee(archive, number, job)
        plan = foreseen.plan
        left = tuple(sorted({*plan.twins, *plan.recordings, *foreseen.noted}))
        with acting:
            destroyed = state_forgotten(home, archive, sealed, desk, plan, why, today)
        job.done = job.total = 0
        done = go_on(home, archive, job.add)
        done.entries += destroyed
        return Gone(number, done, bool(plan.posts), left)


@contextmanager
def nobody_rests_on_it(home: Home) -> Iterator[None]:
    """Keep from this desk what takes something in, copies or publishes: it would bring back what goes, or rest on it.

    Raises :class:`~tamizdat.errors.InUse` if something is at it.
    """
    with ExitStack() as held:
        for work in ("forgetting", "collecting", "receiving", REPAIRING, MOVING):
            held.enter_context(home.alone(work))
        held.enter_context(locked(home.folder / ARCHIVE / "publishing.lock", work="publishing"))
        yield


def _clear_site(home: Home, archive: Archive) -> None:
    """Delete what runs that were killed left half made beside the site: its words may go now.

    Raises :class:`UsageError` if one left the site itself between two editions: then it may still show what the last
    edition does not.
    """
    site = home.folder / SITE
    edition = site / "edition" / "edition.json"
    indexes = archive.index.by_act(published.ACT)
    with refusals(site_folder.WHAT):
        told = edition.read_bytes() if edition.exists() else b""
    if renewal.is_promised(site) or (told and indexes and told != archive.disclosure(indexes[-1]).envelope):
        raise UsageError(
            "Expected a site that shows the last edition, found one that 'tamizdat publish' was cut off at: what was "
            "withdrawn may still lie there. Run 'tamizdat publish', then forget it."
        )
    site_folder.clear_away(site)


def state_forgotten(
    home: Home, archive: Archive, sealed: Sealed, desk: SigningKey, plan: Plan, why: str, today: date
) -> int:
    """State that it is forgotten, and destroy it in the ledger and in what was typed; return how many entries went.

    Its bytes are still there, and on the list of what is to be deleted. Raises :class:`UsageError` before anything was
    stated.
    """
    _clear_site(home, archive)
    numbers = plan.captures | {each.number for each in plan.targets}
    stories = {f"{NAMED}{each.number}" for each in plan.targets if each.kind == STORY}
    names = {*plan.posts, *stories, *(f"{CLIP}{each}" for each in plan.captures)}
    languages = [str(row[0]) for row in archive.index.ask("SELECT DISTINCT language FROM translated")]
    stores, day = [each.name for each in home.places("copies")], today.isoformat()
    forget_rows(home, sealed, names, numbers, languages)
    _forget_what_a_feed_lacked(archive, plan.posts)
    found = commit(archive, desk, plan, why, day)
    destroyed = destroy(archive, stores)
    while commit_late(archive, desk, found, why, day):
        destroyed += destroy(archive, stores)
    forget_rows(home, sealed, names, numbers, languages)  # somebody may have typed on; now nobody finds it any more
    _forget_what_a_feed_lacked(archive, plan.posts)  # and asked on
    return destroyed


def go_on(home: Home, archive: Archive, progress: Callable[[int], None] = lambda count: None) -> Done:
    """Destroy what was stated to be forgotten, here and in the second stores."""
    commit_left(archive, home.keyring.signing["desk"])
    return finish(archive, {each.name: each.open for each in home.places("copies")}, progress)


def _forget_what_a_feed_lacked(archive: Archive, posts: frozenset[str]) -> None:
    """Delete these posts from what is remembered of visits, and of posts asked for: that they were not there once."""
    following = Following(archive)
    lacked = [(feed, post) for feed in following.all() for post in feed.gone_once if post in posts]
    for feed, post in lacked:
        del feed.gone_once[post]
    if lacked:
        following.save()
    Rechecks(archive).forget(posts)


def followed(archive: Archive, plan: Plan) -> Sequence[str]:
    """Return the feeds that are followed and gave it: they may give it again."""
    following = Following(archive)
    return [url for url in plan.feeds if url in following and following.of(url).on]


def noted(archive: Archive, plan: Plan) -> Sequence[int]:
    """Return the files that stay in which a device noted something of footage that goes: what ProofMode, Tella say."""
    entries = {entry for each in plan.targets if each.kind == ITEM for entry in each.entries}
    going = list(filter(None, map(archive.index.item, sorted(entries))))
    words = DeviceWords(archive, going[0] if len(going) == 1 else None)
    return sorted({number for item in going for number in words.files_about(item)} - entries)


def remembered_elsewhere(archive: Archive, plan: Plan) -> Sequence[str]:
    """Return the names of memories from outside that have a sentence of it: they stay, whoever wrote them."""
    words = list[str]()
    for number in plan.entries[:MANY]:
        with suppress(BadStatement, BadArchive, Forgotten):
            said = read(archive.statement(number))
            if isinstance(said, Observed):
                words.append(archive.observed(number).post.text)
            elif isinstance(said, Translated):
                words.append(said.target)
    whole = "\n".join(words)
    return sorted(
        {
            name
            for name, pair in Origins(archive).pairs()
            if any(len(each.encode()) >= LEAST_PIECE and each in whole for each in (pair.source, pair.target))
        }
    )
