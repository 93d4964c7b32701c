"""The box around the browser that captures: bubblewrap, a network of its own with nothing in it, a profile in memory.

Chromium's own sandbox stays on inside it, so a page has two walls to get through, and behind both there is no network
but the proxy (way_out.py), no file of this computer but ``/usr`` and fonts, no home, no other process, and no name of
this computer: the host is called "box", the time zone is UTC, the language English. The profile lies in the box's
``/tmp``, in memory, and is gone with it.

Never as root: Chromium would have to run without its own sandbox.
"""

import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from tamizdat.captures import inside
from tamizdat.captures.devtools import DevTools
from tamizdat.dataclass import dataclass
from tamizdat.errors import SandboxMissing, ToolMissing, UsageError
from tamizdat.footage.decode.sandbox import system_mounts

#: where distributions put the program itself; what is in PATH is often a script that reads files of this computer
BROWSERS: Final = ("/usr/lib/chromium/chromium", "/usr/lib64/chromium-browser/chromium-browser", "/usr/bin/chromium")
FONTS: Final = ("/etc/fonts", "/usr/share/fonts", "/usr/local/share/fonts")
PROFILE: Final = 1 << 30  #: bytes that the profile may have, in memory
INSIDE: Final = "/box/inside.py"
_FEATURES: Final = (
    "Translate", "MediaRouter", "OptimizationHints", "AutofillServerCommunication", "HttpsUpgrades",
    "CertificateTransparencyComponentUpdater", "NetworkTimeServiceQuerying",
)  # fmt: skip
_FLAGS: Final = (
    "--headless=new",
    "--remote-debugging-pipe",
    "--user-data-dir=/tmp/profile",
    f"--proxy-server=http://127.0.0.1:{inside.PORT}",
    "--proxy-bypass-list=<-loopback>",  # loopback too goes to the proxy, which refuses it
    "--disable-quic",
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--dns-prefetch-disable",
    "--no-pings",
    "--no-first-run",
    "--no-default-browser-check",
    "--disable-sync",
    "--disable-extensions",
    "--disable-component-extensions-with-background-pages",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-client-side-phishing-detection",
    "--disable-domain-reliability",
    "--disable-breakpad",
    "--disable-default-apps",
    "--disable-gpu",
    "--hide-scrollbars",
    "--mute-audio",
    "--metrics-recording-only",
    "--password-store=basic",
    f"--disable-features={','.join(_FEATURES)}",
    "--js-flags=--max-old-space-size=1024",  # MiB that a page's scripts may hold
    "--lang=en-US",
    "--window-size=1280,1024",
)


@dataclass(frozen=True)
class Boxed:
    """A running browser: how it is told what to do, and where its connections come out."""

    tools: DevTools
    connections: socket.socket


def refuse_root() -> None:
    """Raise :class:`UsageError` for root."""
    if os.geteuid() == 0:
        raise UsageError(
            "Expected to capture as an ordinary user, found root: as root the browser would run without its own "
            "sandbox, and a hole in it would be open to the whole computer. Run the desk as an ordinary user. Nothing "
            "was captured."
        )


def browser_program() -> str:
    """Return where Chromium lies. Raises :class:`ToolMissing` if there is none."""
    found = next((each for each in BROWSERS if Path(each).is_file()), None) or shutil.which("chromium")
    if found is None:
        raise ToolMissing(
            "Expected Chromium, which captures pages, found none; install the package chromium. Nothing was captured."
        )
    return found


@contextmanager
def boxed_browser(key_hash: str) -> Iterator[Boxed]:
    """Start Chromium in a box; it accepts certificates of the key with this hash (base64 of SHA-256 of its SPKI).

    Raises :class:`UsageError` for root, :class:`ToolMissing` without Chromium, :class:`SandboxMissing` without bwrap.
    """
    refuse_root()
    program = browser_program()
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    (their_in, our_out), (our_in, their_out) = os.pipe(), os.pipe()
    handed = (theirs.fileno(), their_in, their_out)
    flags = [*_FLAGS, f"--ignore-certificate-errors-spki-list={key_hash}"]
    try:
        process = _start([sys.executable, INSIDE, *map(str, handed), program, *flags, "about:blank"], handed)
    except BaseException:
        for each in (our_in, our_out):
            os.close(each)
        ours.close()
        raise
    finally:
        theirs.close()
        os.close(their_in)
        os.close(their_out)
    tools = DevTools(our_in, our_out)
    try:
        yield Boxed(tools, ours)
    finally:
        tools.close()
        with suppress(subprocess.TimeoutExpired):
            process.wait(1)
        process.kill()
        process.wait()
        ours.close()


def _start(program: Sequence[str], handed: Sequence[int]) -> "subprocess.Popen[bytes]":
    try:
        return subprocess.Popen(
            command(program),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            pass_fds=tuple(handed),
            env={},
            start_new_session=True,  # Ctrl-C is for us; we end it
        )
    except OSError as error:
        raise SandboxMissing(f"Expected to start bwrap, the system refused: {error.strerror}.") from error


def command(program: Sequence[str]) -> list[str]:
    """Return the command line that runs *program* in the box. Raises :class:`SandboxMissing` without bwrap."""
    bwrap = shutil.which("bwrap")
    if bwrap is None:
        raise SandboxMissing(
            "Expected the program bwrap, which shuts in the browser that captures, found none; install the package "
            "bubblewrap. Nothing was captured."
        )
    mounts = [*system_mounts(PROFILE, FONTS), "--ro-bind", inside.__file__, INSIDE]
    return [
        bwrap, "--unshare-all", "--as-pid-1", "--die-with-parent", "--cap-drop", "ALL", "--new-session", "--clearenv",
        "--setenv", "PATH", "/usr/bin:/bin", "--setenv", "LC_ALL", "C.UTF-8", "--setenv", "TZ", "UTC",
        "--setenv", "HOME", "/tmp", "--hostname", "box", *mounts, "--remount-ro", "/", "--chdir", "/tmp",  # noqa: S108
        "--", *program,
    ]  # fmt: skip
