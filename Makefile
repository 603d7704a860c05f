# The only list of commands. Every target sets up what it needs by itself; plain `make` lists them.
SHELL := /bin/bash
.DEFAULT_GOAL := help
PYTHON ?= python3
BIN := .venv/bin
READY := .venv/ready
CONTRACTS := .contracts/ready
VENDOR := src/talentscope/web/static/vendor
PAGE := $(VENDOR)/ready
CHROMIUM := .venv/chromium
# Bytecode is kept, whatever the surroundings say: without it every worker compiles and rewrites all tests again.
ENVIRONMENTS := $(patsubst tools/environments/%.txt,.environments/%/ready,$(wildcard tools/environments/*.txt))
# What `make test` runs a second time, on PostgreSQL: commands that load, read, erase, and the team's own work. CI has ninety
# minutes; `make test-postgres` runs every functional test so.
ON_POSTGRES := $(addprefix tests/functional/,api test_companies.py test_leads.py test_migrate.py test_privacy.py test_run.py \
	test_stale.py test_web_shortlists.py)
PYTEST := env -u PYTHONDONTWRITEBYTECODE $(BIN)/python -m pytest
# Plugins that only slower tiers use cost each worker two seconds.
BARE := -p no:schemathesis -p no:playwright -p no:anyio -p no:time_machine
DEMO := .talentscope/demo
IMAGE ?= talentscope:latest
EXTRAS ?= postgres gcp objects otel
# Scripts and fonts where npm is; without them the page is plain, and everything else works.
TRY_PAGE = @test -e $(PAGE) || { $(BIN)/python tools/fetch.py page 2>$(READY).fetch && touch $(PAGE); } || { tail -n 1 $(READY).fetch; echo "The page will be plain, all else works."; }

.PHONY: help demo test test-fast test-airflow test-postgres check fix bench serve image deploy screenshots docs clean

help: ## list the commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(READY): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed; $(PYTHON) is older. Try: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@echo "setting up .venv (a minute or two, once)"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[postgres,bigquery,gcp,objects,otel,dev]'
	@touch $@

$(CONTRACTS): $(READY) tools/fetch.py
	@$(BIN)/python tools/fetch.py contracts
	@touch $@

$(PAGE): $(READY) tools/fetch.py
	@$(BIN)/python tools/fetch.py page
	@touch $@

$(CHROMIUM): $(READY) tools/chromium.py
	@$(BIN)/python tools/chromium.py > $@.part && mv $@.part $@

# What cannot share our environment has one of its own: .environments/NAME from tools/environments/NAME.txt
.environments/%/ready: tools/environments/%.txt
	@$(PYTHON) -m venv .environments/$*
	@echo "setting up .environments/$*"
	@.environments/$*/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --requirement $<
	@touch $@

demo: $(READY) ## the whole pipeline on the sandbox, ending with a ranked list: no account, no network
	$(TRY_PAGE)
	@$(BIN)/talentscope demo

test: $(READY) $(CONTRACTS) $(PAGE) $(CHROMIUM) $(ENVIRONMENTS) check ## set up and run every check and test
	@$(PYTEST) -n 2 --dist loadfile
	@TALENTSCOPE_TEST_ENGINE=postgres $(PYTEST) -n 2 --dist loadfile -m "not once" $(ON_POSTGRES)

test-postgres: $(READY) $(CONTRACTS) $(PAGE) ## every functional test with warehouse and desk on PostgreSQL
	@TALENTSCOPE_TEST_ENGINE=postgres $(PYTEST) -n 2 --dist loadfile -m "not once" tests/functional

test-fast: $(READY) ## unit, spec and structure tests: seconds
	@$(PYTEST) $(BARE) -n 2 --dist worksteal tests/unit tests/spec tests/structure

test-airflow: $(READY) .environments/airflow/ready ## the DAGs in a real Airflow, in an environment of its own
	@$(PYTEST) tests/airflow

check: $(READY) ## format, lint, types, import contracts, structure: changes nothing
	@$(BIN)/ruff format --check --quiet . || { echo "run: make fix"; exit 1; }
	@$(BIN)/ruff check --quiet .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(PYTEST) $(BARE) -p no:hypothesispytest tests/structure

fix: $(READY) ## let the tools repair format and lint
	@$(BIN)/ruff format --quiet .
	@$(BIN)/ruff check --fix --quiet .

bench: $(READY) ## measure every figure that the README quotes (BENCH=name for one)
	@$(BIN)/python -m benchmarks $(BENCH)

serve: $(READY) ## the page over the demo's data on port 8080
	$(TRY_PAGE)
	@test -e $(DEMO)/snapshots/current || $(BIN)/talentscope demo
	@TALENTSCOPE_HOME=$(DEMO) $(BIN)/talentscope serve

screenshots: $(READY) $(PAGE) $(CHROMIUM) ## pictures of the pages, of sandbox data, into docs/screenshots/
	@$(BIN)/python tools/screenshots.py

image: ## build the container image, with docker or podman (IMAGE=name:tag, EXTRAS="postgres gcp objects otel bigquery")
	@engine=$$(command -v docker || command -v podman) || { echo "no docker and no podman here. Install one, or let Cloud Build make the image: docs/google-cloud.md"; exit 1; }; \
	"$$engine" info >/dev/null 2>&1 || { echo "$$engine is here, but its engine does not answer. Start it, or let Cloud Build make the image: docs/google-cloud.md"; exit 1; }; \
	DOCKER_BUILDKIT=1 "$$engine" build --file deploy/container/Dockerfile --build-arg EXTRAS="$(EXTRAS)" --tag "$(IMAGE)" .

deploy: ## plan, ask, and change Google Cloud: make deploy PROJECT=id (ARGS="--free" for the free machine)
	@test -n "$(PROJECT)" || { echo "which project? make deploy PROJECT=the-id-of-your-project"; exit 1; }
	@$(PYTHON) deploy/deploy.py "$(PROJECT)" $(ARGS)

docs: $(READY) ## generate the pages of scoring, companies, tables, lineage and commands
	@$(BIN)/python -m talentscope.cli.reference
	
clean: ## forget the environment, the contracts and all collected data
	rm -rf .venv .environments .contracts .talentscope
