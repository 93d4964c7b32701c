"""What others say of our stamps: ``openssl ts``, rfc3161-client, OpenTimestamps' ``ots`` with a double of a node."""

import hashlib
import http.server
import json
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
import rfc3161_client
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from support.stamping import Calendar, StampServers
from tamizdat.encoding import sha256
from tamizdat.timestamps import calendar
from tamizdat.timestamps.authority import stamp
from tamizdat.timestamps.ots import block_hash

TEXT = b"desk.example/ledger\n256\nRootRootRootRootRootRootRootRootRootRootRoo=\n"
OTS = shutil.which("ots", path=str(Path(sys.executable).parent)) or shutil.which("ots")


def test_rfc3161_client_accepts_a_token_whose_chain_it_could_not_read_where_it_came_from(tmp_path: Path) -> None:
    """OpenSSL writes certificates unsorted, which that library refuses; without them it reads the token."""
    with StampServers(tmp_path) as servers:
        one = servers.authority("One")
        answered = stamp(one.url, sha256(TEXT), datetime.now(UTC))
    response = rfc3161_client.decode_timestamp_response(answered.answer)
    signer, *others = map(x509.load_der_x509_certificate, answered.certificates)
    builder = rfc3161_client.VerifierBuilder().tsa_certificate(signer).add_root_certificate(one.local.root)
    for each in others:
        builder = builder.add_intermediate_certificate(each)
    assert builder.build().verify_message(response, TEXT)
    assert response.tst_info.gen_time.astimezone(UTC).replace(microsecond=0) == answered.token.stamped.time.replace(
        microsecond=0
    )


def test_openssl_says_failed_of_something_else(tmp_path: Path) -> None:
    with StampServers(tmp_path) as servers:
        one = servers.authority("One")
        answered = stamp(one.url, sha256(TEXT), datetime.now(UTC))
    (tmp_path / "kept.tsr").write_bytes(answered.answer)
    pem = b"".join(x509.load_der_x509_certificate(each).public_bytes(Encoding.PEM) for each in answered.certificates)
    (tmp_path / "beside.pem").write_bytes(pem)
    said = {}
    for name, text in (("right", TEXT), ("wrong", TEXT + b"\n")):
        (tmp_path / name).write_bytes(text)
        command = ["openssl", "ts", "-verify", "-data", name, "-in", "kept.tsr", "-untrusted", "beside.pem"]
        done = subprocess.run(
            [*command, "-CAfile", f"{one.local.folder}/root.pem"], cwd=tmp_path, capture_output=True, check=False
        )
        said[name] = done.returncode
    assert said == {"right": 0, "wrong": 1}


@contextmanager
def node(calendar_server: Calendar) -> Iterator[str]:
    """A Bitcoin node's RPC that knows the blocks of a calendar; gives its address with a login."""

    class Answers(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            heights = calendar_server.headers
            known = {block_hash(header): header for header in heights.values()}
            found: object = None
            match asked["method"], asked["params"]:
                case "getblockhash", [int(height)]:
                    found = block_hash(heights[height])
                case "getblockheader", [str(name), *_]:
                    found = known[name].hex()
                case "getblockcount", _:
                    found = max(heights)
            data = json.dumps({"result": found, "error": None, "id": asked["id"]}).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, format: str, *args: object) -> None:
            """Print nothing."""

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answers) as server:
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        yield f"http://u:p@127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.mark.skipif(OTS is None, reason="OpenTimestamps' client (PyPI: opentimestamps-client) is not installed here")
def test_ots_accepts_our_proof_against_a_node_that_has_its_block_and_refuses_another_file(tmp_path: Path) -> None:
    assert OTS is not None
    with StampServers(tmp_path / "servers") as servers:
        one = servers.calendar("one")
        data, _ = calendar.submit([one.url], sha256(TEXT))
        assert data is not None
        one.bury(datetime(2026, 11, 29, 3, 20, tzinfo=UTC))
        complete, _ = calendar.upgrade(data)
        (tmp_path / "text").write_bytes(TEXT)
        (tmp_path / "other").write_bytes(TEXT + b"\n")
        (tmp_path / "text.ots").write_bytes(complete)
        with node(one) as address:
            said = {}
            for name in ("text", "other"):
                command = [OTS, "--no-cache", "--bitcoin-node", address, "verify", "-f", name, "text.ots"]
                done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=60)
                said[name] = done.returncode, done.stderr
    assert said["text"][0] == 0, said
    assert "Success! Bitcoin block 800000 attests" in said["text"][1]
    assert said["other"][0] == 1
    info = subprocess.run([OTS, "info", "text.ots"], cwd=tmp_path, capture_output=True, text=True, check=True).stdout
    assert hashlib.sha256(TEXT).hexdigest() in info
    assert "BitcoinBlockHeaderAttestation(800000)" in info
