# The two commands do the work; this is their short form. `make help` lists all.
PYTHON ?= .venv/bin/python
BESIDE_SERVERS = $(PYTHON) -m dev.with_servers
TEMPLATES = git ls-files --cached --others --exclude-standard -z '*.html' | xargs -0 --no-run-if-empty

.DEFAULT_GOAL := help
.PHONY: help setup run worker test fmt lint types pages pictures ci

help: ## List the targets
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 10

setup: ## Environment with everything for the suite
	python3 -c 'from dev.suite import setup; setup()'

run: ## Everything: servers, data, page, worker, beat
	python3 start.py

worker: ## A worker with beat of one's own, beside a running `make run`
	@test -f var/environment || { echo "先执行 make run"; exit 1; }
	set -a; . var/environment; set +a; $(PYTHON) -m celery -A policy_tracker worker --beat \
	  --schedule var/beat-schedule-by-hand --hostname by-hand@%h --loglevel info

test: ## The suite
	python3 test.py

fmt: ## Put code and templates into shape
	$(PYTHON) -m ruff check --fix-only .
	$(PYTHON) -m ruff format .
	$(TEMPLATES) .venv/bin/djade --target-version 5.2

lint: ## Style, imports, templates, migrations
	$(PYTHON) -m ruff check .
	$(PYTHON) -m ruff format --check .
	$(TEMPLATES) .venv/bin/djade --check --target-version 5.2
	.venv/bin/lint-imports --no-cache
	$(BESIDE_SERVERS) manage.py makemigrations --check --dry-run

pages: ## Pictures of every page as every account, in var/pictures
	SCREENSHOTS=var/pictures EVERY_ROLE=1 python3 test.py policy_tracker/tests/test_every_page_in_browser.py

types: ## mypy
	$(BESIDE_SERVERS) -m mypy .

pictures: ## The README's picture anew, from the page that `make run` serves
	$(PYTHON) -m dev.pictures $(ADDRESS)

ci: ## What CI runs: the suite with a browser, and every gate
	.ci/run
