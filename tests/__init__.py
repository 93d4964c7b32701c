"""Tests. A package, for a module of that name that another package installs would else stand before it."""
