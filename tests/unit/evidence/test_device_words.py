"""What devices said of their own files: whole proofs, proofs of other files, broken ones, and what none of it shows."""

import io
import shutil
import stat
import subprocess
import sys
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from support.device_proofs import OWNER, PLACE, Telephone, camera_signed, jpeg, needs_gpg, zipped
from support.evidence_packages import DAY
from support.published_desk import House
from tamizdat.encoding import sha256_hex
from tamizdat.errors import UsageError
from tamizdat.evidence.contents import Contents
from tamizdat.evidence.device_told import commands, sentences
from tamizdat.evidence.device_words import DeviceWords, Judged
from tamizdat.evidence.package import write
from tamizdat.evidence.selection import choose
from tamizdat.footage.content_credentials import carries
from tamizdat.footage.decode import jobs
from tamizdat.footage.decode.box import BOXES
from tamizdat.footage.decode.signatures import BAD, EXPIRED, GOOD, NO_KEY, REVOKED, UNREADABLE
from tamizdat.footage.device_proof import members
from tamizdat.footage.tells_place import told_by

pytestmark = [pytest.mark.needs_box, needs_gpg]
CLIP = b"what the telephone filmed" * 99
NAME = "གངས་ 雪.mp4"
DIGEST = sha256_hex(CLIP)


@pytest.fixture(scope="module")
def telephone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Telephone]:
    made = Telephone(tmp_path_factory.mktemp("t") / "g")
    yield made
    made.end()


@pytest.fixture(scope="module")
def stranger(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Telephone]:
    made = Telephone(tmp_path_factory.mktemp("s") / "g")
    yield made
    made.end()


@pytest.fixture(scope="module")
def proof(telephone: Telephone) -> dict[str, bytes]:
    """The files of a proof of :data:`CLIP`."""
    return telephone.proof(CLIP, NAME)


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path / "house")


def put(house: House, folder: str, files: Mapping[str, bytes]) -> dict[str, int]:
    return {name: house.capture(f"{folder}/{name}", data) for name, data in files.items()}


def judged(house: House, number: int) -> list[Judged]:
    item = house.archive.index.item(number)
    assert item is not None
    words = DeviceWords(house.archive, item)
    found = [words.judge(item, each) for each in words.about(item)]
    every = DeviceWords(house.archive)
    assert [each.kind for each in every.about(item)] == [each.found.kind for each in found], "the same as of all"
    return found


def test_a_whole_proof_is_told_with_its_key_and_a_second_one_too(
    house: House, telephone: Telephone, stranger: Telephone, proof: dict[str, bytes]
) -> None:
    number = house.capture(f"DCIM/{NAME}", CLIP)
    put(house, "ProofMode", proof)
    [word] = judged(house, number)
    assert (word.fits, word.file.verdict, word.words.verdict, word.why) == (True, GOOD, GOOD, "")
    assert word.file.key == word.words.key == telephone.fingerprint
    assert word.holds
    assert dict(word.facts)["Location.Latitude"] == PLACE
    assert dict(word.facts)["File Path"].endswith(NAME)
    assert telephone.fingerprint in " ".join(sentences(word, lambda text, **values: text % values if values else text))
    house.capture("proofs/shared.zip", zipped({NAME: CLIP, **stranger.proof(CLIP, NAME)}))
    assert {each.file.key for each in judged(house, number)} == {telephone.fingerprint, stranger.fingerprint}


def test_a_file_that_was_altered_beside_its_proof_is_said_not_to_fit(house: House, proof: dict[str, bytes]) -> None:
    number = house.capture(f"DCIM/{NAME}", b"what was made of it")
    parts = put(house, "DCIM", proof)
    other = house.capture("DCIM/2.mp4", b"what has no proof")
    [word] = judged(house, number)
    assert (word.fits, word.file.verdict, word.holds) == (False, BAD, False)
    assert not [each for each in (other, *parts.values()) if judged(house, each)], "what is beside it is not meant"


def test_what_was_altered_exchanged_or_lost_of_a_proof_does_not_hold_or_is_not_checked(
    house: House, telephone: Telephone, stranger: Telephone, proof: dict[str, bytes]
) -> None:
    words, signature = f"{DIGEST}.proof.json", f"{DIGEST}.asc"
    elsewhere = {words: proof[words].replace(PLACE.encode(), b"48.85661")}
    inline = telephone.sign_inside(b"something else that this key signed")
    for folder, altered, file, said in (
        ("place", elsewhere, GOOD, BAD),
        ("key", {"pubkey.asc": stranger.key}, NO_KEY, NO_KEY),
        ("empty", {signature: b""}, UNREADABLE, GOOD),
        ("noise", {signature: b"\x89" * 99}, UNREADABLE, GOOD),
        ("inline", {signature: inline}, UNREADABLE, GOOD),
        ("no key", {"pubkey.asc": b""}, "", ""),
    ):
        there = House(house.folder / folder)
        number = there.capture("1.mp4", CLIP)
        put(there, "p", {**proof, **altered})
        [word] = judged(there, number)
        assert (word.file.verdict, word.words.verdict) == (file, said), folder
        assert word.holds == (folder == "no key"), folder
        assert bool(word.why) == (folder == "no key"), folder
        there.archive.close()


