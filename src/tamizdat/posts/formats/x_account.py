"""Whose archive of X it is, when it was made, for whom it was written, and by which clock its author lived.

::

    data/manifest.js          {"userInfo": {"accountId": "12", …}, "archiveInfo": {"generationDate": …}, "dataTypes": …}
    data/account.js           [{"account": {"accountId": "12", "username": "lin", …}}]     (before 2018: user_details)
    data/js/tweet_index.js    [{"file_name": "data/js/tweets/2016_05.js", "tweet_count": 31, …}]      (before 2018)
    data/js/payload_details.js  {"tweets": 5596, "created_at": "2014-06-03 07:01:27 +0000"}
    data/account-timezone.js  [{"accountTimezone": {"accountId": "12", "timeZone": "Tokyo"}}]
    data/protected-history.js [{"protectedHistory": {"protectedAt": "2026-01-02T08:00:00.000Z", "action": "Protect"}}]

Times stay instants, as X gives them; the zone stands in the context (``zone``, by its IANA name) for those who show
them. Where no file says whose archive it is, nothing is assumed. What its pictures are addressed by is told:
``https://twitter.com/lin/status/57/photo/1``, in tweet 57, is a picture of @lin.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import field
from datetime import datetime
from typing import Final

from tamizdat.dataclass import dataclass
from tamizdat.encoding import Json
from tamizdat.posts.elements import JsonValue, NotJson, decode
from tamizdat.posts.export import BadExport, Export
from tamizdat.posts.formats import members
from tamizdat.posts.formats.format import Context, Plan, shown
from tamizdat.posts.formats.x_zones import zone
from tamizdat.posts.report import IngestReport
from tamizdat.posts.times import moment, read_time

MANIFEST: Final = re.compile(r"__THAR_CONFIG|manifest")
PROTECTED: Final = "protected_history"
TIMEZONE: Final = "account_timezone"
MONTHS: Final = "tweet_index"
MADE: Final = "payload_details"
NAMED: Final = ("account", "user_details", TIMEZONE, PROTECTED)  #: what these files assign to
ACTIONS: Final = {"protect": "followers", "protected": "followers", "unprotect": "public", "unprotected": "public"}
NOBODY_KNOWS: Final[list[Json]] = [["", "", "unknown"]]  #: spans of an export that should tell, and does not
LARGEST: Final = 1 << 20  #: bytes of such a file
_ADDRESS: Final = re.compile(rb"https://(?:twitter|x)\.com/(\w{1,20})/status/(\d{1,20})/(?:photo|video)/\d")
_NUMBER: Final = re.compile(rb'"id_str"\s*:\s*"(\d{1,20})"')


@dataclass
class About:
    """The files of an archive that tell of its account, and what they tell."""

    files: dict[str, str] = field(default_factory=dict)  #: what a file assigns to (``manifest``), and its path
    histories: list[str] = field(default_factory=list)
    context: Context = field(default_factory=dict)

    def add(self, path: str, name: str) -> bool:
        """Take a file that assigns to *name*; return False if it tells nothing of the account."""
        if MANIFEST.fullmatch(name):
            self.files["manifest"] = path
        elif name == PROTECTED:
            self.histories.append(path)
        elif name in (MONTHS, MADE):
            self.files[name] = path
        elif name in NAMED:
            self.files["account" if name != TIMEZONE else TIMEZONE] = path
        else:
            return False
        return True

    def read(self, plan: Plan, export: Export, report: IngestReport, holds_posts: re.Pattern[str]) -> None:
        """Read the account, the manifest's list of posts, the spans of protection, and the zone."""
        self._account(export, report)
        promised = "manifest" in self.files and self._manifest(plan, export, report, holds_posts)
        self._months(plan, export, report)
        self._zone(export, report)
        if spans := _protected_spans(export, self.histories, promised, report):
            self.context["protected"] = spans
        plan.context = self.context

    def _account(self, export: Export, report: IngestReport) -> None:
        said = _assigned(export, self.files["account"], report) if "account" in self.files else None
        said = members.at(said[0], "account") if isinstance(said, list) and said else said
        number = members.digits(said, "accountId") or members.digits(said, "id")
        handle = members.text(said, "username") or members.text(said, "screen_name")
        name = members.text(said, "accountDisplayName") or members.text(said, "full_name")
        if number or handle:
            self.context = {"account": number, "handle": handle, "name": name}

    def _manifest(self, plan: Plan, export: Export, report: IngestReport, holds_posts: re.Pattern[str]) -> bool:
        """Read when it was made, whose it is, and what should be in it; return whether a history of protection is."""
        path = self.files["manifest"]
        said = _assigned(export, path, report)
        plan.as_of = read_time(members.at(said, "archiveInfo", "generationDate"))
        who = members.at(said, "userInfo")
        if not self.context and members.digits(who, "accountId"):
            context: Context = {"account": members.digits(who, "accountId"), "handle": members.text(who, "userName")}
            self.context = {**context, "name": members.text(who, "displayName")}
        if members.at(said, "archiveInfo", "isPartialArchive") is True:
            report.left["parts of an archive that was made in several"] += 1
        root = path[: -len("data/manifest.js")] if path.endswith("data/manifest.js") else ""
        kinds = members.at(said, "dataTypes")
        for kind, entry in kinds.items() if isinstance(kinds, dict) else ():
            for file in members.each(entry, "files"):
                name, count = root + members.text(file, "fileName"), members.whole(file, "count")
                if name in plan.sources and count is not None:
                    plan.counts[name] = count
                elif name not in plan.sources and count and holds_posts.fullmatch(_snake(kind)):
                    report.problem("missing", name, detail=f"{count:,} post{'' if count == 1 else 's'}")
        return any(True for _ in members.each(kinds, "protectedHistory", "files"))

    def _months(self, plan: Plan, export: Export, report: IngestReport) -> None:
        """Read what an archive of before 2018 says of itself: when it was made, and how many tweets each month has."""
        if MADE in self.files:
            plan.as_of = plan.as_of or read_time(members.at(_assigned(export, self.files[MADE], report), "created_at"))
        path = self.files.get(MONTHS, "")
        root = path.removesuffix("data/js/tweet_index.js") if path.endswith("data/js/tweet_index.js") else ""
        for month in members.each(_assigned(export, path, report)) if path else ():
            name, count = root + members.text(month, "file_name"), members.whole(month, "tweet_count")
            if name in plan.sources and count is not None:
                plan.counts[name] = count
            elif name not in plan.sources and count:
                report.problem("missing", name, detail=f"{count:,} post{'' if count == 1 else 's'}")

    def _zone(self, export: Export, report: IngestReport) -> None:
        said = _assigned(export, self.files[TIMEZONE], report) if TIMEZONE in self.files else None
        name = members.text(said[0], "accountTimezone", "timeZone") if isinstance(said, list) and said else ""
        if found := zone(name):
            self.context["zone"] = found
            report.notes.append(
                f"The author's clock is that of {shown(name)}: posts stand under its days, and pages tell how far "
                "it is from UTC."
            )
        elif name:
            report.notes.append(f"The author's time zone is {shown(name)!a}, which is on no list we have.")


