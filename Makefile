# Tidemark. `make run` is all a newcomer needs; `make help` lists the rest.
PYTHON ?= python3
LAUNCH := $(PYTHON) -m launch

.DEFAULT_GOAL := help
.PHONY: help run dev setup test check fix bench shots fresh seed migration

help: ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-10s %s\n", $$1, $$2}'

run: ## set everything up and serve the product (8000) with its sandbox (8420)
	@exec $(LAUNCH) run

dev: ## the same with hot reload, for working on pages
	@exec $(LAUNCH) dev

setup: ## only set up, start nothing
	@exec $(LAUNCH) setup

test: ## the whole suite; T=path runs part of it
	@exec $(LAUNCH) test $(T)

check: ## format, lint, types, contracts, migrations, spelling
	@exec $(LAUNCH) check

fix: ## let the formatter and the linter mend what they can
	@exec $(LAUNCH) fix

bench: ## the table of measurements, with its baselines
	@exec $(LAUNCH) bench

shots: ## pictures of every page, dark and light, wide and narrow, into shots/
	@exec $(LAUNCH) shots

fresh: ## what a stranger sees: clone, run, walk the main job, test
	@exec $(LAUNCH) fresh

seed: ## set a scene beside a running sandbox: make seed S=trial-ending
	@exec $(LAUNCH) seed $(S)

migration: ## write a migration from the models: make migration M="add a column"
	@exec $(LAUNCH) migration "$(M)"
