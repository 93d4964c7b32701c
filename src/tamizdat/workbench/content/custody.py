"""Custody: every statement about a post or a file, in the order of the ledger, each in a sentence.

Nothing here is stored: the archive is asked each time. A statement that was forgotten is not there any more.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from tamizdat.archive import Archive
from tamizdat.encoding import sha256_hex
from tamizdat.errors import Forgotten
from tamizdat.ledger.statement import Statement, peek_envelope
from tamizdat.workbench.content.post_view import PostView
from tamizdat.workbench.l10n import gettext as _
from tamizdat.workbench.l10n import word
from tamizdat.workbench.templating import language_name

MOST: Final = 400  #: statements that are shown; the latest ones, if there are more
_CUT: Final = 20_000  #: characters of a statement's text


@dataclass(frozen=True)
class Entry:
    """A statement: its index in the ledger, what kind of act, a sentence, the day if it tells one, all it says."""

    number: int
    act: str
    sentence: str
    day: str
    commitment: str
    predicate: str


def of_post(archive: Archive, reading: PostView) -> list[Entry]:
    """Return what is stated about a post, its versions and its translations, in the order of the ledger."""
    index = archive.index
    numbers: set[int] = set()
    for version in (*reading.earlier, reading.version):
        numbers |= {version.number, version.capture}
        raw = peek_envelope(archive.disclosure(version.number).envelope).subjects[0].sha256
        numbers |= {*index.about(raw), *index.about(sha256_hex(version.text.encode()))}
    for latest in index.translations.of(reading.post):
        for each in index.translations.history(reading.post, latest.language):
            numbers |= {each.number, *(review.number for review in index.translations.reviews(each.number))}
    return list(_entries(archive, numbers))


def of_file(archive: Archive, original: str) -> list[Entry]:
    """Return what is stated about the file with this SHA-256, in the order of the ledger."""
    return list(_entries(archive, archive.index.about(original)))


def _entries(archive: Archive, numbers: Iterable[int]) -> Iterator[Entry]:
    for number in sorted(numbers)[-MOST:]:
        try:
            disclosure = archive.disclosure(number)
        except Forgotten:
            continue
        statement = peek_envelope(disclosure.envelope)
        predicate = json.dumps(statement.predicate, ensure_ascii=False, indent=2, sort_keys=True)
        leaf = archive.commitments()[number].hex()
        yield Entry(number, statement.act, _sentence(statement), _day(statement.predicate), leaf, predicate[:_CUT])


def _sentence(statement: Statement) -> str:
    said: dict[str, Any] = dict(statement.predicate)
    match statement.act:
        case "captured":
            return _("A file came in: %(path)s", path=said.get("path", ""))
        case "observed":
            return _("The platform gave out a version of this post.")
        case "edited":
            return _("Two versions say different things.")
        case "gone":
            if said.get("word") == "export":
                return _("The platform says that the post is gone: the account's export lists it as deleted.")
            return _("The platform says that the post is gone: its address answers so.")
        case "catalogued":
            told = ", ".join(sorted(each for each in said if each not in ("post", "item", "release", "person", "said")))
            released = _("release: %(release)s", release=word(str(said["release"]))) if "release" in said else ""
            parts = "; ".join(each for each in (released, told) if each)
            return _("The desk said what it is: %(parts)s.", parts=parts or _("an entry"))
        case "translated":
            return _("An account proposed a translation into %(language)s.", language=_language(said))
        case "reviewed":
            verdict = word(str(said.get("verdict", "")))
            return _(
                "Another account reviewed the translation into %(language)s: %(verdict)s.",
                language=_language(said),
                verdict=verdict,
            )
        case "derived":
            return _("What an edition shows of it.")
    return _("A statement.")


def _language(said: dict[str, Any]) -> str:
    return language_name(str(said.get("language", "")))


def _day(said: dict[str, Any]) -> str:
    found = (said.get(name) for name in ("day", "seen", "as_of", "date"))
    return next((each[:10] for each in found if isinstance(each, str)), "")
