"""The workbench as people run it: a command that serves, invitations from a terminal, a process that is killed."""

import http.client
import io
import json
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from support.collecting_desk import NOW, in_folder, tweet, x_files
from tamizdat.archive import Archive
from tamizdat.archive.ingest.ingest import ingest
from tamizdat.cli.main import main
from tamizdat.home.home import ARCHIVE
from tamizdat.home.setup import create_desk
from tamizdat.posts.export import open_export
from tamizdat.posts.formats import recognise
from tamizdat.posts.report import IngestReport

PASSPHRASE = "the desk's own passphrase"
WORDS = "correct horse battery staple"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A desk with one post; its keys are wrapped with a passphrase."""
    home = create_desk(tmp_path / "desk", "desk", PASSPHRASE.encode(), 8)
    report = IngestReport()
    export = open_export(in_folder(tmp_path / "x", x_files([tweet(1, "校舍塌了。五年了。")])), report)
    with Archive.open(home.folder / ARCHIVE) as archive:
        ingest(archive, home.keyring.signing["desk"], export, recognise(export), NOW, report)
    export.close()
    (tmp_path / "passphrase").write_text(PASSPHRASE + "\n")
    return home.folder


def command(folder: Path, *words: str) -> list[str]:
    return [sys.executable, "-m", "tamizdat.cli.main", "desk", *words, "--home", str(folder), "--json", "--allow-swap"]


@dataclass
class Ran:
    """What a command said, and its exit code."""

    returncode: int
    stdout: str
    stderr: str


def ran(folder: Path, *words: str) -> Ran:
    """A command in this process, beside the one that serves."""
    out, errors = io.StringIO(), io.StringIO()
    with (folder.parent / "passphrase").open() as secret:
        code = main([*command(folder, *words)[3:], "--passphrase-fd", str(secret.fileno())], out, errors)
    return Ran(code, out.getvalue(), errors.getvalue())


@contextmanager
def serving(folder: Path) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """The process, and the port it chose."""
    with (folder.parent / "passphrase").open() as secret:
        process = subprocess.Popen(
            [*command(folder, "--port", "0"), "--passphrase-fd", "0"],
            stdin=secret,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
    assert process.stdout
    try:
        yield process, json.loads(process.stdout.readline())["port"]
    finally:
        process.kill()
        process.communicate()


class Browser:
    """A cookie and a form token."""

    def __init__(self) -> None:
        self.cookie = self.token = ""

    def ask(self, port: int, path: str, **form: Any) -> tuple[int, str, str]:
        """Status, where it leads, and the page; a POST if there is a form."""
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        headers = {"Cookie": self.cookie, "Content-Type": "application/x-www-form-urlencoded"}
        body = urlencode({"form-token": self.token, **form}) if form else None
        connection.request("POST" if form else "GET", path, body, headers)
        answer = connection.getresponse()
        page = answer.read().decode()
        self.cookie = (answer.getheader("set-cookie") or self.cookie).partition(";")[0]
        found = re.search(r'name="form-token" value="([^"]+)"', page)
        self.token = found[1] if found else self.token
        connection.close()
        return answer.status, answer.getheader("location") or "", page


def invited(folder: Path, port: int, *roles: str) -> str:
    words = [word for role in roles for word in ("--role", role)]
    told = json.loads(ran(folder, "invite", *words, "--language", "en").stdout)
    assert told["invitation"].startswith(f"http://127.0.0.1:{port}/join#code="), "a fragment is sent to no server"
    return str(told["invitation"]).partition(f":{port}")[2].replace("#", "?")


def joined(folder: Path, port: int, name: str, *roles: str) -> Browser:
    browser = Browser()
    link = invited(folder, port, *roles)
    assert browser.ask(port, link)[0] == 200
    code = link.partition("=")[2]
    assert browser.ask(port, "/join", code=code, name=name, passphrase=WORDS, again=WORDS)[:2] == (303, "/")
    browser.ask(port, "/")
    return browser


def test_from_an_invitation_to_an_approved_translation_through_a_kill(folder: Path) -> None:
    with serving(folder) as (process, port):
        translator = joined(folder, port, "magpie", "translator")
        editor = joined(folder, port, "crane", "reviewer", "editor")
        status, work, _ = translator.ask(port, "/translate/next?language=en")
        assert (status, work.partition("?")[0][-3:]) == (303, "/en")
        form = {"target-0": "The school fell.", "seen-0": 0, "target-1": "Five years.", "seen-1": 0}
        assert translator.ask(port, f"{work}/draft", **form)[0] == 303
        process.send_signal(signal.SIGKILL)
        process.wait()
    with serving(folder) as (process, port):
        page = translator.ask(port, work)[2]
        assert "Five years.</textarea>" in page
        [version] = re.findall(r'name="version" value="(\d+)"', page)
        assert translator.ask(port, f"{work}/propose", version=version, latest="")[0] == 303
        page = editor.ask(port, f"{work}/review")[2]
        [translated] = re.findall(r'name="translated" value="(\d+)"', page)
        assert editor.ask(port, f"{work}/review", verdict="reviewed", translated=translated)[0] == 303
        assert editor.ask(port, f"{work}/approve", translated=translated)[0] == 303
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=60)
        assert (process.returncode, errors) == (0, "")
    with Archive.open(folder / ARCHIVE) as archive:
        [[approved]] = archive.index.translations.all_approved().values()
        assert approved.target == "The school fell. Five years."
        assert archive.check().faults == []


def test_one_workbench_at_a_time(folder: Path) -> None:
    with serving(folder):
        second = ran(folder, "--port", "0")
    assert second.returncode == 2
    assert "Another tamizdat is serving the workbench here" in second.stderr


def test_a_taken_port_is_told(folder: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        answer = ran(folder, "--port", str(taken.getsockname()[1]))
    assert answer.returncode == 2
    assert "Choose another with --port" in " ".join(answer.stderr.split())


def test_an_account_is_shut_out_from_the_terminal_while_the_workbench_runs(folder: Path) -> None:
    with serving(folder) as (_, port):
        translator = joined(folder, port, "magpie", "translator")
        assert translator.ask(port, "/")[0] == 200
        told = json.loads(ran(folder, "accounts", "--disable", "magpie").stdout)
        assert told == {
            "account": "magpie",
            "disabled": True,
            "languages": ["en"],
            "roles": ["translator"],
            "since": told["since"],
        }
        assert translator.ask(port, "/")[:2] == (303, "/sign-in")


@pytest.mark.parametrize(
    "words",
    [
        ("invite",),
        ("invite", "--role", "king"),
        ("invite", "--role", "editor", "--language", "../en"),
        ("invite", "--role", "editor", "--days", "0"),
        ("--address", "ftp://x"),
        ("--address", "https://x/path"),
        ("--address", "http://desk.example.org"),
        ("--address", "http://127.0.0.1.example.org"),
        ("--address", "https://[desk.example.org"),
        ("--address", "https://desk.example.org:x"),
        ("--port", "70000"),
        ("accounts", "--disable", "nobody"),
    ],
)
def test_wrong_usage_is_told(folder: Path, words: tuple[str, ...]) -> None:
    answer = ran(folder, *words)
    assert answer.returncode == 2
    assert answer.stderr.startswith(("Expected", "There is no account", "Argument"))


def test_the_desks_passphrase_is_needed(folder: Path) -> None:
    (folder.parent / "passphrase").write_text("another one\n")
    assert ran(folder, "accounts").returncode == 2


def test_nothing_of_what_is_asked_is_written_anywhere(folder: Path) -> None:
    with serving(folder) as (process, port):
        browser = Browser()
        browser.ask(port, "/sign-in")
        browser.ask(port, "/sign-in", name="a-secret-name", passphrase="a-secret-passphrase")
        browser.ask(port, "/search?q=a-secret-question")
        browser.ask(port, "/join?code=a-secret-code")
        process.send_signal(signal.SIGINT)
        told, errors = process.communicate(timeout=60)
    written = (
        told + errors + "".join(path.read_bytes().decode("latin-1") for path in folder.rglob("*") if path.is_file())
    )
    assert "a-secret" not in written
