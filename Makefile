# make demo    the whole way, on this computer, with a made-up camera card
# make test    everything that is checked: style, types, architecture, manual, tests
# make check   the same without the tests; make clean removes what these made
# make package a Debian package of the commit, in build/, for computers without git and pip (docs/installing.md)
#
# All of them first make .venv (Python 3.11 or newer) with the exact packages of constraints.txt.

.PHONY: demo test check package setup clean

demo: .venv/ready
	.venv/bin/tamizdat demo $(ARGS)

test: .venv/ready
	@failed=0; scripts/check || failed=1; scripts/test $(ARGS) || failed=1; exit $$failed

check: .venv/ready
	scripts/check

package: .venv/ready
	.venv/bin/python scripts/package $(ARGS)

setup: .venv/ready

.venv/ready: constraints.txt pyproject.toml scripts/setup scripts/system-packages
# Both wait for the network and for one processor, so they run beside one another, unless the system has yet to give us venv.
	@if python3 -c 'import ensurepip' 2> /dev/null; then \
	  scripts/system-packages & packages=$$!; \
	  scripts/setup; made=$$?; wait $$packages && exit $$made; \
	else \
	  scripts/system-packages && scripts/setup; \
	fi
	touch $@

clean:
	rm -rf .venv build .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis demo
