# Two commands for a newcomer: `make all` and `make test`. Both set everything up first.
PYTHON ?= python3
CORES  ?= all
BIN     = .venv/bin
PIP     = $(BIN)/python -m pip --disable-pip-version-check

.PHONY: all test test-browser cost reference pins clean
all: .venv/ready
	$(BIN)/snakemake --cores $(CORES) --quiet rules reason host -- all

test: .venv/ready
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/snakefmt --check Snakefile workflow
	$(BIN)/codespell
	$(BIN)/mypy
	$(BIN)/python -m pytest

# The explorer and the report of an experiment in a real browser; `make all test-browser BROWSED=embedded` for another.
BROWSED ?= smoke
test-browser: .venv/ready
	@{ { command -v chromium || command -v chromium-browser || command -v google-chrome; } \
	   && command -v chromedriver; } >/dev/null \
	|| { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && apt-get update \
	     && apt-get install --yes --no-install-recommends chromium chromium-driver; } \
	|| { echo "There is no Chromium: apt-get install chromium chromium-driver (as root), then again"; exit 1; }
	[ ! -f workflow/experiments/$(BROWSED).yaml ] || $(BIN)/snakemake --cores $(CORES) --quiet rules reason host \
	    -- all --configfile workflow/experiments/$(BROWSED).yaml
	SOFTTOPICS_RESULTS=results/$(BROWSED) $(BIN)/python -m pytest tests/test_browser.py

# What an experiment costs, before it starts.
CONFIG ?= workflow/experiments/paper.yaml
cost: .venv/ready
	$(BIN)/python -m softtopics.cost $(CONFIG)

# Everything that pip can resolve, at the versions of the constraints file; then what must come without its own pins.
.venv/ready: envs/requirements.in envs/requirements-nodeps.in envs/constraints.txt pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "SoftTopics needs Python 3.11 or newer: make PYTHON=python3.11")'
	$(PYTHON) -m venv .venv
	$(PIP) install --progress-bar off -c envs/constraints.txt -r envs/requirements.in
	$(PIP) install --progress-bar off --no-deps -r envs/requirements-nodeps.in
	$(PIP) install --progress-bar off --no-deps --no-build-isolation --editable .
	touch $@

# What the README shows: the small files of an experiment that has run, under version control.
EXPERIMENT ?= embedded
reference:
	mkdir -p results/reference/$(EXPERIMENT)
	cp results/$(EXPERIMENT)/tables/*.csv results/$(EXPERIMENT)/tables/*.md results/reference/$(EXPERIMENT)/
	cp results/$(EXPERIMENT)/figures/*.png results/$(EXPERIMENT)/figures/*.pdf results/reference/$(EXPERIMENT)/

# Resolve the direct dependencies anew and write down what came out (not torch's CUDA libraries: its build decides).
pins:
	envs/pin.sh $(PYTHON)

clean:
	rm -rf .venv results .snakemake
