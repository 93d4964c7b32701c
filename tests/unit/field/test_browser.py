"""The browser that shows a field device's page: whenever it ends, nothing of it stays."""

import contextlib
import json
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from tamizdat.field import browser as browsers
from tamizdat.field import server
from tamizdat.field.browser import Browser, start_browser

#: a browser of which another process writes into the profile when the first one has ended
WRITES_ON = """
import contextlib, os, pathlib, sys, time
cache = pathlib.Path(sys.argv[1]) / "cache"
if os.fork():
    time.sleep(60)
number, end = 0, float("inf")
while time.monotonic() < end:
    with contextlib.suppress(OSError):
        cache.mkdir(exist_ok=True)
        (cache / str(number)).write_text("a trace")
    number += 1
    if number == 100:
        end = time.monotonic() + 1
"""

#: a browser that keeps a socket where programs keep what lasts as long as they, and does not get to clear it away
LEAVES = """#!/bin/sh
for each in "${TMPDIR:-/tmp}" "$HOME" "$XDG_CACHE_HOME" "$XDG_CONFIG_HOME" "$XDG_DATA_HOME" "$XDG_STATE_HOME"; do
    mkdir -p "$each/org.example.Browser" && echo "$each" >> "$0.told"
done
exec sleep 60
"""

#: a browser that tells how it was started
TELLS = """#!/bin/sh
printf '%s\\n' "$@" > "$0.told"
exec sleep 60
"""


def started(profile: Path) -> Browser:
    profile.mkdir()
    return Browser(subprocess.Popen([sys.executable, "-c", WRITES_ON, str(profile)]), profile, in_memory=True)


def test_the_profile_goes_also_if_processes_of_the_browser_write_a_moment_longer(tmp_path: Path) -> None:
    browser = started(tmp_path / "profile")
    while len([*browser.profile.glob("cache/*")]) < 50:
        assert browser.process.poll() is None
    browser.close()
    assert not browser.profile.exists()


def test_ctrl_c_before_anything_was_asked_for_ends_the_browser_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = started(tmp_path / "profile")

    def interrupted(address: str, begun: bool, in_memory: bool) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(server, "start_browser", lambda address: browser)
    server.serve(tmp_path / "field", 0, browser=True, ready=interrupted)
    assert browser.process.poll() is not None
    assert not browser.profile.exists()


def test_nothing_of_the_browser_lies_in_the_laptops_own_folders(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program, laptop, memory = tmp_path / "bin" / "chromium", tmp_path / "laptop", tmp_path / "memory"
    for folder in (program.parent, laptop, memory):
        folder.mkdir()
    program.write_text(LEAVES)
    program.chmod(0o700)
    monkeypatch.setenv("PATH", str(program.parent), prepend=":")
    monkeypatch.setattr(browsers, "MEMORY", (str(memory),))
    monkeypatch.setattr(tempfile, "tempdir", str(laptop))
    for name in ("TMPDIR", "HOME", "XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME"):
        monkeypatch.setenv(name, str(laptop))
    browser, told = start_browser("http://127.0.0.1/#code"), program.with_name("chromium.told")
    assert browser
    while not told.exists() or len(told.read_text().splitlines()) < 6:
        assert browser.process.poll() is None
    assert set(told.read_text().splitlines()) == {str(browser.profile)}
    browser.close()
    assert [*laptop.iterdir(), *memory.iterdir()] == []


@pytest.mark.parametrize("name", ["chromium", "firefox"])
def test_what_a_browser_asks_its_makers_for_leaves_neither_by_name_nor_by_number(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    program, memory = tmp_path / "bin" / name, tmp_path / "memory"
    for folder in (program.parent, memory):
        folder.mkdir()
    program.write_text(TELLS)
    program.chmod(0o700)
    for family in ("CHROMIUM", "FIREFOX"):
        monkeypatch.setattr(browsers, family, (name,) if family == name.upper() else ())
    monkeypatch.setenv("PATH", str(program.parent), prepend=":")
    monkeypatch.setattr(browsers, "MEMORY", (str(memory),))
    browser, told = start_browser("http://127.0.0.1:8000/#code"), program.with_name(f"{name}.told")
    assert browser
    while not told.exists() or not told.read_text().endswith("\n"):
        assert browser.process.poll() is None
    said = set(told.read_text().splitlines())
    preferences = browser.profile / "user.js"
    said |= set(preferences.read_text().splitlines()) if name == "firefox" else set()
    looked_up = json.loads((browser.profile / "Local State").read_text()) if name == "chromium" else {}
    browser.close()
    if name == "chromium":
        assert "--no-proxy-server" not in said
        assert "--proxy-server=socks5://127.0.0.1:1" in said
        assert looked_up == {"dns_over_https": {"mode": "off"}}, "else it asks for the name of a server of names"
    else:
        assert {
            'user_pref("network.proxy.type", 1);',
            'user_pref("network.proxy.socks", "127.0.0.1");',
            'user_pref("network.proxy.socks_port", 1);',
            'user_pref("network.proxy.socks_remote_dns", true);',
            'user_pref("network.proxy.failover_direct", false);',
        } <= said


#: a process that starts a browser, says where its profile is, and does not get to end it
STARTS = """
import sys, time
from pathlib import Path
from tamizdat.field import browser
browser.MEMORY = (sys.argv[1],)
print(browser.start_browser("http://127.0.0.1/#code").profile, flush=True)
time.sleep(60)
"""


@pytest.mark.skipif(not Path("/proc/self/cmdline").exists(), reason="Linux alone tells how programs were started")
def test_what_a_run_that_was_killed_left_in_memory_goes_with_the_next_start_and_nothing_else_does(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program, memory = tmp_path / "bin" / "chromium", tmp_path / "memory"
    for folder in (program.parent, memory, memory / "tamizdat-others"):
        folder.mkdir()
    (memory / "tamizdat-others" / "start.html").touch()
    (memory / "tamizdat-link").symlink_to(tmp_path / "bin")
    program.write_text(f"#!{sys.executable}\nimport time\ntime.sleep(60)\n")
    program.chmod(0o700)
    monkeypatch.setenv("PATH", str(program.parent), prepend=":")
    monkeypatch.setattr(browsers, "MEMORY", (str(memory),))
    monkeypatch.setattr(tempfile, "tempdir", str(memory))
    command = [sys.executable, "-c", STARTS, str(memory)]
    with (
        subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as killed,
        subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as living,
    ):
        left, held = (Path(str(each.stdout and each.stdout.readline()).strip()) for each in (killed, living))
        killed.kill()
        killed.wait()
        assert left.is_dir()
        assert running(left)
        browsers.clear_away()
        assert not left.exists()
        assert held.is_dir()
        assert running(held)
        living.kill()
        living.wait()
        browsers.clear_away()
    assert sorted(each.name for each in memory.iterdir()) == ["tamizdat-link", "tamizdat-others"]
    assert program.exists()


def running(profile: Path) -> list[str]:
    """The processes that were started with a profile."""
    found = []
    for process in Path("/proc").glob("[1-9]*"):
        with contextlib.suppress(OSError):
            if f"--user-data-dir={profile}".encode() in (process / "cmdline").read_bytes().split(b"\0"):
                found.append(process.name)
    return found