def _snake(kind: str) -> str:
    return re.sub(r"(?<=[a-z])([A-Z])", r"_\1", kind).lower()


def _assigned(export: Export, path: str, report: IngestReport) -> JsonValue:
    """Return the value a small file assigns; None, and a problem, if it cannot be read."""
    try:
        with export.open(path) as file:
            data = file.read(LARGEST)
        text = data.decode("utf-8", "surrogateescape")
        return decode(text[text.index("=") + 1 :].strip().rstrip(";").encode("utf-8", "surrogateescape"))
    except (NotJson, ValueError):
        report.problem("damaged", path)
    except BadExport as error:
        report.problem("damaged", path, detail=str(error))
    return None


def _protected_spans(export: Export, paths: Sequence[str], promised: bool, report: IngestReport) -> list[Json]:
    """Return the spans of time in which not everybody could read, each ``[from, until, audience]``."""
    if not paths:
        if promised:
            report.problem("missing", "data/protected-history.js", detail="for whom the posts were written is unknown")
        return NOBODY_KNOWS if promised else []
    changes: list[tuple[datetime, str, str]] = []  # (instant, time as written, audience from then on)
    for path in paths:
        said = _assigned(export, path, report)
        if not isinstance(said, list):
            return NOBODY_KNOWS
        for each in said:
            time = read_time(members.at(each, "protectedHistory", "protectedAt"))
            when = moment(time)
            if time is None or when is None:
                report.problem("form", path, detail="a change of protection without a time")
                return NOBODY_KNOWS
            action = members.text(each, "protectedHistory", "action").strip().lower()
            changes.append((when, time, ACTIONS.get(action, "unknown")))
    changes.sort(key=lambda change: change[0])
    # an account that is opened was closed before, and nobody says since when
    known = "unknown" if changes and changes[0][2] != "followers" else "public"
    starts = [("", known), *((time, audience) for _, time, audience in changes)]
    ends = [*(time for time, _ in starts[1:]), ""]
    return [[time, end, audience] for (time, audience), end in zip(starts, ends, strict=True) if audience != "public"]


def handle_told(export: Export, sources: Sequence[str]) -> str:
    """Return the handle by which the tweets at the beginning of *sources* address their own pictures; "" if none."""
    counted: Counter[str] = Counter()
    for path in sources[:8]:
        try:
            with export.open(path) as file:
                beginning = file.read(LARGEST)
        except BadExport:
            continue
        numbers = set(_NUMBER.findall(beginning))
        counted.update(handle.decode() for handle, number in _ADDRESS.findall(beginning) if number in numbers)
    return counted.most_common(1)[0][0] if counted else ""
