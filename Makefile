PORT ?= 3000
AWS_PORT ?= 4566
RESET ?=
PYTHON ?=
ARGS ?=
SECONDS ?=
SEED ?=
CLIENTS ?=
UPGRADE ?=
URL ?=
STACK ?=
ADMIN ?=
QUICK ?=
ONLY ?=

VENV := .venv
BIN := $(VENV)/bin
# Touched when what requirements-dev.txt lists is installed.
INSTALLED := $(VENV)/.installed
COMPILE := $(BIN)/uv pip compile pyproject.toml --quiet --no-config --generate-hashes --custom-compile-command "make lock" \
	$(if $(UPGRADE),--upgrade)

.PHONY: help run slack manifest test check pictures bench wave faults fuzz load replay redrive reconcile lock clean
.DEFAULT_GOAL := help

help:
	@echo "make run       start the whole system here: http://127.0.0.1:$(PORT) (PORT=, AWS_PORT= move it, RESET=1 starts over)"
	@echo "make slack     run the bot in a real Slack workspace from here, over Socket Mode (ADMIN=, STACK=; README)"
	@echo "make manifest  print the Slack app's manifest for a deployment (URL= where it answers)"
	@echo "make test      run the tests: 25 minutes, with a Chromium (ARGS= goes to pytest: ARGS=tests/core)"
	@echo "make check     run formatter, linter, type checker, import rules and those for the AWS template"
	@echo "make pictures  play the journeys on a fresh system and write docs/pictures"
	@echo "make bench     measure speed and scale beside yardsticks and write docs/bench.md (half an hour; QUICK=1: minutes; ONLY=cold)"
	@echo "make wave      give a thousand tasks in one go and say how long people wait (some minutes)"
	@echo "make faults    play everything that may go wrong, and write the README's table anew"
	@echo "make replay    publish what the relay of the running system could not (README, Operate)"
	@echo "make redrive   put the running system's dead letters back into their queues"
	@echo "make fuzz      send the HTTP API whatever its description allows and forbids (SECONDS= for each identity, SEED=)"
	@echo "make load      put the HTTP API under mixed load and print the times of each route (SECONDS=, CLIENTS=)"
	@echo "make reconcile bring the running system's directory in line with Cognito now, as happens every night"
	@echo "make lock      write requirements-*.txt from pyproject.toml (UPGRADE=1 takes newer releases)"
	@echo "make clean     remove what the above made, the local system's state too"

run: $(INSTALLED)
	@exec $(BIN)/python -m infra.local --port "$(PORT)" --aws-port "$(AWS_PORT)" $(if $(filter-out 0,$(RESET)),--reset)

slack: $(INSTALLED)
	@$(BIN)/python -m infra.local.socket_mode --port "$(PORT)" --aws-port "$(AWS_PORT)" --stack "$(STACK)" --admin "$(ADMIN)"

manifest: $(INSTALLED)
	@$(BIN)/python -m infra.manifest "$(URL)"

test: $(INSTALLED)
	$(BIN)/python -m pytest $(ARGS)

check: $(INSTALLED)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m infra.lint

fuzz: $(INSTALLED)
	@$(BIN)/python -m tests.fuzz $(if $(SECONDS),--seconds $(SECONDS)) $(if $(SEED),--seed $(SEED))

load: $(INSTALLED)
	@$(BIN)/python -m tests.load $(if $(SECONDS),--seconds $(SECONDS)) $(if $(CLIENTS),--clients $(CLIENTS))

lock: $(INSTALLED)
	$(COMPILE) --group dev --universal --python-version 3.11 --output-file requirements-dev.txt
	$(COMPILE) --python-version 3.13 --python-platform aarch64-manylinux_2_28 --output-file requirements-lambda.txt

pictures: $(INSTALLED)
	$(BIN)/python -m tests.browser.pictures
	$(BIN)/python -m tests.browser.mail_pictures

bench: $(INSTALLED)
	$(BIN)/python -m tests.bench $(if $(filter-out 0,$(QUICK)),--quick) $(if $(ONLY),--only $(ONLY))

wave: $(INSTALLED)
	ASSIGNMENTS=1000 PEOPLE=200 $(BIN)/python -m pytest -q tests/journey/test_many_at_once.py

faults: $(INSTALLED)
	$(BIN)/python -m tests.faults

# On this machine, whatever AWS account the shell is set up for.
replay redrive: $(INSTALLED)
	@env -u AWS_PROFILE -u AWS_SESSION_TOKEN AWS_ENDPOINT_URL="http://127.0.0.1:$(AWS_PORT)" NO_PROXY=127.0.0.1 \
		AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test AWS_DEFAULT_REGION=us-east-1 $(BIN)/python -m infra.operate $@

reconcile: $(INSTALLED)
	@env -u AWS_PROFILE -u AWS_SESSION_TOKEN AWS_ENDPOINT_URL="http://127.0.0.1:$(AWS_PORT)" NO_PROXY=127.0.0.1 \
		AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test AWS_DEFAULT_REGION=us-east-1 $(BIN)/python -m infra.reconcile

clean:
	rm -rf $(VENV) .local cdk.out build .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(BIN)/python:
	@python=$$(sh infra/local/find_python.sh "$(PYTHON)") || exit 1; \
	echo "Making $(VENV) with $$("$$python" --version)"; \
	rm -rf $(VENV) && "$$python" -m venv --without-pip $(VENV)

# pip takes uv's own lines of the lock file; uv, an order of magnitude faster, takes the rest.
$(INSTALLED): requirements-dev.txt | $(BIN)/python
	@echo "Installing the locked dependencies"
	@sed -n '/^uv==/,/[^\\]$$/p' requirements-dev.txt > $(VENV)/uv.txt
	@$(BIN)/python -m ensurepip --upgrade > $(VENV)/pip.log
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement $(VENV)/uv.txt
	@$(BIN)/uv pip sync --quiet --no-config --python $(BIN)/python --require-hashes requirements-dev.txt
	@touch $@
