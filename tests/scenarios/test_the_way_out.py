"""From the card to the archive and back to the card: what should happen, happens, and nothing is to be seen of it."""
from pathlib import Path
import time
from world import World

def test_smoke(tmp_path: Path) -> None:
    with World(tmp_path) as world:
        world.write("a.txt", b"hello")
        world.write("DCIM/b.mp4", b"x" * 9_000_000)
        t=time.time()
        print(world.seal(), time.time()-t); t=time.time()
        print(world.send(), time.time()-t); t=time.time()
        print(world.receive(), time.time()-t); t=time.time()
        assert world.archived() == world.on_card()
        print(world.wipe(world.receipt()))
        assert world.on_card() == {}
