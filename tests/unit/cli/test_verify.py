"""The verb ``verify``: what a reader is told, and what is remembered of it."""

import io
import json
import re
from pathlib import Path

import pytest

from support.site_maker import Desk, small_site
from tamizdat.cli.main import main
from tamizdat.cli.verify import lines
from tamizdat.encoding import spoken
from tamizdat.errors import CheckFailed
from tamizdat.text.excerpt import columns
from tamizdat.verifying import verify as check
from tamizdat.verifying.report import Report, Unjudged
from tamizdat.verifying.untrusted_folder import Folder
from tamizdat.verifying.witnesses import TOO_FEW


def verify(*argv: str | Path) -> tuple[int, str]:
    stdout, stderr = io.StringIO(), io.StringIO()
    code = main(["verify", *map(str, argv)], stdout, stderr)
    return code, stdout.getvalue() + stderr.getvalue()


@pytest.fixture
def memory(tmp_path: Path) -> Path:
    return tmp_path / "state" / "seen.json"


@pytest.fixture
def site(tmp_path: Path) -> Path:
    return tmp_path / "site"


@pytest.fixture
def desk(site: Path) -> Desk:
    return small_site(site)


def test_a_sound_site_holds_and_the_fingerprint_to_compare_is_shown_whole(site: Path, desk: Desk, memory: Path) -> None:
    code, said = verify(site, "--memory", memory)
    assert code == 0
    assert "No link is broken, under a root you have not compared" in " ".join(said.split())
    assert "It holds" not in said
    assert spoken(desk.fingerprint) in said.replace("\n" + " " * 31, " ")
    assert "vouched for" in said
    assert "authentic" not in said


def test_what_anyone_can_make_is_called_what_it_is(site: Path, desk: Desk) -> None:
    report = check(site)
    for package, what in ((False, "site"), (True, "package")):
        assert f"Anyone can make a {what} under a root of" in " ".join(
            " ".join(lines(report, each=False, compared=False, package=package)).split()
        )


def test_the_report_fits_80_columns(site: Path, desk: Desk, memory: Path) -> None:
    _, said = verify(site, "--memory", memory)
    assert all(columns(line) <= 80 or spoken(desk.fingerprint) in line for line in said.splitlines())


@pytest.mark.parametrize("form", ["hexadecimal", "read aloud", "typed carelessly"])
def test_the_fingerprint_is_taken_in_every_form_it_is_given_in(site: Path, desk: Desk, memory: Path, form: str) -> None:
    aloud = spoken(desk.fingerprint)
    given = {
        "hexadecimal": desk.fingerprint.hex(),
        "read aloud": aloud,
        "typed carelessly": aloud.lower().replace("-", " "),
    }
    code, said = verify(site, "--root", given[form], "--memory", memory)
    assert code == 0
    assert "Compare this fingerprint" not in said
    assert "It holds, under the root you gave" in " ".join(said.split())


@pytest.mark.parametrize("given", ["", "x", "0" * 63, "G" * 64, "https://example.org"])
def test_what_is_no_fingerprint_is_wrong_usage_and_not_a_failed_check(
    site: Path, desk: Desk, memory: Path, given: str
) -> None:
    code, said = verify(site, "--root", given, "--memory", memory)
    assert code == 2
    assert "--root" in said


def test_another_desks_fingerprint_is_a_failed_check(site: Path, desk: Desk, memory: Path) -> None:
    code, said = verify(site, "--root", spoken(Desk().fingerprint), "--memory", memory)
    assert code == 1
    assert "DOES NOT HOLD" in said


def test_a_root_that_nobody_compared_is_exit_code_1_on_demand(site: Path, desk: Desk, memory: Path) -> None:
    for _ in "twice":  # a root that was seen before is not compared either
        assert verify(site, "--memory", memory)[0] == 0
        assert verify(site, "--require-root", "--memory", memory)[0] == 1
    assert verify(site, "--require-root", "--root", desk.fingerprint.hex(), "--memory", memory)[0] == 0


def test_a_site_signed_by_a_forger_is_never_said_to_hold(site: Path, desk: Desk, memory: Path, tmp_path: Path) -> None:
    forged = small_site(tmp_path / "forged")
    _, said = verify(tmp_path / "forged", "--no-memory")
    assert "It holds" not in said
    assert "a root you have not compared" in " ".join(said.split())
    assert verify(tmp_path / "forged", "--root", desk.fingerprint.hex(), "--memory", memory)[0] == 1
    assert forged.fingerprint != desk.fingerprint


def test_an_altered_picture_is_named_and_is_exit_code_1(site: Path, desk: Desk, memory: Path) -> None:
    number = min(desk.items)
    picture = site / f"items/{number}/picture.jpg"
    picture.write_bytes(picture.read_bytes()[:-1] + b"!")
    code, said = verify(site, "--memory", memory)
    assert code == 1
    assert f"broken       item {number} media" in said
    assert not memory.exists()


