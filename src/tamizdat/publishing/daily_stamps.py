"""The stamps of a day: what lacks one gets it, at the same hour of every day, whether or not anything does.

A token tells the second in which it was made, and whoever carries the request sees it. So nothing is asked for when an
edition is published: it waits for the hour. On a day on which nothing waits, digests of nothing are stamped and thrown
away, so that the line looks the same.

::

    each checkpoint without    two authorities (RFC 3161), in the order of the settings   stamps/<host>.tsr
    enough stamps              two calendars, one proof                                   stamps/opentimestamps.ots
    each proof that waits      what its calendars know by now                             in its place
    each certificate           lists of revoked ones, answers about it                    certificates/

What fails is told by the name of who failed, and asked for again on the next day; nothing that was there is lost.
"""

import contextlib
import os
import re
import threading
from base64 import b64encode
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import field
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Final
from urllib.parse import quote, urlsplit

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from cryptography.x509.oid import AuthorityInformationAccessOID

from tamizdat.archive.checkpoints import Checkpoints
from tamizdat.dataclass import dataclass
from tamizdat.disk.lock import locked
from tamizdat.encoding import sha256
from tamizdat.errors import BadProof, CheckFailed, DamagedInput, PlaceError, TamizdatError, UsageError
from tamizdat.home.home import SITE, Home
from tamizdat.ledger.note import split_note
from tamizdat.network.addresses import is_inside
from tamizdat.network.questions import answer_to
from tamizdat.posts.fetch import fetch
from tamizdat.publishing.build.site_folder import renew_beside
from tamizdat.publishing.stamp_days import ITSELF, SETTING, note_day
from tamizdat.timestamps import calendar
from tamizdat.timestamps.authority import Answered, stamp
from tamizdat.timestamps.chain import UNREADABLE, chain_of
from tamizdat.timestamps.defaults import AUTHORITIES, CALENDARS, HOUR
from tamizdat.timestamps.roots import system_roots
from tamizdat.timestamps.server_request import checked

CALENDAR: Final = "ots:"  #: what stands before the address of a calendar
PROOF: Final = "opentimestamps.ots"
ENOUGH: Final = 2  #: authorities for a checkpoint, and calendars for a proof
AT_ONCE: Final = 4  #: checkpoints in one run
LARGEST: Final = 100_000  #: bytes of a list of revoked certificates


@dataclass(frozen=True)
class Agreed:
    """Who is asked for stamps, and since when the desk agreed to it; "" if it never did."""

    since: str = ""
    authorities: tuple[str, ...] = AUTHORITIES
    calendars: tuple[str, ...] = CALENDARS

    @classmethod
    def of(cls, home: Home) -> "Agreed":
        """Return what a desk's settings say."""
        said = home.settings.get(SETTING, {})
        named = said.get("at", [])
        if not named:
            return cls(said.get("since", ""))
        calendars = tuple(each.removeprefix(CALENDAR) for each in named if each.startswith(CALENDAR))
        return cls(said.get("since", ""), tuple(each for each in named if not each.startswith(CALENDAR)), calendars)


def agree(home: Home, today: date) -> None:
    """Remember that this desk may ask for stamps."""
    with home.changing():
        home.settings.setdefault(SETTING, {})["since"] = today.isoformat()


def disagree(home: Home) -> None:
    """Remember that this desk asks nobody for stamps any more; those that it has stay."""
    with home.changing():
        home.settings.get(SETTING, {}).pop("since", None)


def name_others(home: Home, addresses: Sequence[str]) -> None:
    """Remember whom to ask, in this order; none for the defaults. Raises UsageError for what is no address."""
    for each in addresses:
        checked(each.removeprefix(CALENDAR))
    with home.changing():
        home.settings.setdefault(SETTING, {})["at"] = list(addresses)


@dataclass
class StampReport:
    """What a run did. *failed* says why, by the name of who failed."""

    stamped: list[tuple[int, str]] = field(default_factory=list)  #: size of the ledger, name of the file
    upgraded: list[int] = field(default_factory=list)
    failed: dict[str, str] = field(default_factory=dict)
    lacking: int = 0  #: checkpoints that lack a stamp still
    pending: int = 0  #: proofs that wait for a block
    quiet: bool = False  #: nothing waited, so digests of nothing were stamped


def stamp_due(
    home: Home,
    archive: Path,
    site: Path,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
    seconds: float = 30.0,
    advance: Callable[[int], None] = lambda size: None,
) -> StampReport:
    """Ask for what is due, and put it into the archive and the *site* that stands, if there is one.

    *seconds* are the longest that a server may be silent. *advance* is told 0 while one is asked: what it raises ends
    the run, and the stamps that came by then are kept. Raises :class:`UsageError` if the desk never agreed.
    """
    agreed = Agreed.of(home)
    if not agreed.since:
        raise UsageError(
            "Expected this desk's consent to asking others for stamps, found none. Read what they learn "
            "(docs/stamps.md), then run 'tamizdat check --stamp --agree' once."
        )
    with home.alone("stamping"):
        run = _Run(Checkpoints(archive), agreed, now, seconds, advance)
        try:
            run.all()
        finally:
            with locked(archive / "publishing.lock"):  # an edition may be put in place at this moment
                renew_beside(site, archive)
    note_day(home, now().date(), run.report.failed)
    return run.report


