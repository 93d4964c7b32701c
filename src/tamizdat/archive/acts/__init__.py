"""Statements that the desk makes about what it has: signing them, editing, removing, listing people."""
