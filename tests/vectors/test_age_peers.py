"""Our age files in others' hands, and theirs in ours: npm's age-encryption (by age's author), pyrage, Debian's age."""

import base64
import fcntl
import os
import pty
import select
import shutil
import subprocess
import termios
import time
from pathlib import Path

import pyrage
import pytest

from tamizdat.errors import WrongPassphrase
from tamizdat.keys import SealingKey
from tamizdat.sealing.age import X25519Identity, seal, unseal, unwrap, wrap

NPM = Path(__file__).resolve().parents[2] / "build/npm"  # filled by scripts/npm-tools; tests install nothing
SIZES = [0, 1, 65535, 65536, 65537, 200_000]
KEY, OTHER = SealingKey(bytes(range(32))), SealingKey(bytes(32))

needs_age_encryption = pytest.mark.skipif(
    shutil.which("node") is None or not (NPM / "node_modules/age-encryption").is_dir(),
    reason="npm's age-encryption is not installed (scripts/npm-tools does it): not tested against it",
)
needs_age = pytest.mark.skipif(
    shutil.which("age") is None, reason="Debian's age is not installed: not tested against it"
)


def payload(size: int) -> bytes:
    return (bytes(range(251)) * (size // 251 + 1))[:size]


# --- npm age-encryption ------------------------------------------------------------------------------------------


def node(script: str, *arguments: str, stdin: bytes = b"") -> bytes:
    """Run *script* as a module beside the installed packages; ``input`` is standard input, ``output(…)`` the answer."""
    frame = """
        import * as age from "age-encryption";
        import fs from "node:fs";
        const input = new Uint8Array(fs.readFileSync(0));
        const [...args] = process.argv.slice(1);
        const output = (data) => fs.writeSync(1, data);
    """
    done = subprocess.run(
        ["node", "--input-type=module", "--eval", frame + script, "--", *arguments],
        input=stdin, cwd=NPM, capture_output=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout


EACH_LINE = """
    const lines = Buffer.from(input).toString().split("\\n");
    const answers = [], bytes = (line) => new Uint8Array(Buffer.from(line, "base64"));
    for (const each of lines) answers.push(await answer(bytes(each)));
    fs.writeFileSync(1, answers.map((each) => Buffer.from(each).toString("base64")).join("\\n"));
"""
DECRYPT = "const d = new age.Decrypter(); d.addIdentity(args[0]); const answer = (each) => d.decrypt(each);"
ENCRYPT = """
    const e = new age.Encrypter(); for (const r of args) e.addRecipient(r); const answer = (each) => e.encrypt(each);
"""


def node_for_each(script: str, *arguments: str, stdin: list[bytes]) -> list[bytes]:
    """What ``answer(…)`` of *script* gives for each of several inputs; one start of node is a third of a second."""
    lines = b"\n".join(base64.b64encode(each) for each in stdin)
    return [base64.b64decode(each) for each in node(script + EACH_LINE, *arguments, stdin=lines).split(b"\n")]


@needs_age_encryption
def test_npm_computes_the_same_recipient() -> None:
    script = "output(await age.identityToRecipient(args[0]));"
    assert node(script, KEY.to_text()).decode() == KEY.recipient.to_text()


@needs_age_encryption
def test_npm_opens_what_we_seal() -> None:
    sealed = [seal(payload(size), [OTHER.recipient, KEY.recipient]) for size in SIZES]
    assert node_for_each(DECRYPT, KEY.to_text(), stdin=sealed) == [payload(size) for size in SIZES]


@needs_age_encryption
def test_we_open_what_npm_seals() -> None:
    both = (KEY.recipient.to_text(), OTHER.recipient.to_text())
    sealed = node_for_each(ENCRYPT, *both, stdin=[payload(size) for size in SIZES])
    assert len(sealed) == len(SIZES)
    for size, each in zip(SIZES, sealed, strict=True):
        assert unseal(each, [KEY]) == unseal(each, [OTHER]) == payload(size), size


@needs_age_encryption
def test_npm_opens_our_key_file() -> None:
    script = """
        const d = new age.Decrypter(); d.addPassphrase(args[0]);
        fs.writeFileSync(1, await d.decrypt(input));
    """
    assert node(script, "six random words", stdin=wrap(b"secret\n", b"six random words", 10)) == b"secret\n"


@needs_age_encryption
def test_npm_refuses_what_we_refuse() -> None:
    script = """
        const d = new age.Decrypter(); d.addIdentity(args[0]);
        const answer = (each) => d.decrypt(each).then(() => "opened", () => "refused");
    """
    sealed = bytearray(seal(b"x" * 100, [KEY.recipient]))
    sealed[-1] ^= 1
    given = [seal(b"x" * 100, [KEY.recipient]), bytes(sealed), seal(b"x", [OTHER.recipient])]
    assert node_for_each(script, KEY.to_text(), stdin=given) == [b"opened", b"refused", b"refused"]


# --- pyrage ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", SIZES)
def test_we_open_what_pyrage_seals_to_x25519(size: int) -> None:
    identity = pyrage.x25519.Identity.generate()
    sealed = pyrage.encrypt(payload(size), [identity.to_public()])
    assert unseal(sealed, [X25519Identity.from_text(str(identity))]) == payload(size)


def test_pyrage_opens_our_key_file() -> None:
    assert pyrage.passphrase.decrypt(wrap(b"secret", b"six random words", 10), "six random words") == b"secret"


# --- Debian's age ------------------------------------------------------------------------------------------------


def age_at_a_terminal(arguments: list[str], passphrase: str) -> int:
    """Run ``age`` with a terminal of its own, since it takes passphrases from nowhere else; its exit code."""
    controller, terminal = pty.openpty()

    def own_terminal() -> None:
        os.setsid()
        fcntl.ioctl(terminal, termios.TIOCSCTTY, 0)

    process = subprocess.Popen(["age", *arguments], stdin=terminal, stdout=terminal, stderr=terminal,
                               preexec_fn=own_terminal)  # fmt: skip
    os.close(terminal)
    until, shown = time.monotonic() + 60, b""
    while process.poll() is None and time.monotonic() < until:
        if select.select([controller], [], [], 0.1)[0]:
            try:
                shown += os.read(controller, 4096)
            except OSError:  # the other end was closed
                break
            if shown.rstrip().endswith(b":"):
                shown = b""
                os.write(controller, passphrase.encode() + b"\n")
    code = process.wait(60)
    os.close(controller)
    return code


@needs_age
def test_stock_age_opens_our_key_file(tmp_path: Path) -> None:
    (tmp_path / "key.age").write_bytes(wrap(b"AGE-SECRET-KEY-PQ-1\n", b"six random words"))
    arguments = ["--decrypt", "--output", str(tmp_path / "key"), str(tmp_path / "key.age")]
    assert age_at_a_terminal(arguments, "six random words") == 0
    assert (tmp_path / "key").read_bytes() == b"AGE-SECRET-KEY-PQ-1\n"


@needs_age
def test_we_open_the_key_file_of_stock_age(tmp_path: Path) -> None:
    (tmp_path / "key").write_bytes(b"secret\n")
    arguments = ["--passphrase", "--output", str(tmp_path / "key.age"), str(tmp_path / "key")]
    assert age_at_a_terminal(arguments, "six random words") == 0
    wrapped = (tmp_path / "key.age").read_bytes()
    assert unwrap(wrapped, b"six random words") == b"secret\n"
    with pytest.raises(WrongPassphrase):
        unwrap(wrapped, b"six random word")


@needs_age
@pytest.mark.parametrize("armor", [[], ["--armor"]])
@pytest.mark.parametrize("size", [0, 65536, 200_000])
def test_we_open_what_stock_age_seals_to_x25519(size: int, armor: list[str]) -> None:
    identity = pyrage.x25519.Identity.generate()
    sealed = subprocess.run(
        ["age", "--encrypt", *armor, "--recipient", str(identity.to_public())],
        input=payload(size), capture_output=True, timeout=60, check=True,
    ).stdout  # fmt: skip
    assert unseal(sealed, [X25519Identity.from_text(str(identity))]) == payload(size)