def stamp_daily(
    home: Home,
    archive: Path,
    ended: threading.Event,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> None:
    """Ask for what is due at the hour, every day until *ended*, if the desk agreed; for a process that runs for long.

    What fails is told (:mod:`.stamp_days`), and asked for again the next day.
    """
    while not ended.wait(until_hour(now())):
        try:
            home.refresh()
            if Agreed.of(home).since:
                stamp_due(home, archive, home.folder / SITE)
        except TamizdatError as error:
            with contextlib.suppress(TamizdatError):  # a full disk: that is told elsewhere
                note_day(home, now().date(), {ITSELF: str(error)})
        ended.wait(1)  # the hour itself is over


def until_hour(now: datetime) -> float:
    """Return the seconds from *now* to the next time that the hour of stamps begins."""
    today = now.astimezone(UTC).replace(hour=HOUR, minute=0, second=0, microsecond=0)
    return ((today if today > now else today + timedelta(days=1)) - now).total_seconds()


@dataclass
class _Run:
    kept: Checkpoints
    agreed: Agreed
    now: Callable[[], datetime]
    seconds: float
    advance: Callable[[int], None]
    report: StampReport = field(default_factory=StampReport)

    def all(self) -> None:
        due = [size for size in reversed(self.kept.sizes()) if self._lacks(size)]
        for size in due[:AT_ONCE]:
            self._stamp(size)
        self.report.quiet = not due
        if not due:
            digest = os.urandom(32)
            list(self._authorities(digest, set()))
            self._calendars(digest)
        self._upgrade()
        Certificates(self.kept, self.agreed.authorities, self.advance).renew()
        self.report.lacking = sum(map(self._lacks, self.kept.sizes()))

    def _lacks(self, size: int) -> bool:
        names = self.kept.stamps(size)
        tokens = sum(name.endswith(".tsr") for name in names)
        return tokens < min(ENOUGH, len(self.agreed.authorities)) or (
            bool(self.agreed.calendars) and PROOF not in names
        )

    def _stamp(self, size: int) -> None:
        text, _ = split_note(self.kept.note(size))
        digest, there = sha256(text), set(self.kept.stamps(size))
        for name, answered in self._authorities(digest, there):
            for each in answered.certificates:
                self.kept.add_certificate(each, "der")
            self._keep_root(answered)
            self._keep(size, name, answered.answer)
        if PROOF not in there:
            proof = self._calendars(digest)
            if proof is not None:
                self._keep(size, PROOF, proof)

    def _keep_root(self, answered: Answered) -> None:
        """Keep the root of its chain too, if this computer knows it: a reader's browser has no list of roots."""
        signer, *others = map(x509.load_der_x509_certificate, answered.certificates)
        with contextlib.suppress(CheckFailed):
            chain = chain_of(signer, others, system_roots(), answered.token.stamped.time)
            self.kept.add_certificate(chain[-1].public_bytes(Encoding.DER), "der")

    def _keep(self, size: int, name: str, data: bytes) -> None:
        self.kept.write(size, f"stamps/{name}", data)
        self.report.stamped.append((size, name))

    def _authorities(self, digest: bytes, there: set[str]) -> Iterator[tuple[str, Answered]]:
        """Yield the answers of as many authorities as a checkpoint lacks that has the stamps *there*."""
        count = sum(name.endswith(".tsr") for name in there)
        for url in self.agreed.authorities:
            name = file_name(url)
            if count >= ENOUGH:
                return
            if name in there or url in self.report.failed:
                continue
            try:
                answered = answer_to(partial(stamp, url, digest, self.now(), self.seconds), self.advance)
            except (PlaceError, BadProof) as error:
                self.report.failed[url] = str(error)
                continue
            count += 1
            yield name, answered

    def _calendars(self, digest: bytes) -> bytes | None:
        urls = [each for each in self.agreed.calendars if each not in self.report.failed]
        proof, failed = answer_to(partial(calendar.submit, urls, digest, ENOUGH, self.seconds), self.advance)
        self.report.failed.update(failed)
        return proof

    def _upgrade(self) -> None:
        for size in self.kept.sizes():
            data = self.kept.stamps(size).get(PROOF)
            try:
                if data is None or not calendar.is_pending(data):
                    continue
                mended, failed = answer_to(partial(calendar.upgrade, data, self.seconds), self.advance)
            except BadProof as error:
                self.report.failed[f"{size}/{PROOF}"] = str(error)
                continue
            self.report.failed.update(failed)
            if mended != data:
                self.kept.write(size, f"stamps/{PROOF}", mended)
            if calendar.is_pending(mended):
                self.report.pending += 1
            else:
                self.report.upgraded.append(size)


def file_name(url: str) -> str:
    """Return what the stamp of an authority is called: its host, port and path."""
    parts = urlsplit(url)
    named = re.sub(r"[^a-z0-9.]+", "-", f"{parts.netloc}{parts.path}".lower()).strip("-.")
    return f"{named[:50].strip('-.')}.tsr"


@dataclass
class Certificates:
    """The certificates of authorities, and the newest that was said of each."""

    kept: Checkpoints
    authorities: Sequence[str]
    advance: Callable[[int], None] = lambda size: None
    certificates: list[x509.Certificate] = field(default_factory=list)

    def renew(self) -> None:
        """Fetch the list and the answer that each certificate names; what fails is left as it was."""
        files = self.kept.certificates()
        self.certificates = [
            x509.load_der_x509_certificate(data) for name, data in files.items() if name.endswith(".der")
        ]
        for url in dict.fromkeys(url for each in self.certificates for url in _lists_of(each)):
            with contextlib.suppress(TamizdatError, InvalidSignature, *UNREADABLE):
                self._renew_list(url, files)
        for each in self.certificates:
            with contextlib.suppress(TamizdatError, InvalidSignature, *UNREADABLE):
                self._renew_answer(each, files)

    def _fetch(self, url: str) -> bytes:
        """Fetch what a certificate names: never from inside this network, unless an authority is there too."""
        host = checked(url).hostname or ""
        if is_inside(host) and not any(is_inside(urlsplit(each).hostname or "") for each in self.authorities):
            raise DamagedInput("Expected an address that a stranger may name, found one inside this network.")
        answer = answer_to(partial(fetch, url, {"Accept": "*/*"}, deadline=60.0), self.advance)
        if answer.status != 200 or len(answer.body) > LARGEST:
            raise DamagedInput(f"Expected the status 200 and at most {LARGEST:,} bytes, found {answer.status}.")
        return answer.body

    def _renew_list(self, url: str, files: Mapping[str, bytes]) -> None:
        data = self._fetch(url)
        new = x509.load_pem_x509_crl(data) if data.startswith(b"-----") else x509.load_der_x509_crl(data)
        if not any(_signed(new, each) for each in self.certificates):
            return
        for name, old in files.items():
            if name.endswith(".crl"):
                known = x509.load_der_x509_crl(old)
                if known.issuer == new.issuer and known.last_update_utc >= new.last_update_utc:
                    return
                if known.issuer == new.issuer:
                    self.kept.remove_certificate(name)
        self.kept.add_certificate(new.public_bytes(Encoding.DER), "crl")

    def _renew_answer(self, certificate: x509.Certificate, files: Mapping[str, bytes]) -> None:
        url = _answering(certificate)
        issuer = next((each for each in self.certificates if each.subject == certificate.issuer), None)
        if url is None or issuer is None or issuer == certificate:
            return
        asked = ocsp.OCSPRequestBuilder().add_certificate(certificate, issuer, hashes.SHA1()).build()  # noqa: S303
        encoded = quote(b64encode(asked.public_bytes(Encoding.DER)).decode(), safe="")
        data = self._fetch(f"{url.rstrip('/')}/{encoded}")
        new = ocsp.load_der_ocsp_response(data)
        if new.response_status is not ocsp.OCSPResponseStatus.SUCCESSFUL:
            return
        serials = {each.serial_number for each in new.responses}
        for name, old in files.items():
            if name.endswith(".ocsp"):
                known = ocsp.load_der_ocsp_response(old)
                if {each.serial_number for each in known.responses} == serials:
                    self.kept.remove_certificate(name)
        self.kept.add_certificate(data, "ocsp")


def _signed(revoked: x509.CertificateRevocationList, issuer: x509.Certificate) -> bool:
    key = issuer.public_key()
    if not isinstance(key, rsa.RSAPublicKey | ec.EllipticCurvePublicKey):
        return False
    return revoked.issuer == issuer.subject and revoked.is_signature_valid(key)


def _lists_of(certificate: x509.Certificate) -> list[str]:
    """Return the addresses where lists of revoked certificates lie that a certificate names."""
    try:
        points = certificate.extensions.get_extension_for_class(x509.CRLDistributionPoints).value
    except (x509.ExtensionNotFound, *UNREADABLE):  # extensions that cannot be read
        return []
    names = [name.value for point in points for name in point.full_name or ()]
    return [str(each) for each in names if str(each).startswith(("http://", "https://"))]


def _answering(certificate: x509.Certificate) -> str | None:
    """Return the address of who answers about a certificate, if it names one."""
    try:
        described = certificate.extensions.get_extension_for_class(x509.AuthorityInformationAccess).value
    except (x509.ExtensionNotFound, *UNREADABLE):
        return None
    found = [str(each.access_location.value) for each in described
             if each.access_method == AuthorityInformationAccessOID.OCSP]  # fmt: skip
    return next((each for each in found if each.startswith(("http://", "https://"))), None)
