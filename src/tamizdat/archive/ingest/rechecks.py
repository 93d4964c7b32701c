"""Which posts are asked for one by one, and when: ``rechecks.json`` in the archive's folder, and whose turn it is.

::

    {"hosts": [{"host": "a.example", "lot": "5f…", "after": "9c…", "ended": "2026-11-23T09:00:00Z", "wait_until": "",
      "missing": {"https://a.example/57": {"asked": "2026-11-23T09:00:00Z", "date": "2026-…", "status": 404, …}}}]}

A host stands here once somebody said that it may be asked. Its posts are asked for in an order that is drawn by lot for
each round (*lot*), and *after* is the place in that order up to which the round has come. What was not there once waits
in *missing* until it is asked for on another day. Nothing here is evidence; who deletes the file begins anew.
"""

import hashlib
import os
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated, Final

from tamizdat.archive.archive import Archive
from tamizdat.dataclass import dataclass
from tamizdat.disk.files import refusals, write_file
from tamizdat.encoding import Json, canonical, parse_canonical
from tamizdat.errors import BadEncoding, DamagedInput
from tamizdat.ledger.shapes import ABSENT, anything, by_key, members_of, record, several, text, whole
from tamizdat.posts.manners import LONGEST
from tamizdat.posts.recheck import NOT_THERE, NotThere, Permalink
from tamizdat.posts.times import moment

FILE: Final = "rechecks.json"
INTERVAL: Final = timedelta(hours=24)  #: between two answers that a post is not there
REST: Final = timedelta(days=7)  #: between two rounds that nobody asked for by name
MOST: Final = 500  #: posts that are asked for in a run
LEAST: Final = 10  #: posts that are asked for beside those that wait, and with the last few of a round
WHAT: Final = "the list of hosts that are asked for posts one by one"


@dataclass
class CheckedHost:
    """A host that may be asked, and how far its round is."""

    host: str
    lot: str = ""
    after: str = ""  #: the last place of this round; "" before its first
    ended: str = ""  #: when the last round came to its end
    wait_until: str = ""  #: before this the host does not want to be asked
    missing: dict[str, NotThere] = field(default_factory=dict)  #: post: the first answer that it is not there
    asked: Annotated[str | None, ABSENT] = None  #: when it was last asked for anything
    gone: Annotated[int | None, ABSENT] = None  #: posts of which its answers stated that they are gone

    def is_waiting(self, now: datetime) -> bool:
        """Tell whether the host does not want to be asked yet. What no host may want, a clock has said that jumped."""
        until = moment(self.wait_until)
        return until is not None and now < until <= now + LONGEST

    def begin(self, posts: Iterable[str]) -> None:
        """Draw lots for a round of these posts, unless one is under way."""
        if not self.lot or not self.left(posts):
            self.lot, self.after = os.urandom(8).hex(), ""

    def left(self, posts: Iterable[str]) -> int:
        """Return how many of these posts this round has not come to."""
        return sum(self.place(each) > self.after for each in posts)

    def end(self, now: str) -> None:
        """End the round."""
        self.lot, self.after, self.ended = "", "", now

    def place(self, post: str) -> str:
        """Return where a post stands in the order of this round."""
        return hashlib.sha256(f"{self.lot} {post}".encode("utf-8", "surrogatepass")).hexdigest()


@dataclass(frozen=True)
class Turn:
    """Whose turn it is in a run."""

    waiting: list[Permalink]  #: that were not there a day or more ago
    others: list[Permalink]  #: those that are next in the round
    beside: list[Permalink]  #: that were asked for in this round, and bear out what the host says of few others
    rests: bool  #: whether the others are asked for only because some wait


def to_ask(host: CheckedHost, permalinks: Sequence[Permalink], by_name: bool, now: datetime) -> int:
    """Return how many posts of a host a run would ask for now."""
    if host.is_waiting(now):
        return 0
    turn = turn_of(host, {each.post: each for each in permalinks}, by_name, now)
    return len(turn.waiting) + len(turn.others) + len(turn.beside)


def turn_of(host: CheckedHost, known: dict[str, Permalink], by_name: bool, now: datetime) -> Turn:
    """Return whose turn it is. A host that is not asked *by_name* rests between rounds, but for those that wait."""
    others = sorted(
        (each for each in known.values() if each.post not in host.missing), key=lambda e: host.place(e.post)
    )
    waiting = [known[post] for post in host.missing if post in known and _is_due(host.missing[post], now)][: MOST // 3]
    ended = moment(host.ended)
    rests = not by_name and ended is not None and timedelta(0) <= now - ended < REST
    least = max(len(waiting), LEAST)
    done = bisect_right(others, host.after, key=lambda each: host.place(each.post))
    following = others[done:][: MOST - len(waiting) if not rests else least if waiting else 0]
    beside = others[:done][: max(0, least - len(following))] if waiting or following else []
    return Turn(waiting, following, beside, rests)


def _is_due(first: NotThere, now: datetime) -> bool:
    asked = moment(first.asked)
    return asked is None or now - asked >= INTERVAL or now < asked


class Rechecks:
    """The list; it is read when this is made, and written by :meth:`save`."""

    def __init__(self, archive: Archive) -> None:
        self._path = archive.folder / FILE
        self._hosts = {each.host: each for each in _load(self._path)}

    def all(self) -> list[CheckedHost]:
        """Return the hosts that may be asked, by name."""
        return sorted(self._hosts.values(), key=lambda each: each.host)

    def of(self, host: str) -> CheckedHost:
        """Return what is known of a host; it may be asked from now on."""
        return self._hosts.setdefault(host, CheckedHost(host))

    def __contains__(self, host: str) -> bool:
        """Tell whether somebody said that this host may be asked."""
        return host in self._hosts

    def remove(self, host: str) -> None:
        """Let a host be asked no more."""
        del self._hosts[host]

    def forget(self, posts: frozenset[str]) -> None:
        """Delete what is remembered of these posts, and write the list if that was anything."""
        found = [(host, post) for host in self._hosts.values() for post in host.missing if post in posts]
        for host, post in found:
            del host.missing[post]
        if found:
            self.save()

    def save(self) -> None:
        """Write the list."""
        hosts: list[Json] = [members_of(each) for each in self.all()]
        write_file(self._path, canonical({"hosts": hosts}), WHAT)


_HOSTS: Final = several(
    record(
        CheckedHost,
        host=text,
        lot=text,
        after=text,
        ended=text,
        wait_until=text,
        missing=by_key(text, NOT_THERE),
        asked=text,
        gone=whole,
    )
)


def _load(path: Path) -> tuple[CheckedHost, ...]:
    with refusals(WHAT):
        if not path.exists():
            return ()
        data = path.read_bytes()
    try:
        return _HOSTS(anything(parse_canonical(data, WHAT)).get("hosts"))
    except BadEncoding as error:
        raise DamagedInput(
            f"Expected {WHAT}, found a file {path.name} that is none ({error}). Move it away: the hosts are to be "
            "named again, and what was not there once is asked for twice again."
        ) from error
