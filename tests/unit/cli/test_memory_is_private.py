"""Keys in a running command's memory: another process of the same user cannot read them (Linux)."""

import subprocess
import sys
from pathlib import Path

import pytest

from support.field_and_desk import World

#: Any process of the user who runs *tamizdat*: without CAP_SYS_PTRACE, by which the superuser reads everything.
READER = """
import array, ctypes, fcntl, os, subprocess, sys, termios, time

if sys.argv[1] == "drop":
    ctypes.CDLL(None).prctl(24, 19, 0, 0, 0)  # PR_CAPBSET_DROP; refused to those who have not got it anyway
    os.execv(sys.executable, [sys.executable, sys.argv[0], "read", *sys.argv[2:]])

def try_to_read(process):
    try:
        os.close(os.open(f"/proc/{process.pid}/mem", os.O_RDONLY))
        return "read"
    except PermissionError:
        return "refused"
    finally:
        process.kill()
        process.wait()

end, start = os.pipe()
os.write(start, b"correct horse")  # and no end of line: it goes on waiting for its passphrase
seal = subprocess.Popen([sys.executable, *sys.argv[2:], "--passphrase-fd", str(end)], pass_fds=[end])
unread = array.array("i", [1])
while unread[0] and seal.poll() is None:
    fcntl.ioctl(end, termios.FIONREAD, unread)
    time.sleep(0.01)
print(seal.poll(), try_to_read(seal), try_to_read(subprocess.Popen(["sleep", "60"])))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="prctl(2) and /proc are Linux's")
def test_a_second_process_of_the_same_user_cannot_open_the_memory_of_a_running_seal(tmp_path: Path) -> None:
    with World(tmp_path) as world:
        world.write("a.txt", b"a note")
        script = tmp_path / "reader.py"
        script.write_text(READER)
        seal = ["-m", "tamizdat.cli.main", "seal", str(world.card), "--home", str(world.field.folder), "--allow-swap"]
        done = subprocess.run([sys.executable, str(script), "drop", *seal], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["None", "refused", "read"], done.stderr
