# The commands of the project; `make help` lists them.
.DEFAULT_GOAL := help
.PHONY: help setup demo up down status logs doctor test sure unit integration e2e prove attack bench format contracts lock new-service clean
BIN := .venv/bin
SERVICES := $(notdir $(patsubst %/,%,$(dir $(wildcard services/*/pyproject.toml))))
WORKERS ?= 2
PYTEST := $(BIN)/pytest -q --durations=5

help: ## list the commands
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | awk -F'\t' '{printf "  make %-14s %s\n", $$1, $$2}'
	@printf '  make %-14s %s\n' 'isolate-NAME' 'install one service alone and run its unit tests'

setup: ## make .venv hold what the locks say
	@tools/setup.sh

demo: setup ## start everything, run the source programmes, show the report
	@$(BIN)/bina up --quiet-if-running && $(BIN)/bina demo

up: setup ## start the platform
	@$(BIN)/bina up

down: setup ## stop the platform; the data stay
	@$(BIN)/bina down

status: setup ## show every process, its readiness, lag and memory
	@$(BIN)/bina status

logs: setup ## follow the logs
	@$(BIN)/bina logs --follow

doctor: setup ## check what can be wrong and name the fix
	@$(BIN)/bina doctor

test: setup ## the whole proof: unit, contract, architecture, isolation, integration, end to end
	@$(MAKE) --no-print-directory check unit
	@$(MAKE) --no-print-directory $(addprefix isolate-,$(SERVICES))
	@$(MAKE) --no-print-directory integration e2e

sure: setup ## the inner loop, under a minute: format, lint, types, unit, contract, architecture
	@$(MAKE) --no-print-directory check unit

.PHONY: check
check:
	@$(BIN)/ruff format --check . && $(BIN)/ruff check . && tools/types.sh && tools/dependencies.sh

unit: ## unit, contract and architecture tests
	@$(PYTEST) -n $(WORKERS) -m "not integration and not e2e" libs services infra tests benchmarks

integration: ## tests on real Kafka and real mongod, which they start
	@$(PYTEST) -n $(WORKERS) --dist loadfile -p no:randomly -m integration libs services infra tests benchmarks

e2e: ## journeys through the whole platform, which they start on free ports
	@$(PYTEST) -m e2e -p no:randomly tests infra

prove: setup ## hurt a whole platform in every way known and check that nothing is lost: make prove only=F06 seed=7 resume=1
	@PYTHONPATH=tests/resilience $(BIN)/python -m prove $(if $(only),--only $(only)) $(if $(seed),--seed $(seed)) \
		$(if $(resume),--resume)

attack: setup ## every attack in full: the whole matrix, five minutes of fuzzing per service and role; make attack seed=7
	@BINA_ATTACK=long $(if $(seed),BINA_ATTACK_SEED=$(seed)) $(PYTEST) -p no:randomly --timeout 3600 -s tests/security

bench: setup ## what the promises cost, as ratios to ceilings of the same run; about 20 minutes, wants a quiet machine
	@$(BIN)/python -m benchmarks $(ARGS)

figures: setup ## write the figures of the last proof and measurements into the pages
	@$(BIN)/python -m tools.figures

isolate-%: setup
	@tools/isolate.sh $*

format: setup ## format and mend what ruff can
	@$(BIN)/ruff format --quiet . && $(BIN)/ruff check --quiet --fix .

contracts: setup ## write the published schemas, OpenAPI and AsyncAPI from the code
	@$(BIN)/python -m tools.contracts write

lock: setup ## resolve the dependencies anew
	@PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/python tools/lock.py

new-service: setup ## make a service from the template: make new-service name=x
	@$(BIN)/python -m tools.new_service $(name)

clean: ## remove what setup and the tests made; asks the platform to stop first
	@[ ! -x $(BIN)/bina ] || $(BIN)/bina down || true
	@rm -rf .venv .venv-* .mypy_cache .pytest_cache .ruff_cache .hypothesis
