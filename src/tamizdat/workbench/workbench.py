"""What every screen works with: the desk's folder, its archive, its accounts, and what lies sealed beside them."""

import threading
from collections.abc import Callable
from dataclasses import field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Final

from tamizdat.archive import Archive
from tamizdat.dataclass import dataclass
from tamizdat.home.home import MODELS, SITE, Home
from tamizdat.keys import SigningKey
from tamizdat.machine.suggestion import Suggester
from tamizdat.web.rate_limit import RateLimit
from tamizdat.witness.ask import Answer
from tamizdat.workbench.auth.accounts import Accounts
from tamizdat.workbench.auth.passphrases import Passphrases
from tamizdat.workbench.auth.sessions import Sessions
from tamizdat.workbench.comments import Comments
from tamizdat.workbench.count_feeds import CountFeeds
from tamizdat.workbench.drafts.covers import CoverDrafts
from tamizdat.workbench.drafts.machine_transcripts import MachineDrafts
from tamizdat.workbench.drafts.stories import StoryDrafts
from tamizdat.workbench.drafts.transcripts import TranscriptDrafts
from tamizdat.workbench.drafts.translations import Drafts
from tamizdat.workbench.given_files import GivenFiles
from tamizdat.workbench.guides import Guides
from tamizdat.workbench.jobs.jobs import Jobs
from tamizdat.workbench.jobs.recheck import AskableCounts
from tamizdat.workbench.leases import Leases
from tamizdat.workbench.looks import Looks
from tamizdat.workbench.machine_switches import MachineSwitches
from tamizdat.workbench.machine_words import MachineWords
from tamizdat.workbench.notes import Notes
from tamizdat.workbench.priorities import Priorities
from tamizdat.workbench.sealed_store import Sealed
from tamizdat.workbench.uploads import Uploads

PORT: Final = 8737
ADDRESS: Final = f"http://127.0.0.1:{PORT}"


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass
class Workbench:
    """An open workbench. *address* is where it is reached, *clock* is given in tests."""

    home: Home
    archive: Archive
    accounts: Accounts
    address: str = ADDRESS
    clock: Callable[[], datetime] = _now
    reopened: Callable[[], Home] | None = None  #: the desk with the keys that other processes have given it meanwhile
    asked: list[Answer] = field(default_factory=list)  #: what witnesses that an edition waits for answered last
    acting: threading.Lock = field(default_factory=threading.Lock)  #: held from looking to saying
    sealed: Sealed = field(init=False)
    sessions: Sessions = field(init=False)
    drafts: Drafts = field(init=False)
    transcript_drafts: TranscriptDrafts = field(init=False)
    story_drafts: StoryDrafts = field(init=False)
    cover_drafts: CoverDrafts = field(init=False)
    machine_drafts: MachineDrafts = field(init=False)
    machine_words: MachineWords = field(init=False)
    machine_switches: MachineSwitches = field(init=False)
    suggester: Suggester = field(default_factory=Suggester)
    notes: Notes = field(init=False)
    jobs: Jobs = field(init=False)
    uploads: Uploads = field(init=False)
    comments: Comments = field(init=False)
    guides: Guides = field(init=False)
    leases: Leases = field(init=False)
    looks: Looks = field(default_factory=Looks)
    askable: AskableCounts = field(default_factory=AskableCounts)
    priorities: Priorities = field(init=False)
    count_feeds: CountFeeds = field(init=False)
    by_name: RateLimit = field(default_factory=lambda: RateLimit(10, 30))  #: tries at one account's passphrase
    by_all: RateLimit = field(default_factory=lambda: RateLimit(60, 1))  #: tries of everybody who is not signed in
    by_code: RateLimit = field(default_factory=lambda: RateLimit(20, 3))  #: tries at invitation codes

    def __post_init__(self) -> None:
        self.sealed = Sealed(self.home)
        self.sessions = Sessions(self.sealed, self.accounts)
        self.drafts = Drafts(self.sealed)
        self.transcript_drafts = TranscriptDrafts(self.sealed)
        self.story_drafts = StoryDrafts(self.sealed)
        self.cover_drafts = CoverDrafts(self.sealed)
        self.machine_drafts = MachineDrafts(self.sealed)
        self.machine_words = MachineWords(self.sealed)
        self.machine_switches = MachineSwitches(self.sealed)
        self.notes = Notes(self.sealed)
        self.jobs = Jobs(self.sealed)
        self.uploads = Uploads(self.archive)
        self.comments = Comments(self.sealed)
        self.guides = Guides(self.sealed)
        self.leases = Leases()
        self.leases.resume(self.accounts.all(), self.drafts, self.now())
        self.priorities = Priorities(self.sealed)
        self.count_feeds = CountFeeds(self.sealed, self.accounts)

    @classmethod
    def open(
        cls,
        home: Home,
        archive: Archive,
        address: str = ADDRESS,
        clock: Callable[[], datetime] = _now,
        passphrases: Passphrases | None = None,
    ) -> "Workbench":
        """Open the workbench of the desk in *home*."""
        return cls(home, archive, Accounts.open(home, passphrases), address, clock)

    @property
    def name(self) -> str:
        """The desk's name."""
        return str(self.home.settings["name"])

    @property
    def key(self) -> SigningKey:
        """What the desk signs statements with."""
        return self.home.keyring.signing["desk"]

    @property
    def https(self) -> bool:
        """Whether browsers reach it over https, by a proxy in front."""
        return self.address.startswith("https:")

    @property
    def site(self) -> Path:
        """Where the edition is put out."""
        return self.home.folder / SITE

    @property
    def models(self) -> Path:
        """Where the models lie that the desk may use, each in a folder."""
        return self.home.folder / MODELS

    @property
    def given(self) -> GivenFiles:
        """What was given out."""
        return GivenFiles(self.home)

    def current_home(self) -> Home:
        """Return the desk with its keys and settings as they are now."""
        if self.reopened is not None:
            return self.reopened()
        self.home.refresh()
        return self.home

    def now(self) -> int:
        """Return the time in whole seconds; never in a statement that may be published."""
        return int(self.clock().timestamp())

    def today(self) -> date:
        """Return the day in UTC: the only time that a public statement tells."""
        return self.clock().astimezone(UTC).date()

    def name_of(self, account_id: str) -> str:
        """Return the pseudonym of an account; "" of one that may not work here any more."""
        account = self.accounts.account(account_id)
        return account.name if account and not account.disabled else ""

    def close(self) -> None:
        """Close the workbench's own file, and end the model that was asked last."""
        self.suggester.close()
        self.sealed.close()
