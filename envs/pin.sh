#!/usr/bin/env bash
# Re-make constraints.txt and environment.yaml from requirements.in, in an environment of their own.
set -euo pipefail
cd "$(dirname "$0")"
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
"${1:-python3}" -m venv "$scratch"
"$scratch/bin/pip" install --quiet -r requirements.in
{
  echo "# Every resolved package at one version: made by \`make pins\` from requirements.in."
  # A local build tag (+cpu) or torch's own CUDA libraries would tie the file to one kind of machine.
  "$scratch/bin/pip" list --format=freeze --exclude pip | sed 's/+cpu$//; s/+cu[0-9]*$//' | grep -viE '^(nvidia-|triton=|cuda-)'
} > constraints.txt
{
  echo "# For conda users: made by \`make pins\`; environment.post-deploy.sh adds what must come without its own pins."
  printf 'name: softtopics\nchannels: [conda-forge]\ndependencies:\n  - python=3.11\n  - pip\n  - pip:\n'
  grep -v '^#' constraints.txt | sed 's/^/      - /'
} > environment.yaml
{
  printf '#!/usr/bin/env bash\n# Made by `make pins`. Snakemake runs it inside the environment of environment.yaml (--sdm conda).\n'
  echo "set -euo pipefail"
  echo "pip install --no-deps $(sed 's/ *#.*//; /^$/d' requirements-nodeps.in | tr '\n' ' ')"
} > environment.post-deploy.sh
