"""Backups: all of a desk that cannot be made again, sealed to a printed recovery key; and a desk made of one."""
