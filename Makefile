# Two commands for a newcomer: `make all` and `make test`. Both set everything up first.
PYTHON ?= python3
CORES  ?= all
BIN     = .venv/bin
PIP     = $(BIN)/python -m pip --disable-pip-version-check

# Modules are compiled when they are first imported (see below), and kept: where that is forbidden, as in many containers,
# every job of a run would compile all that it imports again, which is a fifth of its work.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: all test test-cluster test-faults test-browser verify repair cost reference differences pins clean
# Goes on where a run that was killed stopped. CONFIG=my.yaml runs your experiment, PROFILE=profiles/slurm on a cluster.
RUN      = $(BIN)/snakemake --logger progress --cores $(CORES) \
           $(addprefix --workflow-profile ,$(PROFILE)) $(if $(CONFIG),--configfile $(CONFIG))
all: .venv/ready
	$(BIN)/python -m softtopics.jobs.resume $(CONFIG)
	$(RUN) -- all

test: .venv/ready
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/snakefmt --check Snakefile workflow
	$(BIN)/codespell
	$(BIN)/mypy
	$(BIN)/python -m pytest

# A small experiment on a SLURM of two nodes that is installed, started and stopped for it: on Debian, as root.
test-cluster: SHELL = /bin/bash
test-cluster: .venv/ready
	trap tests/cluster/stop.sh EXIT; tests/cluster/start.sh && $(BIN)/python -m pytest -n 0 tests/cluster/check_cluster.py

# A small experiment is killed (kill -9) fifty times at random moments, and goes on each time: about half an hour.
KILLS ?= 50
test-faults: .venv/ready
	KILLS=$(KILLS) $(BIN)/python -m pytest -n 0 -s tests/faults

# Compare every file of an experiment with its checksum, and some scores with its runs; make what is damaged again.
verify: .venv/ready
	$(BIN)/python -m softtopics.jobs.verify $(CONFIG)
repair: .venv/ready
	$(BIN)/python -m softtopics.jobs.resume $(CONFIG)
	$(BIN)/python -m softtopics.jobs.verify $(CONFIG) --delete .snakemake/damaged
	xargs --delimiter='\n' --arg-file=.snakemake/damaged $(RUN) -- all

# The explorer and the report of an experiment in a real browser; `make all test-browser BROWSED=embedded` for another.
BROWSED ?= smoke
test-browser: .venv/ready
	@{ { command -v chromium || command -v chromium-browser || command -v google-chrome; } \
	   && command -v chromedriver; } >/dev/null \
	|| { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && apt-get update \
	     && apt-get install --yes --no-install-recommends chromium chromium-driver; } \
	|| { echo "There is no Chromium: apt-get install chromium chromium-driver (as root), then again"; exit 1; }
	[ ! -f workflow/experiments/$(BROWSED).yaml ] || $(BIN)/snakemake --logger progress --cores $(CORES) \
	    --configfile workflow/experiments/$(BROWSED).yaml -- all
	SOFTTOPICS_RESULTS=results/$(BROWSED) $(BIN)/python -m pytest -n 0 tests/test_browser.py

# What an experiment costs, before it starts.
cost: CONFIG ?= workflow/experiments/paper.yaml
cost: .venv/ready
	$(BIN)/python -m softtopics.cost $(CONFIG)

# Torch and what its build needs; everything else at the versions of the constraints file, which leave nothing to resolve;
# what this platform wants besides; then what must come without its own pins. Modules are compiled when they are imported,
# not all 23,000 beforehand: together that is two thirds of the processor time of one `pip install`.
INSTALL = $(PIP) install --no-compile --progress-bar off
.venv/ready: envs/requirements.in envs/requirements-nodeps.in envs/constraints.txt pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "SoftTopics needs Python 3.11 or newer: make PYTHON=python3.11")'
	$(PYTHON) -m venv .venv
	$(INSTALL) -c envs/constraints.txt "$$(grep -o '^torch==[^ ]*' envs/requirements.in)"
	$(INSTALL) --no-deps -r envs/constraints.txt
	$(INSTALL) -c envs/constraints.txt -r envs/requirements.in
	$(INSTALL) --no-deps -r envs/requirements-nodeps.in
	$(INSTALL) --no-deps --no-build-isolation --editable .
	touch $@

# The small files of an experiment that has run, under version control, with a manifest of where they come from.
EXPERIMENT ?= embedded
reference: .venv/ready
	$(BIN)/python -m softtopics.report.reference $(EXPERIMENT) $(CONFIG)

# How far the main table of your run is from the one under version control.
differences: .venv/ready
	$(BIN)/python -m softtopics.report.differences results/$(EXPERIMENT)

# Resolve the direct dependencies anew and write down what came out (not torch's CUDA libraries: its build decides).
pins:
	envs/pin.sh $(PYTHON)

# All but the results under version control.
clean:
	rm -rf .venv .snakemake
	[ ! -d results ] || find results -mindepth 1 -maxdepth 1 ! -name reference -exec rm -rf {} +
