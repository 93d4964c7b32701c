#!/bin/sh
# What: rocrate 0.14.0, 0.15.0, 0.16.0 (PyPI)
# Guess: a minor release of the library writes the same version of RO-Crate for the same call.
# Does: ROCrate() writes 1.1, 1.2 and 1.3 in three releases one after the other: other context, other conformsTo.
# Seen: 0.14.0 → 1.1, 0.15.0 → 1.2, 0.16.0 → 1.3.
# Source: RO-Crate 1.1 to 1.3, 'conformsTo': a validator goes by it.
# Instead: name the version: ROCrate(version='1.1').
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
python3 -m venv venv
for wanted in 0.14.0-1.1 0.15.0-1.2 0.16.0-1.3; do
  venv/bin/pip install -qq rocrate==${wanted%-*} || exit 2
  venv/bin/python - "${wanted#*-}" <<'END'
import importlib.metadata, sys
from rocrate.rocrate import ROCrate

conforms = str(ROCrate().metadata["conformsTo"])
print(importlib.metadata.version("rocrate"), conforms)
if not conforms.endswith(sys.argv[1]):
    sys.exit(f"changed: {conforms}")
END
done
