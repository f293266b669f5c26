# Targets for a fresh machine and for every day. `make` alone lists them.
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
READY_DOCS := $(VENV)/.ready-docs
OUT := out
PYTEST_ARGS ?=
BENCH_ARGS ?=

.DEFAULT_GOAL := help
.PHONY: help venv system weights run test lint fix bench docs clean

help:  ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## /{printf "make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

venv: $(READY)  ## .venv with the package (editable), PyQt6 and the developers' tools

$(READY): pyproject.toml
	@echo "Setting up $(VENV): about 190 packages from the Python package index, 2.5 to 3.5 GB to download (mostly PyTorch and its"
	@echo "CUDA libraries), 7 GB on disk, 2 to 10 minutes. Nothing outside this folder changes, but for pip's own cache."
	@tools/find-python.sh >/dev/null 2>&1 || tools/system-packages.sh python || true
	@python="$$(tools/find-python.sh)" && { test -x $(BIN)/python || "$$python" -m venv $(VENV); }
	@$(BIN)/python -m pip install --quiet --upgrade pip
	@$(BIN)/python -m pip install --editable ".[pyqt6,dev]"
	@touch $@
	@echo "Ready: $(BIN)/geofm"

# The command line needs no screen, so a machine where nothing may be installed is told the line and goes on.
system:  ## system libraries for Qt and OpenGL (Debian, Ubuntu)
	@tools/system-packages.sh display || true

weights: venv  ## the encoder's weights (88 MB), once, into the cache
	@$(BIN)/geofm weights get

run: system weights  ## the viewer on the embedded sample survey; without a screen by script, with pictures and figures in out/
	$(BIN)/geofm demo -o $(OUT)

test: system weights  ## the tests
	$(BIN)/python -m pytest $(PYTEST_ARGS)

lint: venv  ## style, types, contracts between the rooms, spelling
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	$(BIN)/typos
	$(BIN)/validate-pyproject pyproject.toml
	$(BIN)/npe2 validate napari_geofm/napari.yaml

fix: venv  ## what ruff and typos can put right themselves
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

bench: weights  ## every script of benchmarks/ (BENCH_ARGS="name ..." for some)
	$(BIN)/python benchmarks/run_all.py $(BENCH_ARGS)

docs: $(READY_DOCS)  ## the documentation, into site/
	$(BIN)/mkdocs build --strict

$(READY_DOCS): $(READY)
	@echo "Adding the documentation's tools: about 40 packages, 30 MB"
	@$(BIN)/python -m pip install --quiet --editable ".[docs]"
	@touch $@

clean:  ## everything that was built, but for .venv
	rm -rf build dist site $(OUT) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .coverage .coverage.* htmlcov
