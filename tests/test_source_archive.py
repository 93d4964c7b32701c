"""The archive of a commit's source: the same bytes for everybody, nothing in it that is not in the commit."""

import io
import os
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[1] / "scripts/source-archive"
LONG = "tests/data/" + "a-folder-with-a-long-name/" * 4 + "a file with a name.txt"

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")


def git(folder: Path, *words: str) -> str:
    told = {"PATH": os.environ["PATH"], "HOME": str(folder.parent), "GIT_CONFIG_GLOBAL": os.devnull, "TZ": "UTC"}
    who = [f"GIT_{role}_{what}" for role in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")]
    told |= dict.fromkeys(who, "somebody") | dict.fromkeys(
        ("GIT_AUTHOR_DATE", "GIT_COMMITTER_DATE"), "1000000000 +0000"
    )
    done = subprocess.run(["git", "-C", str(folder), *words], check=True, capture_output=True, text=True, env=told)
    return done.stdout.strip()


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """A repository with a commit: a text, a program, a link, a long name in Tibetan letters."""
    folder = tmp_path / "source"
    for name in ("README.md", "scripts/run", LONG, "\u0f40\u0f0b.txt"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(f"of {name}\r\n".encode())
    (folder / "scripts/run").chmod(0o755)
    (folder / "link").symlink_to("README.md")
    git(tmp_path, "init", "--quiet", "source")
    git(folder, "add", ".")
    git(folder, "commit", "--quiet", "-m", "all")
    return folder


def archive(repository: Path, *words: str, **told: str) -> tuple[int, bytes, str]:
    out = repository.parent / f"{len(list(repository.parent.iterdir()))}.tar"
    command = [sys.executable, str(SCRIPT), "--repository", str(repository), "--out", str(out), *words]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=dict(os.environ) | told)
    return done.returncode, out.read_bytes() if out.exists() else b"", done.stdout + done.stderr


def test_two_people_make_the_same_bytes_of_one_commit(source: Path, tmp_path: Path) -> None:
    code, first, said = archive(source)
    assert code == 0
    git(tmp_path, "clone", "--quiet", str(source), "other")
    other = tmp_path / "other"
    (other / "README.md").write_text("changed, and not committed")
    (other / "left over").write_text("never added")
    git(other, "config", "tar.umask", "0077")
    git(other, "config", "core.autocrlf", "true")
    git(other, "gc", "--quiet")
    assert archive(other, TZ="Asia/Shanghai", LC_ALL="C.UTF-8")[1] == first
    assert archive(source)[1] == first
    assert git(source, "rev-parse", "HEAD") in said


def test_any_tar_reads_it_and_finds_the_files_of_the_commit_of_nobody(source: Path) -> None:
    _, data, _ = archive(source, "HEAD")
    with tarfile.open(fileobj=io.BytesIO(data), encoding="utf-8") as packed:
        members = packed.getmembers()
        top = f"tamizdat-{git(source, 'rev-parse', 'HEAD')[:12]}/"
        assert [each.name.removeprefix(top) for each in members] == sorted(
            ["README.md", "link", "scripts/run", LONG, "\u0f40\u0f0b.txt"], key=str.encode
        )
        assert {(each.uid, each.gid, each.uname, each.gname, each.mtime) for each in members} == {(0, 0, "", "", 10**9)}
        by_name = {each.name.removeprefix(top): each for each in members}
        assert (by_name["scripts/run"].mode, by_name["README.md"].mode) == (0o755, 0o644)
        assert by_name["link"].linkname == "README.md"
        long = packed.extractfile(by_name[LONG])
        assert long is not None
        assert long.read() == f"of {LONG}\r\n".encode()


def test_an_object_that_was_exchanged_in_the_repository_is_not_packed(source: Path) -> None:
    blob = git(source, "rev-parse", "HEAD:README.md")
    other = git(source, "hash-object", "-w", "scripts/run")
    path, forged = (source / ".git/objects" / each[:2] / each[2:] for each in (blob, other))
    path.chmod(0o600)
    path.write_bytes(forged.read_bytes())
    code, data, said = archive(source)
    assert (code, data) == (2, b"")
    assert "Expected" in said


def test_what_is_no_commit_is_refused_with_a_reason(source: Path) -> None:
    for name in ("no-such-branch", "--upload-pack=x", "HEAD:README.md"):
        code, data, said = archive(source, "--", name)
        assert (code, data) == (2, b"")
        assert "Expected a commit" in said
