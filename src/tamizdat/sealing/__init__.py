"""Sealing: age files of exact size, parcels, consignments, and the erasure code. Pure: bytes in, values out."""
