"""A browser of its own for the page: a fresh profile in memory, no history, no password store; gone when it ends.

The address carries a code that works once. It stands in a file of the profile, not in the command line, which other
people of this computer can read.

Whoever starts a browser holds a lock on a file of its profile. If that process is ended by force, the system lets the
lock go: the next start finds a profile that nobody holds, ends the browser that may still show it, and deletes it.
"""

import fcntl
import json
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final

from tamizdat.dataclass import dataclass

CHROMIUM: Final = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "microsoft-edge",
    "brave-browser",
)
FIREFOX: Final = ("firefox", "firefox-esr")
MEMORY: Final = (os.environ.get("XDG_RUNTIME_DIR", ""), "/dev/shm")  # noqa: S108  folders that lie in memory on Linux

PATIENCE: Final = 10.0  #: seconds in which a browser's other processes come to their end
#: where browsers write what no flag of theirs moves, also a socket for as long as they run: these lead into the profile
_HOMES: Final = ("HOME", "TMPDIR", *(f"XDG_{kind}_HOME" for kind in ("CACHE", "CONFIG", "DATA", "STATE")))
PREFIX: Final = "tamizdat-"  #: of a profile's name
LOCK: Final = "tamizdat.lock"  #: in a profile: held for as long as whoever started its browser lives
NOWHERE: Final = 1  #: a port of this computer at which nobody listens, and only its administrator could
_CHROMIUM_FLAGS: Final = (
    "--incognito",
    "--no-first-run",
    "--no-default-browser-check",
    "--disable-sync",
    "--disable-extensions",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-domain-reliability",
    "--disable-breakpad",
    "--disable-crash-reporter",
    "--disable-save-password-bubble",
    "--password-store=basic",
    "--disable-features=Translate,MediaRouter,OptimizationHints,AutofillServerCommunication",
    # a browser asks its makers for news of itself, whatever flags it is given, past the proxy of the places: here that
    # ends on this computer, names are asked of the proxy, and the page itself is asked for without one
    f"--proxy-server=socks5://127.0.0.1:{NOWHERE}",
    "--disable-quic",
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
)
#: by file of the profile. Past any proxy it looks for the name of a server that would look up names for it, and for
#: names that it expects to be asked for. A flag that forbids all names (--host-resolver-rules) does so too, and has a
#: bar across the page warn of it, for which Chromium knows no other cure.
_CHROMIUM_PREFERENCES: Final[dict[str, dict[str, dict[str, bool | int | str]]]] = {
    "Local State": {"dns_over_https": {"mode": "off"}},
    "Default/Preferences": {
        "net": {"network_prediction_options": 2},  # never
        "search": {"suggest_enabled": False},
        "alternate_error_pages": {"enabled": False},
    },
}
_FIREFOX_PREFERENCES: Final[dict[str, bool | int | str]] = {
    "browser.privatebrowsing.autostart": True,
    "places.history.enabled": False,
    "signon.rememberSignons": False,
    "browser.formfill.enable": False,
    "browser.cache.disk.enable": False,
    "browser.sessionstore.max_tabs_undo": 0,
    "browser.sessionstore.resume_from_crash": False,
    "browser.shell.checkDefaultBrowser": False,
    "browser.aboutwelcome.enabled": False,
    "browser.startup.homepage_override.mstone": "ignore",
    "datareporting.policy.dataSubmissionEnabled": False,
    "toolkit.telemetry.reportingpolicy.firstRun": False,
    "app.update.auto": False,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "network.proxy.type": 1,
    "network.proxy.socks": "127.0.0.1",
    "network.proxy.socks_port": NOWHERE,
    "network.proxy.socks_version": 5,
    "network.proxy.socks_remote_dns": True,
    "network.proxy.failover_direct": False,
    "network.proxy.allow_bypass": False,
    "network.proxy.no_proxies_on": "127.0.0.1",
    "network.dns.disablePrefetch": True,
    "network.prefetch-next": False,
    "network.trr.mode": 5,
    "network.http.http3.enable": False,
    "media.peerconnection.enabled": False,
    "media.autoplay.default": 5,
}


@dataclass
class Browser:
    """A started browser. *in_memory*: its profile never touches a disk."""

    process: "subprocess.Popen[bytes]"
    profile: Path
    in_memory: bool
    lock: int | None = None  #: the open file by which another start knows that this one lives

    def close(self) -> None:
        """End the browser if it runs, and delete its profile."""
        with suppress(OSError):
            self.process.terminate()
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(5)
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        _delete(self.profile)
        if self.lock is not None:
            os.close(self.lock)
            self.lock = None


