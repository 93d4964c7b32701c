"""What whoever passes a package on may do to it: the command and the printed commands give one verdict, the right one.

The page in a browser is held against the same changes: tests/browser/test_evidence.py.
"""

import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest

from support.changed_packages import (
    BROKEN,
    CHANGES,
    CLIP,
    HOLDS,
    OLDER,
    PROOFS,
    UNKNOWN,
    ManyExhibits,
    changed,
    exchanged,
    moved,
    with_one_entry,
)
from support.evidence_packages import relisted
from tamizdat.encoding import sha256
from tamizdat.evidence.check import check_package
from tamizdat.evidence.documents import steps

TOOLS = ("bash", "sha256sum", "openssl", "xxd", "base64", "sed", "awk", "grep", "find")
without = [tool for tool in TOOLS if shutil.which(tool) is None]
needs_tools = pytest.mark.skipif(bool(without), reason=f"not installed, so nothing was checked by hand: {without}")


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> ManyExhibits:
    return ManyExhibits(tmp_path_factory.mktemp("desk"))


@pytest.fixture(scope="module")
def whole(desk: ManyExhibits, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return desk.everything(tmp_path_factory.mktemp("whole") / "package")


def by_hand(folder: Path, *blocks: str) -> "subprocess.CompletedProcess[str]":
    return run_by_hand(folder, "".join(text for name, text in steps().items() if not blocks or name in blocks))


def run_by_hand(folder: Path, commands: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        ["bash", "-c", commands], cwd=folder, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL
    )


@pytest.mark.parametrize("name", CHANGES)
def test_the_command_finds_what_was_done_to_a_package(
    whole: Path, desk: ManyExhibits, tmp_path: Path, name: str
) -> None:
    expected = changed(whole, tmp_path / "copy", desk, name)
    report = check_package(tmp_path / "copy")
    found = BROKEN if report.broken else HOLDS if report.holds else UNKNOWN
    assert found == expected, [f"{each.name}: {each.detail}" for each in report.links if each.verdict == found]


@needs_tools
def test_the_printed_commands_tell_of_each_file_whether_it_lies_where_its_statement_puts_it(
    whole: Path, desk: ManyExhibits, tmp_path: Path
) -> None:
    copy = Path(shutil.copytree(whole, tmp_path / "copy"))
    moved(copy, f"posts/{desk.post}/version-{desk.post}.json", f"posts/{desk.second}/version-{desk.post}.json")
    moved(copy, f"people/{desk.person}/entry-{desk.person}.json", f"people/{desk.woman}/entry-{desk.person}.json")
    moved(copy, f"posts/{desk.second}/media", f"posts/{desk.post}/media")
    exchanged(copy, CLIP, "card-1/notes/hidden source.txt")
    (copy / f"data/working-copies/{desk.other}/shown.txt").write_bytes(OLDER)
    of_a_card = copy / "data/originals/card-2/DCIM/a.MOV"
    shutil.copy(of_a_card, copy / f"data/originals/posts/{desk.post}/version-{desk.beside[0]}.txt")
    shutil.copy(of_a_card, copy / "data/originals/card-1/x.MOV")
    said = copy / f"data/originals/posts/{desk.second}/version-{desk.second}.json"
    shutil.copy(said, copy / "data/originals/card-1/said.txt")
    relisted(copy)
    blocks = steps()  # the ledger is the same in both, and takes longest: its statements are read once
    again = f"kept=$work; cd {shlex.quote(str(copy))}; echo CHANGED\n{blocks['files']}"
    again += f'cp "$kept/sorted" "$work"; rm -r "$kept"; cd data/proofs\n{blocks["originals"]}'
    done = run_by_hand(whole, "".join(blocks.values()) + again)
    sound, marker, rest = done.stdout.partition("CHANGED\n")
    assert marker, done.stderr
    assert "NOT PROVED" not in sound
    assert done.returncode != 0
    lines = (line.partition(": ") for line in rest.splitlines())
    told = {path.removeprefix("data/"): why for why, _, path in lines}
    for path, why in {
        f"originals/posts/{desk.second}/version-{desk.post}.json": f"EXCHANGED, entry {desk.post} observed no version",
        f"originals/posts/{desk.second}/version-{desk.second}.json": f"proved, by entry {desk.second}",
        f"originals/people/{desk.woman}/entry-{desk.person}.json": f"EXCHANGED, entry {desk.person} is about another",
        f"originals/posts/{desk.post}/media/{desk.picture}-58-a.jpg": f"EXCHANGED, no version of post {desk.post} ",
        f"originals/{CLIP}": "EXCHANGED, another file was captured by that path",
        f"working-copies/{desk.other}/shown.txt": "EXCHANGED, it is not what an edition showed last",
        f"originals/posts/{desk.post}/version-{desk.beside[0]}.txt": f"EXCHANGED, entry {desk.beside[0]} observed no",
        "originals/card-1/x.MOV": "EXCHANGED, it did not come with the others of its card",
        "originals/card-1/said.txt": "NOT PROVED, no opened statement is about it as a file of a card",
        "originals/card-2/DCIM/b.MOV": f"proved, by entry {desk.beside[1]}",
    }.items():
        assert told[path].startswith(why), path


@pytest.fixture(scope="module")
def small(whole: Path, desk: ManyExhibits, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return with_one_entry(whole, tmp_path_factory.mktemp("small") / "package", desk)


@needs_tools
@pytest.mark.parametrize("name", ["nothing", *PROOFS])
def test_the_printed_commands_are_as_strict_as_the_command(
    small: Path, desk: ManyExhibits, tmp_path: Path, name: str
) -> None:
    expected = changed(small, tmp_path / "copy", desk, name)
    done = by_hand(tmp_path / "copy")
    found = BROKEN if done.returncode else UNKNOWN if "NOT PROVED" in done.stdout else HOLDS
    assert found == expected, done.stdout + done.stderr
    assert not [*(tmp_path / "copy").rglob("computed")], "a number from a list is computed as a command"


@needs_tools
@pytest.mark.parametrize("shell", [each for each in ("dash", "busybox sh", "zsh") if shutil.which(each.split()[0])])
def test_another_shell_is_told_and_nothing_that_was_pasted_runs_in_it(small: Path, tmp_path: Path, shell: str) -> None:
    (tmp_path / "pasted").write_text("".join(steps().values()))
    done = subprocess.run(
        [*shell.split(), str(tmp_path / "pasted")], cwd=small, capture_output=True, text=True, check=False,
        stdin=subprocess.DEVNULL,
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("NOTHING WAS CHECKED: this is another shell.")


def in_the_way_of(tmp_path: Path, **programs: str) -> str:
    """A path of programs on which these shell scripts come before the system's."""
    for name, script in programs.items():
        (tmp_path / name).write_text(f"#!/bin/sh\n{script}\n")
        (tmp_path / name).chmod(0o755)
    return f"PATH={shlex.quote(str(tmp_path))}:$PATH\n"


@needs_tools
def test_the_printed_commands_ask_of_the_system_only_what_each_has(small: Path, tmp_path: Path) -> None:
    """Alpine's ``sha256sum`` knows no long option, and of ``date`` each system has another."""
    plain = f'case $1 in --*) exit 64 ;; esac; exec {shutil.which("sha256sum")} "$@"'
    path = in_the_way_of(tmp_path, sha256sum=plain, date="exit 64")
    done = run_by_hand(small, path + "".join(steps().values()))
    assert done.returncode == 0, done.stdout + done.stderr


@needs_tools
def test_an_openssl_that_judges_no_ed25519_is_said_to_be_the_reason(small: Path, tmp_path: Path) -> None:
    old = f'case $1 in pkeyutl) exit 1 ;; esac; exec {shutil.which("openssl")} "$@"'
    done = run_by_hand(small, in_the_way_of(tmp_path, openssl=old) + "".join(steps().values()))
    assert done.returncode != 0
    assert done.stdout.splitlines()[-1].startswith("NOT CHECKED: this openssl (OpenSSL ")


@needs_tools
def test_lists_that_were_written_in_binary_mode_hold(small: Path, tmp_path: Path) -> None:
    copy = Path(shutil.copytree(small, tmp_path / "copy"))
    for name in ("manifest-sha256.txt", "tagmanifest-sha256.txt"):
        digest = sha256((copy / "manifest-sha256.txt").read_bytes()).hex()
        data = re.sub(r"[0-9a-f]{64}(?=  manifest)", digest, (copy / name).read_text())
        (copy / name).write_text(data.replace("  ", " *"))
    assert check_package(copy).holds
    done = by_hand(copy, "files")
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    "name", [".DS_Store", "data/._a.jpg", "data/originals/Thumbs.db", "__MACOSX/data/a", "desktop.ini"]
)
def test_of_what_a_system_puts_into_folders_it_is_said_what_it_is(small: Path, tmp_path: Path, name: str) -> None:
    copy = Path(shutil.copytree(small, tmp_path / "copy"))
    (copy / name).parent.mkdir(parents=True, exist_ok=True)
    (copy / name).write_bytes(b"of no consequence")
    [told] = [each.detail for each in check_package(copy).broken if each.name == f"file {name}"]
    assert told.endswith("macOS and Windows put such files into folders: delete it, and check again.")
    (copy / name).unlink()
    assert check_package(copy).holds


def test_names_that_a_disk_wrote_in_another_form_of_unicode_are_said_to_be_that(small: Path, tmp_path: Path) -> None:
    copy = Path(shutil.copytree(small, tmp_path / "copy"))
    composed = copy / "data/originals/card-1/caf\u00e9.txt"
    composed.write_bytes(b"a name of two forms")
    relisted(copy)
    composed.rename(composed.with_name("cafe\u0301.txt"))
    told = {each.name: each.detail for each in check_package(copy).broken}
    assert "in another form of Unicode" in told["file data/originals/card-1/caf\u00e9.txt"]
