# `make demo` and `make test` set up all they need in .venv, from Python 3.11 or later alone.

PYTHON ?= python3
BIN := .venv/bin
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: demo test test-slow test-base test-lowest test-workflows docs lessons dist image fuzz format clean

demo: .venv/core
	$(BIN)/ribbonet predict examples/proteins.fasta --format text

# one thread a process: pytest runs one process a core; each takes a half of the tests, and from the
# other what is left in the end, so that most servers and browsers are started once
test: export OMP_NUM_THREADS := 1
test: export OPENBLAS_NUM_THREADS := 1
test: .venv/test
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	@if [ -x $(BIN)/biome ]; then $(BIN)/biome lint --error-on-warnings; \
		else echo "the page's JavaScript is not linted: biome is not installed"; fi
	# Numba keeps compiled code until its own file changes, whatever becomes of those it inlines
	find src/ribbonet/nn -name '*.nb[ic]' ! -newer "$$(ls -t src/ribbonet/nn/compiled/*.py src/ribbonet/nn/compiled/chains/*.py | head -1)" -delete
	$(BIN)/pytest -n auto --dist worksteal

test-slow: .venv/test
	$(BIN)/pytest -m slow

# what `pip install ribbonet` brings, in a virtual environment of its own
test-base: .venv/test
	$(BIN)/pytest -m slow tests/test_base.py

# the documentation site, in site/; every warning is an error
docs: .venv/docs
	$(BIN)/mkdocs build --strict

# run every lesson; write its notebook to lessons/ and its page to src/ribbonet/lessons/pages/
lessons: .venv/test
	$(BIN)/python -m ribbonet.lessons.build

# wheel and source distribution, built twice, compared and checked, in dist/
dist: .venv/dist
	$(BIN)/python packaging/dist.py dist

# the container image, where Docker is
image: dist
	docker build --file packaging/Dockerfile --tag ribbonet:$$($(BIN)/ribbonet --version | cut -d' ' -f2) .

LOWEST := train,structures

# the lowest versions that pyproject.toml allows, under the lowest Python: what they need to run
test-lowest: .venv-lowest/made
	.venv-lowest/bin/pytest -q -W default tests/chains/test_*.py tests/chains/readers tests/chains/structures/test_topology.py tests/cli/test_predict.py

.venv-lowest/made: pyproject.toml tests/lowest_versions.py
	python3.11 -m venv .venv-lowest
	.venv-lowest/bin/python tests/lowest_versions.py $(LOWEST) > .venv-lowest/versions
	.venv-lowest/bin/python -m pip install --quiet --constraint .venv-lowest/versions \
		--editable ".[$(LOWEST)]" pytest hypothesis
	touch $@

# the examples for Snakemake and, where it is installed, Nextflow
test-workflows: export PATH := $(CURDIR)/$(BIN):$(PATH)
test-workflows: .venv/workflows
	$(BIN)/pytest -m "slow or not slow" tests/test_workflow_examples.py

# ten minutes of changed files for the readers; what they choke on stays in .fuzz
fuzz: .venv/fuzz
	$(BIN)/python tests/fuzz/readers.py --seconds 600
	! ls .fuzz/crash-* .fuzz/timeout-* .fuzz/oom-* 2>/dev/null

format: .venv/test
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .
	$(BIN)/biome format --write

.venv/bin/python:
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --upgrade "pip>=25.1"

.venv/core: pyproject.toml | .venv/bin/python
	$(BIN)/python -m pip install --quiet --editable .
	touch $@

.venv/test: pyproject.toml constraints.txt | .venv/bin/python
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --group test --editable .[all]
	touch $@ .venv/core

.venv/workflows: pyproject.toml | .venv/test
	$(BIN)/python -m pip install --quiet --group workflows
	touch $@

.venv/fuzz: pyproject.toml | .venv/test
	$(BIN)/python -m pip install --quiet --group fuzz
	touch $@

.venv/docs: pyproject.toml | .venv/test
	$(BIN)/python -m pip install --quiet --group docs
	touch $@

.venv/dist: pyproject.toml | .venv/test
	$(BIN)/python -m pip install --quiet --group dist
	touch $@

clean:
	rm -rf .venv .venv-lowest .fuzz build dist site .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