def clear_away() -> None:
    """Delete the profiles that runs left which were ended by force, and end the browsers that still show them."""
    for folder in {*MEMORY, tempfile.gettempdir()} - {""}:
        for profile in Path(folder).glob(f"{PREFIX}*"):
            with suppress(OSError):  # of somebody else, gone meanwhile, or held: then it is not ours to delete
                if os.lstat(profile).st_uid == os.geteuid() and not profile.is_symlink():
                    held = _locked(profile / LOCK, os.O_RDWR)
                    try:
                        _end_browsers(profile)
                        _delete(profile)
                    finally:
                        os.close(held)


def _locked(file: Path, how: int) -> int:
    """Return the open file, locked; raises OSError if it is not there, or if another process holds it."""
    handle = os.open(file, how | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(handle)
        raise
    return handle


def _end_browsers(profile: Path) -> None:
    """End what was started with this profile and outlived who started it (on Linux, which tells how it was started)."""
    named = {f"--user-data-dir={profile}", str(profile)}
    for process in Path("/proc").glob("[1-9]*"):
        with suppress(OSError):
            words = (process / "cmdline").read_bytes().decode("utf-8", "replace").split("\0")
            if named & {*words[1:]} and process.stat().st_uid == os.geteuid():
                os.kill(int(process.name), signal.SIGKILL)


def _delete(profile: Path) -> None:
    until = time.monotonic() + PATIENCE
    while profile.exists() and time.monotonic() < until:  # a browser's processes may write for a moment longer
        shutil.rmtree(profile, ignore_errors=True)
        time.sleep(0.02)


def start_browser(address: str, extra: Sequence[str] = ()) -> Browser | None:
    """Start a browser at *address* with a profile of its own; None if none is installed.

    *extra* are flags for it (a browser without a screen, for instance).
    """
    program, family = _program()
    if program is None:
        return None
    folder, in_memory = _memory()
    profile = Path(tempfile.mkdtemp(prefix=PREFIX, dir=folder))
    lock = _locked(profile / LOCK, os.O_RDWR | os.O_CREAT)
    start = profile / "start.html"
    start.write_text(
        '<!doctype html><meta charset="utf-8"><title>tamizdat</title>'
        f'<meta http-equiv="refresh" content="0; url={address}">',
        "utf-8",
    )
    start.chmod(0o600)
    command = _command(program, family, profile, start.as_uri(), extra)
    home = dict.fromkeys(_HOMES, str(profile))
    home["XAUTHORITY"] = os.environ.get("XAUTHORITY") or str(Path.home() / ".Xauthority")
    try:
        process = subprocess.Popen(
            command,
            env={**os.environ, **home},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,  # Ctrl-C is for us; we end it
        )
    except OSError:
        shutil.rmtree(profile, ignore_errors=True)
        os.close(lock)
        return None
    return Browser(process, profile, in_memory, lock)


def _program() -> tuple[str | None, str]:
    for family, names in (("chromium", CHROMIUM), ("firefox", FIREFOX)):
        for name in names:
            if found := shutil.which(name):
                return found, family
    return None, ""


def _memory() -> tuple[str | None, bool]:
    """Return a folder that lies in memory; the system's temporary one, and False, where there is none."""
    for folder in MEMORY:
        if folder and os.access(folder, os.W_OK | os.X_OK):
            return folder, True
    return None, False


def _command(program: str, family: str, profile: Path, address: str, extra: Sequence[str]) -> list[str]:
    if family == "chromium":
        for name, preferences in _CHROMIUM_PREFERENCES.items():
            (profile / name).parent.mkdir(exist_ok=True)
            (profile / name).write_text(json.dumps(preferences), "ascii")
        return [program, f"--user-data-dir={profile}", *_CHROMIUM_FLAGS, *extra, f"--app={address}"]
    lines = [f'user_pref("{name}", {_script(value)});\n' for name, value in _FIREFOX_PREFERENCES.items()]
    (profile / "user.js").write_text("".join(lines), "ascii")
    return [program, "--profile", str(profile), "--no-remote", *extra, "--private-window", address]


def _script(value: bool | int | str) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int) else f'"{value}"'
