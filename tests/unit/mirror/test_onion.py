"""The lines for Tor are such as Tor accepts, for the site and for the workbench, apart: as the commands print them."""

import json
import os
import shutil
import subprocess
import time
from pathlib import Path

import pytest

from tamizdat.cli.main import main
from tamizdat.errors import UsageError
from tamizdat.mirror.onion import SERVICES, SITE, WORKBENCH, client_key, torrc

TOR = shutil.which("tor", path=f"{os.environ.get('PATH', '')}:/usr/sbin")  # Debian's place, not in everybody's PATH
needs_tor = pytest.mark.skipif(TOR is None, reason="tor is not installed: its settings were not checked")


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
def test_tor_accepts_what_the_commands_print_and_reads_the_clients_key(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Tor runs without a network: it makes both addresses, and tells which keys of clients it took."""
    home = ["--home", str(tmp_path / "home"), "--json"]
    assert main(["desk", *home, "--onion", "robin"]) == 0
    desk = next(said for said in map(json.loads, capsys.readouterr().out.splitlines()) if "torrc" in said)
    assert main(["mirror", *home, "--onion", "--port", "8481"]) == 0
    site = next(said for said in map(json.loads, capsys.readouterr().out.splitlines()) if "torrc" in said)

    services, settings, told = tmp_path / "services", tmp_path / "torrc", tmp_path / "told"
    keys = services / WORKBENCH / "authorized_clients"
    for folder in (services, services / WORKBENCH, keys):
        folder.mkdir(mode=0o700)
    (keys / "robin.auth").write_text(desk["clients"][0]["authorized"] + "\n")
    # seen from where tor runs: the name of a folder of temporary files may have a space, which ends a name in a torrc
    lines = (desk["torrc"] + site["torrc"]).replace(str(SERVICES), services.name)
    settings.write_text(f"DataDirectory data\nSocksPort 0\nDisableNetwork 1\nLog info file {told.name}\n{lines}")
    assert TOR is not None
    subprocess.run(
        [TOR, "--verify-config", "-f", str(settings)], check=True, capture_output=True, timeout=60, cwd=tmp_path
    )
    with subprocess.Popen(
        [TOR, "-f", str(settings)], cwd=tmp_path, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as running:
        try:
            names = [services / name / "hostname" for name in (SITE, WORKBENCH)]
            deadline = time.monotonic() + 60
            while time.monotonic() < deadline:
                if all(each.is_file() for each in names) and "robin.auth" in told.read_text("utf-8", "replace"):
                    break
                time.sleep(0.02)
        finally:
            running.terminate()
    addresses = {each.read_text().strip() for each in names}
    assert len(addresses) == 2
    assert all(each.endswith(".onion") and len(each) == 62 for each in addresses)
    assert "Loaded a client authorization key file robin.auth." in told.read_text("utf-8", "replace")
