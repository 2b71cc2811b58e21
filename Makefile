# Everything a developer or CI runs. `make` alone lists the targets.
#
# PYTHON=python3.12 chooses the Python that .venv is made with; 3.11 is the oldest that works.

PYTHON ?= python3
VENV := .venv
PY := $(VENV)/bin/python
LOCK_VENV := .venv-lock
BENCH_VENV := .venv-bench
MUTATION_VENV := .venv-mutation

# A stamp lies inside the environment that it speaks of, so it goes when that goes. `make run` must not
# care whether the tests' packages are there, and `make test` brings both: hence two stamps in one place.
RUNTIME := $(VENV)/.runtime-installed
DEV := $(VENV)/.dev-installed
BENCH := $(BENCH_VENV)/.installed
MUTATION := $(MUTATION_VENV)/.installed

PIP_INSTALL := -m pip install --quiet --disable-pip-version-check --require-hashes
UV_COMPILE := pip compile --quiet --universal --generate-hashes --python-version 3.11 \
	--no-emit-index-url --no-emit-find-links --custom-compile-command 'make lock'

# mypy refuses a folder without Python in it, so only those that have some are named.
PACKAGES = $(patsubst %/,%,$(sort $(dir $(wildcard $(addsuffix /*.py,bot handlers store scheduled config benchmarks)))))

.PHONY: help
help:
	@sed -n 's/^## //p' $(MAKEFILE_LIST)

## make run          start the bot (the first time: makes .venv, which takes a minute or two)
.PHONY: run
run: $(RUNTIME)
	@exec $(PY) -m bot run

## make test         the tests, without the slow ones and without those whose browser or node is missing
.PHONY: test
test: $(DEV)
	$(PY) -m pytest $(ARGS)

## make test-slow    the slow tests alone
.PHONY: test-slow
test-slow: $(DEV)
	$(PY) -m pytest --slow -m slow $(ARGS)

## make test-all     every test; fails where chromium or node is missing, or a test was skipped
.PHONY: test-all
test-all: $(DEV)
	$(PY) -m pytest --everything $(ARGS)

## make check        format, lint, types, and who may import whom
.PHONY: check
check: check-format check-lint check-types check-imports

.PHONY: check-format check-lint check-types check-imports
check-format: $(DEV)
	$(PY) -m ruff format --check .
check-lint: $(DEV)
	$(PY) -m ruff check .
check-types: $(DEV)
	$(if $(PACKAGES),$(PY) -m mypy $(PACKAGES),@echo 'mypy: no package yet')
check-imports: $(DEV)
	$(PY) -m pytest --quiet tests/test_imports.py

## make format       rewrite the sources as `make check` wants them
.PHONY: format
format: $(DEV)
	$(PY) -m ruff format .
	$(PY) -m ruff check --fix .

## make bench        the benchmarks; what they compare with lives in .venv-bench
.PHONY: bench
bench: $(DEV) $(BENCH)
	$(PY) -m benchmarks $(ARGS)

## make bench-recognition  how well check-ins and reviews are told from small talk, and how fast
.PHONY: bench-recognition
bench-recognition: $(DEV)
	$(PY) -m benchmarks.recognition

## make bench-gateway  bursts through a real Wechaty gateway, to the stock client and to the bot; needs node
.PHONY: bench-gateway
bench-gateway: $(DEV)
	$(PY) -m benchmarks.gateway $(ARGS)

## make bench-day    a day of 200 rooms and 10,000 members with the pacing on, by a clock of its own
.PHONY: bench-day
bench-day: $(DEV)
	$(PY) -m benchmarks.day

## make pictures     take the pictures in docs/ again, with Debian's chromium
.PHONY: pictures
pictures: $(DEV)
	$(PY) -m tests.browser.pictures

## make mutation     what the tests of bot/points notice of thousands of small changes; an hour and more
.PHONY: mutation
mutation: $(MUTATION)
	$(MUTATION_VENV)/bin/mutmut run --max-children 1 $(ARGS)

## make lock         write the lock files from pyproject.toml (UPGRADE=1 takes the newest releases)
.PHONY: lock
lock: $(LOCK_VENV)/bin/uv
	$< $(UV_COMPILE) $(if $(UPGRADE),--upgrade) pyproject.toml -o requirements.lock
	$< $(UV_COMPILE) $(if $(UPGRADE),--upgrade) pyproject.toml --extra dev -c requirements.lock -o requirements-dev.lock
	$(if $(wildcard benchmarks/requirements.in),$< $(UV_COMPILE) $(if $(UPGRADE),--upgrade) \
		benchmarks/requirements.in -o benchmarks/requirements.lock)
	$< $(UV_COMPILE) $(if $(UPGRADE),--upgrade) -c requirements-dev.lock \
		tests/mutation/requirements.in -o tests/mutation/requirements.lock

## make clean        remove the environments and caches; data/ stays
.PHONY: clean
clean:
	rm -rf .venv .venv-* build mutants *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis .benchmarks \
		tests/gateway/node_modules
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

.PHONY: .venv-dev
.venv-dev: $(DEV)

# An interpreter that went away (an upgrade, a moved folder) takes its environment with it.
$(PY):
	$(call make_venv,$(VENV))

$(RUNTIME): requirements.lock $(PY)
	$(call make_venv,$(VENV))
	@echo 'installing what the bot needs, one to five minutes …'
	$(PY) $(PIP_INSTALL) -r requirements.lock
	@touch $@

# The development lock holds the runtime lock's releases too, so one install serves both stamps.
$(DEV): requirements.lock requirements-dev.lock $(PY)
	$(call make_venv,$(VENV))
	$(PY) $(PIP_INSTALL) -r requirements-dev.lock
	@touch $(RUNTIME) $@

$(BENCH): benchmarks/requirements.lock
	$(call make_venv,$(BENCH_VENV))
	$(BENCH_VENV)/bin/python $(PIP_INSTALL) -r $<
	@touch $@

# mutmut runs the tests itself, so it needs what they need.
$(MUTATION): requirements-dev.lock tests/mutation/requirements.lock
	$(call make_venv,$(MUTATION_VENV))
	$(MUTATION_VENV)/bin/python $(PIP_INSTALL) -r requirements-dev.lock -r tests/mutation/requirements.lock
	@touch $@

$(LOCK_VENV)/bin/uv:
	$(call make_venv,$(LOCK_VENV))
	$(LOCK_VENV)/bin/python -m pip install --quiet --disable-pip-version-check uv

# An environment that a stopped or older run left half made has no working pip: it is made anew.
define make_venv
	@command -v $(PYTHON) >/dev/null || { echo 'jifenbot needs Python 3.11 or newer, and there is no $(PYTHON): try make PYTHON=python3.12' >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "jifenbot needs Python 3.11 or newer, and $(PYTHON) is $$($(PYTHON) -V 2>&1): try make PYTHON=python3.12" >&2; exit 1; }
	@$(1)/bin/python -m pip --version >/dev/null 2>&1 || { echo 'making $(1)'; $(PYTHON) -m venv --clear $(1); }
endef
