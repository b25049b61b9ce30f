# Two commands: `make demo` shows the site with sample data, `make test` runs all that CI runs.
# They need Python 3.11 or newer and make. All that they make is in .venv/ and var/.

PORT ?= 8000
export PORT

.PHONY: demo test check bench clean help

help:
	@echo "make demo    the site with sample data on http://127.0.0.1:$(PORT)"
	@echo "make check   the quick checks, in less than a minute"
	@echo "make test    everything CI runs, on SQLite and PostgreSQL"
	@echo "make bench   CPU, queries and growth of every kind of page: docs/performance.md"
	@echo "make clean   deletes the environment and caches, keeps var/ (your data)"

demo: .venv/runtime-installed
	@.venv/bin/python -m claimtracker.demo_server

test: .venv/dev-installed
	@.venv/bin/python -m tests.run

check: .venv/dev-installed
	@.venv/bin/python -m tests.run --quick

# BENCH="--claims 1000,10000 --database postgresql" asks for something else.
bench: .venv/dev-installed
	@.venv/bin/python -m tests.bench $(BENCH)

clean:
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis var/static
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# The environment. A stamp is newer than the list it was installed from, so a second run of
# anything installs nothing. The lists are complete, so pip has nothing to find out: --no-deps.

.venv/bin/python:
	@python=; for name in python3 python3.14 python3.13 python3.12 python3.11 python; do \
	  if $$name -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
	    python=$$name; break; fi; done; \
	if [ -z "$$python" ]; then \
	  echo "claimtracker needs Python 3.11 or newer, and no python3 here is that new."; \
	  echo "Install one (Debian: apt install python3 python3-venv; or python.org), then try again."; \
	  exit 1; fi; \
	echo "Making a virtual environment in .venv with $$($$python --version) ..."; \
	$$python -m venv .venv || { rm -rf .venv; \
	  echo "This Python cannot make virtual environments (Debian: apt install python3-venv)."; \
	  exit 1; }

.venv/runtime-installed: requirements.txt | .venv/bin/python
	@echo "Installing packages (requirements.txt) ..."
	@.venv/bin/python -m pip install --quiet --disable-pip-version-check --no-deps -r requirements.txt
	@touch $@

.venv/dev-installed: requirements-dev.txt | .venv/bin/python
	@echo "Installing packages for tests (requirements-dev.txt) ..."
	@.venv/bin/python -m pip install --quiet --disable-pip-version-check --no-deps -r requirements-dev.txt
	@touch $@ .venv/runtime-installed
