"""What pages tell of published media and no statement says: pixels, seconds; and their sounds."""

from tamizdat.archive import Objects
from tamizdat.dataclass import dataclass
from tamizdat.footage.mp4_boxes import length_of
from tamizdat.publishing.build.cache import BuildCache


@dataclass
class ImageSizes:
    """Width and height of published pictures, which pages need to keep their place; each is opened once."""

    objects: Objects
    cache: BuildCache

    def measure(self, digest: str) -> tuple[int, int]:
        """Return the cached width and height in pixels of a published JPEG."""
        if digest not in self.cache.pictures:
            from PIL import Image  # of few editions a picture is new

            with self.objects.open(digest) as file, Image.open(file, formats=("JPEG",)) as image:
                self.cache.pictures[digest] = image.width, image.height
        return self.cache.pictures[digest]


@dataclass(frozen=True)
class Sounds:
    """Published sounds, each read whole when it is asked for."""

    objects: Objects

    def __call__(self, digest: str) -> bytes:
        """Return the sound with this SHA-256."""
        with self.objects.open(digest) as file:
            return file.read()


class Lengths(dict[str, float]):
    """Seconds of published clips and sounds by SHA-256; each is opened when a page asks for it first."""

    def __init__(self, objects: Objects) -> None:
        super().__init__()
        self._objects = objects

    def __missing__(self, digest: str) -> float:
        """Return what the file itself tells."""
        with self._objects.whole(digest) as path:
            self[digest] = length_of(path)
        return self[digest]