def test_a_site_of_which_nothing_is_broken_and_not_all_could_be_read_is_said_to_be_neither(
    site: Path, desk: Desk, memory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def taken(self: Folder, path: str, *others: object) -> object:
        if path == "index.html":
            raise Unjudged(self.unread.setdefault(path, f"Expected to read {path}, but the system refused: no."))
        return take(self, path, *others)  # type: ignore[arg-type]

    take = Folder._taken
    monkeypatch.setattr(Folder, "_taken", taken)
    code, said = verify(site, "--memory", memory)
    assert code == 1
    assert "It could not be checked" in said
    assert "DOES NOT HOLD" not in said
    assert "files             Expected to read index.html" in said
    assert not memory.exists()


def test_json_is_one_line_with_every_link(site: Path, desk: Desk, memory: Path) -> None:
    code, said = verify(site, "--json", "--memory", memory)
    facts = json.loads(said)
    assert code == 0
    assert facts["holds"] is True
    assert facts["root"] == desk.fingerprint.hex()
    assert {link["verdict"] for link in facts["links"]} == {"proved", "vouched", "unknown"}


def test_an_older_edition_is_noticed_the_second_time(site: Path, desk: Desk, memory: Path, tmp_path: Path) -> None:
    desk.take_in({"picture.jpg": b"a fourth picture"})
    newer = desk.publish(tmp_path / "newer")
    assert verify(newer, "--memory", memory)[0] == 0
    code, said = verify(site, "--memory", memory)
    assert code == 1
    assert "found edition 1" in said.replace("\n" + " " * 31, " ")


def test_without_memory_nothing_is_written(
    site: Path, desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    assert verify(site, "--no-memory")[0] == 0
    assert not (tmp_path / "state").exists()
    assert verify(site)[0] == 0
    assert (tmp_path / "state" / "tamizdat" / "seen.json").is_file()


SEEN = b'{"%b": {"origin": "a", "roster": 1, "edition": 1, "digest": "%b", "size": 256, "ledger": "%b"}}' % (
    (b"0" * 64,) * 3
)


@pytest.mark.parametrize(
    "damage",
    [
        b"", b"{", b"[]", b'{"x": {}}', b"\xff", b'{"' + b"0" * 64 + b'": {"origin": 1}}', b"[" * 100_000,
        SEEN.replace(b'"edition": 1', b'"edition": "1"'), SEEN.replace(b"256", b"null"), SEEN.replace(b'"a"', b"1"),
    ],
)  # fmt: skip
def test_a_damaged_memory_is_not_passed_over(site: Path, desk: Desk, memory: Path, damage: bytes) -> None:
    memory.parent.mkdir()
    memory.write_bytes(damage.replace(b"0" * 64, desk.fingerprint.hex().encode(), 1))
    code, said = verify(site, "--memory", memory)
    assert code == 2
    assert "--no-memory" in said


def test_many_items_are_gathered_and_a_broken_one_among_them_is_still_named(tmp_path: Path, memory: Path) -> None:
    desk = Desk()
    for number in range(12):
        desk.take_in({"picture.jpg": b"picture %d" % number})
    site = desk.publish(tmp_path / "site")
    bad = sorted(desk.items)[5]
    (site / f"items/{bad}/picture.jpg").write_bytes(b"another")
    _, said = verify(site, "--memory", memory)
    assert f"item {bad} media" in said
    assert said.count(" media ") < 4
    assert re.search(r"^proved +items +Items: 12,", said, re.MULTILINE)
    assert re.search(r"^proved +items: each +12 of them", said, re.MULTILINE), "not the same name twice"
    _, said = verify(site, "--each", "--memory", memory)
    assert said.count(" media ") >= 12
    for number in sorted(desk.items)[:8]:
        (site / f"items/{number}/picture.jpg").write_bytes(b"another")
    _, said = verify(site, "--memory", memory)
    assert all(f"item {number} media" in said for number in sorted(desk.items)[:8]), "of many, too, each is named"


def told(**broken: str) -> str:
    """The last sentence on a site of which these links are broken."""
    report = Report()
    for name, why in broken.items():
        with report.link(name.replace("_", " ")):
            raise CheckFailed(why)
    return " ".join("\n".join(lines(report, each=False, compared=True)).split())


def test_what_is_broken_is_not_excused_by_a_witness_that_has_not_signed_yet() -> None:
    awaited = f"{TOO_FEW}2 witnesses, found 1."
    assert "IT IS NOT WITNESSED YET" in told(witnesses=awaited)
    assert "IT DOES NOT HOLD" in told(witnesses="Expected cosignatures under this key, found a forged one.")
    assert "IT DOES NOT HOLD" in told(witnesses=awaited, item_5_media="Expected other bytes.")


def test_what_was_seen_of_one_desk_is_remembered_beside_another_and_for_its_owner_alone(
    site: Path, desk: Desk, memory: Path, tmp_path: Path
) -> None:
    other = small_site(tmp_path / "other", Desk(origin="other.example/ledger"))
    for each in (site, tmp_path / "other"):
        assert verify(each, "--memory", memory)[0] == 0
    assert json.loads(memory.read_bytes()).keys() == {desk.fingerprint.hex(), other.fingerprint.hex()}
    assert memory.stat().st_mode & 0o777 == 0o600


def test_a_folder_that_is_not_there_is_wrong_usage(tmp_path: Path, memory: Path) -> None:
    code, said = verify(tmp_path / "nowhere", "--memory", memory)
    assert (code, "found none called" in said) == (2, True)