@pytest.mark.parametrize(("clock", "verdict"), [("20200101T000000", EXPIRED), ("", REVOKED)])
def test_a_key_that_expired_or_was_revoked_is_said_to_be_so(
    house: House, tmp_path: Path, clock: str, verdict: str
) -> None:
    owner = Telephone(tmp_path / "gpg", clock)
    try:
        files = owner.proof(CLIP, NAME)
        if verdict == REVOKED:
            owner.revoke()
    finally:
        owner.end()
    number = house.capture("1.mp4", CLIP)
    put(house, "p", {**files, "pubkey.asc": owner.key})
    [word] = judged(house, number)
    assert (word.fits, word.file.verdict, word.words.verdict, word.holds) == (True, verdict, verdict, False)
    told = " ".join(sentences(word, lambda text, **values: text % values if values else text))
    assert f"signed by a key that {'has' if verdict == EXPIRED else 'was'} {verdict}" in told


def test_a_zip_that_is_damaged_or_packed_in_another_way_hides_nothing_else(
    house: House, proof: dict[str, bytes]
) -> None:
    number = house.capture("1.mp4", CLIP)
    damaged = bytearray(zipped({"a.proof.json": bytes(range(256)) * 40}))
    damaged[45:70] = b"\xff" * 25
    house.capture("a.zip", bytes(damaged))
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_LZMA) as opened:
        opened.writestr("b.proof.json", proof[f"{DIGEST}.proof.json"])
    house.capture("b.zip", packed.getvalue())
    house.capture("c.zip", zipped(proof))
    assert [each.found.item.path for each in judged(house, number)] == ["c.zip"]


@pytest.mark.skipif(shutil.which("unzip") is None, reason="unzip is not installed")
def test_the_commands_for_a_strangers_zip_write_nowhere_else_and_take_no_options_from_it(
    house: House, proof: dict[str, bytes], tmp_path: Path
) -> None:
    kept = tmp_path / "kept"
    kept.write_bytes(b"of the court")
    link = zipfile.ZipInfo("keys")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as opened:
        opened.writestr(link, str(kept))
        opened.writestr("gpg.conf", f"log-file {tmp_path}/log\nverbose\n")
        for name, data in proof.items():
            opened.writestr(f"-[x]/{name}", data)
    number, held = house.capture("1.mp4", CLIP), house.capture("1.zip", made.getvalue())
    (tmp_path / "1.mp4").write_bytes(CLIP)
    (tmp_path / "1.zip").write_bytes(made.getvalue())
    [word] = judged(house, number)
    told = commands(word, "1.mp4", {number: "1.mp4", held: "1.zip"})
    done = subprocess.run(["sh", "-ec", told], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr.count("Good signature")) == (0, 2), done.stderr
    assert (kept.read_bytes(), (tmp_path / "log").exists()) == (b"of the court", False)


def test_a_zip_with_a_proof_is_told_to_hand_over_all_that_is_in_it(house: House, proof: dict[str, bytes]) -> None:
    number = house.capture("1.mp4", CLIP)
    house.capture("1.zip", zipped({"another's.mp4": b"x", **proof}))
    house.archive.append([house.roster])
    house.publish()
    for said in (False, True):
        exhibits = choose(house.archive, [str(number)], said=said)
        told = Contents(house.archive, exhibits, frozenset(("said",) if said else ()), house.site, DAY).tells()
        assert any("every other file in it" in each for each in told) == said


def test_a_table_of_tella_beside_its_file_is_told_as_unsigned(house: House) -> None:
    number = house.capture("v/a.mp4", CLIP)
    table = f"File hash,File path,File name,Location latitude\n{DIGEST},/v,a.mp4,{PLACE}\n"
    house.capture("v/a.csv", table.encode())
    house.capture("v/a.jpg", b"its picture in small")
    [word] = judged(house, number)
    assert (word.found.kind, word.fits, word.file.verdict, word.words.verdict) == ("Tella", True, "", "")
    assert not [each for each in house.archive.index.files() if each.number != number and judged(house, each.number)]


@pytest.mark.parametrize("encoding", ["latin-1", "utf-16"])
def test_a_name_of_a_network_in_another_encoding_hides_no_proof(encoding: str) -> None:
    table = f"File Hash SHA256,DeviceID,Network,Location.Latitude\n{DIGEST},{OWNER},Café,{PLACE}\n"
    assert told_by(table.encode(encoding)) == "ProofMode"


