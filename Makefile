# Kruzhok. `make demo` shows it, `make test` tries it; `make help` lists the rest.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
CODE := bot storage sandbox

.DEFAULT_GOAL := help
.PHONY: help demo run test check bench soak transcripts messages language setup lock

help:  ## list these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

demo: $(READY)  ## show the bot in lifelike messengers on this machine: one page, no account, no token
	$(BIN)/python -m sandbox

run: $(READY)  ## run the bot with the tokens of the environment
	$(BIN)/python -m bot run

test: $(READY)  ## run every test and report the coverage
	$(BIN)/pytest -n auto --cov --cov-report=term

check: $(READY)  ## everything that must hold before a change is offered, the tests included
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	$(BIN)/deptry $(CODE)
	$(BIN)/vulture
	$(BIN)/pylint --disable=all --enable=duplicate-code --score=no $(CODE)
	$(BIN)/python scripts/messages.py check
	$(MAKE) test

bench: $(READY)  ## measure a press beside a bare aiogram echo and the usual way, then an opening night: twelve minutes, better on an idle machine
	$(BIN)/python -m bench
	$(BIN)/python -m bench opening --quick

soak: $(READY)  ## let random people use the real bot for ten minutes, with troubles and a hurrying clock; prints figures
	$(BIN)/python -m tests.soak

transcripts: $(READY)  ## rewrite the transcripts as the bot answers today (T=visits: one); review the difference as prose
	$(BIN)/pytest tests/test_transcripts.py --update -q $(if $(T),-k "$(T)")

messages: $(READY)  ## bring locales/ up to what the code says, and say what is not translated
	$(BIN)/python scripts/messages.py update

language: $(READY)  ## start a translation: make language L=tt
	@test -n "$(L)" || { echo "Which language? make language L=tt"; exit 2; }
	$(BIN)/python scripts/messages.py new $(L)

setup: $(READY)  ## make .venv with what the lock names; a no-op while that stays as it is

$(READY): requirements-dev.lock
	@$(PYTHON) -c 'import sys; sys.exit("Kruzhok needs Python 3.11 or newer: make PYTHON=python3.12 …" if sys.version_info < (3, 11) else 0)'
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $<
	@touch $@

lock:  ## resolve the dependencies of pyproject.toml anew (needs uv)
	uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-header --upgrade --quiet -o requirements.lock
	uv pip compile pyproject.toml --group dev -c requirements.lock --universal --python-version 3.11 --generate-hashes --no-header --upgrade --quiet -o requirements-dev.lock
