"""Width and height of published pictures, which pages need to keep their place; each is opened once."""

from dataclasses import dataclass

from PIL import Image

from tamizdat.archive import Objects
from tamizdat.publishing.build.cache import BuildCache


@dataclass
class ImageSizes:
    """Measures objects; what is known stands on the cache."""

    objects: Objects
    cache: BuildCache

    def measure(self, digest: str) -> tuple[int, int]:
        """Width and height of a JPEG of ours."""
        if digest not in self.cache.pictures:
            with self.objects.open(digest) as file, Image.open(file, formats=("JPEG",)) as image:
                self.cache.pictures[digest] = image.width, image.height
        return self.cache.pictures[digest]
