"""The command line: ``main`` and one file per verb. Parse, call, print; only here may the process exit."""
