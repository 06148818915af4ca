# The two commands: `make run` shows the whole machine at work, `make test` proves it. Both set themselves up.
# `make run VISIT=scripts/visits/other.toml` chooses the item, the locality, the card and the papers.

python := .venv/bin/python
export PATH := $(CURDIR)/.venv/bin:$(PATH)

.PHONY: run test check setup hooks bench lock

run: setup
	@$(python) -m scripts.visit $(if $(VISIT),--visit "$(VISIT)")

# Most tests wait for a daemon, so three run side by side; the whole machine has the processors for itself.
test: setup
	@scripts/check
	@$(python) -m pytest -n 3 --dist loadfile -m "not e2e" $(ARGS)
	@$(python) -m pytest -m e2e $(ARGS)

check: setup
	@scripts/check

bench: setup
	@scripts/bench visit

setup:
	@scripts/setup

hooks:
	@git config core.hooksPath .githooks
	@echo "hooks: scripts/check runs before every commit"

lock:
	@scripts/lock
