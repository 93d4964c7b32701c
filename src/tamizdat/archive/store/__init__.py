"""Objects: what arrived, whole files named by their SHA-256, read-only, and the way in and out of them."""
