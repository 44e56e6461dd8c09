# The shop's two commands are `make run` and `make test`; `make help` lists the rest.
.DEFAULT_GOAL := help
SHELL := /bin/sh
PYTHON ?= python3
BIN := .venv/bin
PYTEST_ARGS ?=
BENCH_ARGS ?=
WORKERS ?= 2
UV_COMPILE := $(BIN)/uv pip compile --generate-hashes --universal --no-emit-index-url --python-version 3.11 \
	--no-header --quiet --override requirements/overrides.txt
LOCKS := requirements.txt requirements/mysql.txt requirements/production.txt requirements/development.txt
HOW_TO_INSTALL := Written by make lock. It is complete, so: pip install --no-deps --require-hashes -r
SERVICES_DATABASE_URL := $(or $(DATABASE_URL),mysql://root@127.0.0.1:3306/mxshop)
SOAK_ON_SERVICES := mxshop/tests/test_shop_doctor_soak.py apps/trade/tests/test_reconciliation_soak.py
SERVICES_REDIS_URL := $(or $(REDIS_URL),redis://127.0.0.1:6379/0)

.PHONY: help
help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

# -- The environment -------------------------------------------------------------------------------
# Each stamp is newer than the lock it was installed from, so a second run installs nothing.
.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Python 3.11 or newer is needed; name one that is: make PYTHON=python3.12 ..."; exit 1; }
	@$(PYTHON) -m venv .venv || \
		{ rm -rf .venv; echo "Debian keeps venv in a package of its own: apt-get install python3-venv"; exit 1; }

.venv/.default: requirements.txt | .venv/bin/python
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements.txt
	@touch $@

.venv/.development: requirements/development.txt | .venv/.default
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements/development.txt
	@touch $@

.venv/.mysql: requirements/mysql.txt | .venv/.development
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements/mysql.txt
	@touch $@

.PHONY: tools
tools: .venv/.development ## what tests and checks need; after it .venv/bin/pytest runs

.PHONY: mysql-driver
mysql-driver: .venv/.mysql ## the driver that a DATABASE_URL of MariaDB needs; it is built here

.PHONY: lock
lock: .venv/.development ## renew the locks from pyproject.toml
	$(UV_COMPILE) --upgrade pyproject.toml -o requirements.txt
	$(UV_COMPILE) --group mysql -c requirements.txt -o requirements/mysql.txt
	$(UV_COMPILE) pyproject.toml --group production -c requirements.txt -o requirements/production.txt
	$(UV_COMPILE) pyproject.toml --group development -c requirements.txt -o requirements/development.txt
	@for lock in $(LOCKS); do sed -i "1i # $(HOW_TO_INSTALL) $$lock" $$lock; done

# -- Run -------------------------------------------------------------------------------------------
.PHONY: run
run: .venv/.default ## serve the sample shop on 127.0.0.1:8000, or PORT=8001
	@$(BIN)/python manage.py serve

# -- Prove -----------------------------------------------------------------------------------------
.PHONY: check
check: .venv/.development ## format, lint, types, imports, migrations, system checks
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python manage.py makemigrations --check --dry-run
	$(BIN)/python manage.py check --fail-level WARNING
	@echo "Nothing was left out. Types are checked in apps, mxshop and db_tools, without their tests."

.PHONY: test
test: .venv/.development ## the suite on SQLite and an in-process Redis
	DATABASE_URL= REDIS_URL= MXSHOP_ENV=test $(BIN)/pytest -n $(WORKERS) $(PYTEST_ARGS)
	@echo "Left out: races on MariaDB (make test-services), the browser (make test-browser), long runs (make soak)."

.PHONY: test-services
test-services: .venv/.mysql ## the whole suite on MariaDB and Redis, and the races against live servers
	DATABASE_URL=$(SERVICES_DATABASE_URL) REDIS_URL=$(SERVICES_REDIS_URL) MXSHOP_ENV=test \
		$(BIN)/pytest -n $(WORKERS) -m "not browser and not soak" $(PYTEST_ARGS)
	@echo "Left out: the browser (make test-browser), long runs (make soak)."

.PHONY: test-browser
test-browser: .venv/.development ## the back office and the shop in headless Chromium
	DATABASE_URL= REDIS_URL= MXSHOP_ENV=test $(BIN)/pytest -m browser $(PYTEST_ARGS)
	@echo "Left out: everything that needs no browser (make test, make test-services)."

.PHONY: soak
soak: .venv/.mysql ## what takes long: a hundred thousand goods and orders, a simulated year, every race fifty times
	MXSHOP_ENV=test $(BIN)/pytest -m soak $(PYTEST_ARGS)
	DATABASE_URL=$(SERVICES_DATABASE_URL) REDIS_URL=$(SERVICES_REDIS_URL) MXSHOP_ENV=test MXSHOP_ROUNDS=50 \
		$(BIN)/pytest -m "services or soak" tests/concurrency $(SOAK_ON_SERVICES) $(PYTEST_ARGS)

.PHONY: bench
bench: .venv/.mysql ## what an order costs, against raw SQL: BENCH_ARGS="--rounds 3 --json"
	@DATABASE_URL=$(SERVICES_DATABASE_URL) REDIS_URL=$(SERVICES_REDIS_URL) $(BIN)/python -m bench $(BENCH_ARGS)

.PHONY: bench-login
bench-login: .venv/.mysql ## how many log in per second, against the bare hash of a password: BENCH_ARGS="--rounds 3 --json"
	@DATABASE_URL=$(SERVICES_DATABASE_URL) REDIS_URL=$(SERVICES_REDIS_URL) $(BIN)/python -m bench.logins $(BENCH_ARGS)