def test_what_is_no_proof_is_none(house: House) -> None:
    number = house.capture("p/1.mp4", CLIP)
    noise = (b"", b"{", b"[" * 9999, b"PK\x03\x04", b"a,b\n1,2\n", b'{"File Hash SHA256": 1}', b"\xff\xfe\0")
    for at, data in enumerate(noise):
        for name in ("1.proof.json", "1.mp4.proof.csv", "1.csv", "1.zip", "1.c2pa" if at == 0 else "1.asc"):
            house.capture(f"p/{at}/{name}", data)
    assert judged(house, number) == []


def test_a_zip_and_a_clip_that_are_damaged_hold_no_proof_and_keep_nobody_from_checking() -> None:
    whole = zipped({"a.proof.json": bytes(range(256)) * 9})
    for at in range(len(whole)):
        members(io.BytesIO(whole[:at] + bytes([whole[at] ^ 0x55]) + whole[at + 1 :]))
    for length in (1 << 62, (1 << 63) - 1, (1 << 64) - 1):
        box = b"\0\0\0\1free" + length.to_bytes(8, "big")
        assert not carries(io.BytesIO(b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom" + box + bytes(40)))


def test_a_picture_that_a_camera_signed_is_told_with_its_certificate(house: House) -> None:
    signed = camera_signed()
    whole, altered = house.capture("a.jpg", signed), house.capture("b.jpg", signed[:-9] + bytes(7) + signed[-2:])
    [word] = judged(house, whole)
    assert (word.fits, word.words.verdict, word.words.key) == (True, GOOD, "Camera 4711, A maker of cameras")
    assert PLACE in dict(word.facts).values()
    told = " ".join(sentences(word, lambda text, **values: text % values if values else text))
    assert "calls itself “Camera 4711, A maker of cameras”, by its own word alone" in told
    assert "left out of that digest" not in told
    told = " ".join(sentences(replace(word, partly=True), lambda text, **values: text % values if values else text))
    assert "More than the proof’s own bytes is left out of that digest" in told
    [word] = judged(house, altered)
    assert (word.fits, word.holds) == (False, False)
    [word] = judged(house, house.capture("c.jpg", signed[:3000]))
    assert word.why
    assert judged(house, house.capture("d.jpg", jpeg())) == []


def test_nothing_is_believed_where_the_reader_of_manifests_is_missing(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = house.capture("a.jpg", camera_signed())

    def outside(job: Mapping[str, Any], file: int, given: Sequence[int], seconds: float) -> list[bytes]:
        return jobs.do(job, file, *given)

    monkeypatch.setitem(sys.modules, "c2pa", None)
    monkeypatch.setattr(BOXES, "decode", outside)
    [word] = judged(house, number)
    assert (word.fits, word.words.verdict) == (None, "")
    assert "the extra 'credentials'" in word.why


def test_a_court_gets_what_devices_said_if_it_is_asked_for_and_a_site_never(
    house: House, telephone: Telephone, tmp_path: Path
) -> None:
    signed = camera_signed()
    number = house.capture("DCIM/it's 雪.jpg", signed, title="The gate")
    files = put(house, "ProofMode", telephone.proof(signed, "it's 雪.jpg"))
    with pytest.raises(UsageError, match="ProofMode"):
        house.release_item(next(each for name, each in files.items() if name.endswith(".csv")))
    house.archive.append([house.roster])
    house.publish()
    told = (PLACE.encode(), OWNER.encode(), telephone.fingerprint.encode())
    published = house.files()
    assert any(path.endswith(".jpg") for path in published)
    for data in published.values():
        assert not [each for each in (*told, b"jumb", b"c2pa", b"Camera 4711") if each in data]

    for asked in (frozenset[str](), frozenset(("said",))):
        exhibits = choose(house.archive, [str(number)], said="said" in asked)
        contents = Contents(house.archive, exhibits, asked, house.site, DAY)
        assert (("said", 0) in contents.left_out()) == (not asked)
        assert any("what devices said" in each for each in contents.tells()) == bool(asked)
        assert len(exhibits[0].originals) == (7 if asked else 1)
    write(contents, tmp_path / "package", with_pdf=False)
    package = tmp_path / "package" / "data"
    page = (package / "chronology.en.html").read_text()
    for text in (telephone.fingerprint, PLACE, "Camera 4711", "can be made to lie", "c2patool "):
        assert text in page
    commands = next(each for each in unescape(page).split("<pre>") if "gpgv" in each).partition("</pre>")[0]
    before = sorted(package.rglob("*"))
    done = subprocess.run(["sh", "-ec", commands], cwd=package, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr.count("Good signature")) == (0, 2), done.stderr
    assert sha256_hex(signed) in done.stdout
    assert sorted(package.rglob("*")) == before, "a package that was checked holds what it held"
