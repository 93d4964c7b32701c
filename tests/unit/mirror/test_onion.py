"""The lines for Tor are such as Tor accepts, for the site and for the workbench, apart."""

import shutil
import subprocess
from pathlib import Path

import pytest

from tamizdat.errors import UsageError
from tamizdat.mirror.onion import SITE, WORKBENCH, client_key, torrc

needs_tor = pytest.mark.skipif(
    shutil.which("tor") is None, reason="tor is not installed: its settings were not checked"
)


def test_both_services_are_apart() -> None:
    site, desk = torrc(SITE, 8481), torrc(WORKBENCH, 8480)
    assert site.splitlines()[0] != desk.splitlines()[0]
    assert "127.0.0.1:8481" in site
    assert "127.0.0.1:8480" in desk


def test_a_client_key_has_two_halves_of_52_letters() -> None:
    key = client_key("robin")
    kind, algorithm, public = key.public.split(":")
    assert (kind, algorithm, len(public), len(key.secret)) == ("descriptor", "x25519", 52, 52)
    assert key.secret not in key.public
    for name in ("", "../x", "Robin", "a b", "x" * 40):
        with pytest.raises(UsageError):
            client_key(name)


@needs_tor
def test_tor_accepts_the_lines(tmp_path: Path) -> None:
    settings = tmp_path / "torrc"
    services = tmp_path / "services"
    services.mkdir(mode=0o700)
    settings.write_text(
        f"DataDirectory {tmp_path / 'data'}\n{torrc(SITE, 8481, services)}{torrc(WORKBENCH, 8480, services)}"
    )
    command = ["tor", "--verify-config", "-f", str(settings)]
    subprocess.run(command, check=True, capture_output=True, timeout=60)
