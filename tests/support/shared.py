"""Where outside vectors and real samples lie: ``../shared`` beside the checkout. They are never copied from there."""

from pathlib import Path

import pytest

SHARED = Path(__file__).resolve().parents[3] / "shared"
VECTORS = SHARED / "vectors"
SAMPLES = SHARED / "samples"

needs_shared = pytest.mark.skipif(
    not VECTORS.is_dir(), reason="outside vectors: ../shared is not beside this checkout, so they were not checked"
)
