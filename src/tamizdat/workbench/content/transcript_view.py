"""What is said in a clip, as the person who writes it down or reviews it needs it; and which clips wait for that."""

from collections.abc import Iterator
from typing import Final

from tamizdat.archive import Archive
from tamizdat.archive.spanned import Spanned
from tamizdat.archive.views.transcripts import Newest, PostClip, Transcript
from tamizdat.dataclass import dataclass
from tamizdat.encoding import Json
from tamizdat.ledger.shapes import members_of
from tamizdat.statements.transcribed import Cue
from tamizdat.transcripts.legibility import GAP, LINES, LONGEST, SHORTEST, Hint, bounds
from tamizdat.translation.difference import Change, difference
from tamizdat.translation.standings import told_at_once
from tamizdat.translation.transcripts import is_audible, is_playable
from tamizdat.workbench.auth.accounts import Account, Accounts
from tamizdat.workbench.content.post_view import may_read, read
from tamizdat.workbench.l10n import gettext as _

USUAL: Final = "und"  #: the language of a transcript of which nobody has said it


@dataclass(frozen=True)
class ClipRow:
    """A clip in the list: its number and its item's, what it is called, the newest version of its transcript."""

    number: int
    item: int
    called: str
    newest: Newest | None


@dataclass(frozen=True)
class PastVersion:
    """A version in the history of a transcript: by whom, as far as this desk knows, and what it changed in words."""

    version: Transcript
    by: str
    changed: tuple[Change, ...]
    reviews: tuple[tuple[str, str, str], ...]  #: name, verdict, day


def clips(archive: Archive, account: Account, released: str) -> list[ClipRow]:
    """Return the clips and sounds of cards and posts that an account may hear, those without a transcript first."""
    index, spanned = archive.index, Spanned(archive)
    items = [each for each in index.files() if account.may("confidential") or each.release == released]
    audible = [each for each in items if is_audible(archive, each) and spanned.take_of(each)[0] == each]
    newest = {each.clip: each for each in index.transcripts.newest()}
    rows = [ClipRow(each.number, each.number, each.title or each.alt, newest.get(each.number)) for each in audible]
    at_once = told_at_once(archive)
    for clip in index.transcripts.in_posts():
        if is_playable(archive, clip.object) and _may_hear(archive, account, clip, at_once(clip.post, "", None)):
            rows.append(ClipRow(clip.number, clip.page, clip.alt, newest.get(clip.number)))
    return sorted(rows, key=lambda row: (row.newest is not None, row.number))


def _may_hear(archive: Archive, account: Account, clip: PostClip, told: bool | None) -> bool:
    """Return whether an account may read the post of a clip; *told* is what is known of it at once."""
    if told or (told is not None and not account.may("confidential")):
        return told
    reading = read(archive, clip.page)
    return reading is not None and may_read(account, reading)


def history(archive: Archive, accounts: Accounts, clip: int) -> list[PastVersion]:
    """Return every version of a transcript, the newest first."""
    found: list[PastVersion] = []
    before = ""
    for each in archive.index.transcripts.history(clip):
        names = {tag: one.name for tag, one in accounts.known_by(each.name, each.language).items()}
        other = _("an account of another desk")
        said = archive.index.transcripts.reviews(each.number)
        reviews = tuple((names.get(review.by, other), review.verdict, review.day) for review in said)
        changed = tuple(difference(before, each.words)) if before else ()
        found.append(PastVersion(each, names.get(each.by, other), changed, reviews))
        before = each.words
    return found[::-1]


def is_own(account: Account, transcript: Transcript | Newest) -> bool:
    """Tell whether an account has proposed this version."""
    return account.tag(transcript.name, transcript.language) == transcript.by


def as_data(cues: tuple[Cue, ...]) -> list[Json]:
    """Return cues as the page's script takes and sends them."""
    return [members_of(each) for each in cues]


def limits(language: str) -> dict[str, Json]:
    """Return what the page's script judges cues by, as :mod:`tamizdat.transcripts.legibility` does."""
    of = bounds(language)
    return {
        "fast": of.a_second, "line": of.a_line, "lines": LINES, "short": SHORTEST, "long": LONGEST, "gap": GAP,
    }  # fmt: skip


def hint_words() -> dict[str, str]:
    """Return the sentence of each hint; ``{found}`` and ``{usual}`` stand for its figures."""
    figures = {"found": "{found}", "usual": "{usual}"}
    return {
        "fast": _("%(found)s characters a second; at most %(usual)s can be read.", **figures),
        "line": _("A line of %(found)s characters; at most %(usual)s fit.", **figures),
        "lines": _("%(found)s lines; at most %(usual)s fit.", **figures),
        "short": _("Shown for %(found)s milliseconds; under %(usual)s nobody sees it.", **figures),
        "long": _("Shown for %(found)s milliseconds; over %(usual)s people read it twice.", **figures),
        "gap": _("Only %(found)s milliseconds to the next cue; it flickers. None, or %(usual)s.", **figures),
        "overlap": _("It goes on while the next cue is there, for %(found)s milliseconds.", **figures),
        "beyond": _("It ends behind the end of the clip."),
        "empty": _("No words yet."),
        "order": _("It ends before it begins."),
    }


def said_of(hints: list[Hint]) -> Iterator[tuple[int, str]]:
    """Yield the cue's number, from 1, and the sentence of each hint."""
    words = hint_words()
    for each in hints:
        yield each.cue + 1, words[each.kind].format(found=each.found, usual=each.usual)
