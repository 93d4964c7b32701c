"""Asking a real authority (``openssl ts``) and a calendar, both on loopback."""

import re
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from support.stamping import StampServers
from tamizdat.encoding import sha256
from tamizdat.errors import BadProof, PlaceRefused, PlaceUnreachable, TamizdatError
from tamizdat.timestamps import calendar
from tamizdat.timestamps.authority import stamp
from tamizdat.timestamps.chain import chain_of
from tamizdat.timestamps.ots import Proof, merkle_root
from tamizdat.timestamps.token import Token

TEXT = b"desk.example/ledger\n256\nRootRootRootRootRootRootRootRootRootRootRoo=\n"


@pytest.mark.parametrize("is_rsa", [False, True])
def test_a_real_authority_stamps_and_openssl_accepts_what_is_kept(tmp_path: Path, is_rsa: bool) -> None:
    with StampServers(tmp_path) as servers:
        one = servers.authority("One", is_rsa=is_rsa)
        answered = stamp(one.url, sha256(TEXT), datetime.now(UTC))
    kept = Token.parse(answered.answer)
    assert kept.certificates == ()
    assert kept.covers(TEXT)
    assert re.fullmatch(r"\d{14}(\.\d+)?Z", kept.stamped.said)  # its own text, with its fractions if they are not zero
    certificates = [x509.load_der_x509_certificate(each) for each in answered.certificates]
    assert certificates[0] == one.local.signer
    assert chain_of(certificates[0], certificates, [one.local.root], kept.stamped.time)[-1] == one.local.root
    (tmp_path / "kept.tsr").write_bytes(answered.answer)
    (tmp_path / "text").write_bytes(TEXT)
    (tmp_path / "beside.pem").write_bytes(b"".join(each.public_bytes(Encoding.PEM) for each in certificates))
    command = ["openssl", "ts", "-verify", "-data", "text", "-in", "kept.tsr"]
    command += ["-CAfile", f"{one.local.folder}/root.pem", "-untrusted", "beside.pem"]
    assert b"Verification: OK" in subprocess.run(command, cwd=tmp_path, check=True, capture_output=True).stdout


@pytest.mark.parametrize(
    ("manner", "error", "said"),
    [
        ("away", PlaceRefused, "503"),
        ("slow", PlaceUnreachable, "did not answer in time"),
        ("other", BadProof, "Expected a stamp on"),
        ("cut", BadProof, "Expected DER"),
        ("refuses", BadProof, "status 2"),
        ("unheard-of", BadProof, "certificates, found one that cannot be read"),
    ],
)
def test_an_authority_that_does_not_do_its_work_is_told(
    tmp_path: Path, manner: str, error: type[TamizdatError], said: str
) -> None:
    with StampServers(tmp_path) as servers:
        one = servers.authority("One")
        one.manner = manner
        with pytest.raises(error, match=said):
            stamp(one.url, sha256(TEXT), datetime.now(UTC), 0.3 if manner == "slow" else 30.0)


def test_no_request_names_the_program(tmp_path: Path) -> None:
    with StampServers(tmp_path) as servers:
        authority, other = servers.authority("One"), servers.calendar("two")
        stamp(authority.url, sha256(TEXT), datetime.now(UTC))
        data, _ = calendar.submit([other.url], sha256(TEXT))
        assert data
        calendar.upgrade(data)
    assert [head.split()[0] for head in servers.heard] == ["POST", "POST", "GET"]
    assert not [head for head in servers.heard if re.search("tamizdat|python|urllib", head, re.I)]


def test_an_authority_with_another_time_is_not_believed(tmp_path: Path) -> None:
    with StampServers(tmp_path) as servers:
        one = servers.authority("One")
        with pytest.raises(BadProof, match="One of the two clocks is wrong"):
            stamp(one.url, sha256(TEXT), datetime.now(UTC) + timedelta(hours=1))


def test_two_calendars_make_one_proof_and_complete_it_later(tmp_path: Path) -> None:
    with StampServers(tmp_path) as servers:
        one, two, away = servers.calendar("one"), servers.calendar("two"), servers.calendar("away")
        away.manner = "away"
        data, failed = calendar.submit([away.url, one.url, two.url], sha256(TEXT))
        assert data is not None
        assert list(failed) == [away.url]
        proof = Proof.parse(data)
        assert proof.covers(TEXT)
        assert {end.calendar for end, _ in proof.tree.ways()} == {one.url, two.url}
        assert calendar.upgrade(data) == (data, {})  # too early
        header = one.bury(datetime.now(UTC))
        complete, failed = calendar.upgrade(data)
    assert not failed
    assert not calendar.is_pending(complete)
    ways = [(end.height, message) for end, message in Proof.parse(complete).tree.ways() if end.height]
    assert ways == [(800_000, merkle_root(header))]
    assert {end.calendar for end, _ in Proof.parse(complete).tree.ways()} == {one.url, two.url, None}


def test_a_calendar_that_answers_nonsense_is_told_and_the_others_are_asked(tmp_path: Path) -> None:
    with StampServers(tmp_path) as servers:
        odd, one = servers.calendar("odd"), servers.calendar("one")
        odd.manner = "other"
        data, failed = calendar.submit([odd.url, one.url], sha256(TEXT))
    assert data is not None
    assert "0x99" in failed[odd.url]
