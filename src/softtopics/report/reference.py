"""What goes under version control of an experiment that has run: its tables, its figures, and where they come from.

`make reference EXPERIMENT=prompts CONFIG=workflow/experiments/prompts.yaml`; of several files, in their order.
"""

import argparse
import json
import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path

from softtopics.errors import InputError
from softtopics.runtime import processor

KEPT = {"tables": ("*.csv", "*.md"), "figures": ("*.png", "*.pdf")}
NAME = "manifest.json"


def keep(experiment: str, configs: list[str], folder: Path = Path("results/reference")) -> Path:
    """Copy tables and figures to `folder/<experiment>` in place of earlier ones, with a manifest.

    The manifest has the command, the config files, the commit of the code, the processor and the day.

    Raises:
        InputError: the experiment has no tables.
    """
    results, copy = Path("results") / experiment, folder / experiment
    if not (results / "tables").is_dir():
        raise InputError(f"{results}: there are no tables; run the experiment first")
    copy.mkdir(parents=True, exist_ok=True)
    for name, patterns in KEPT.items():
        for pattern in patterns:
            for path in copy.glob(pattern):
                if path.name != "README.md":
                    path.unlink()
            for path in sorted((results / name).glob(pattern)):
                shutil.copy(path, copy)
    about = manifest(configs, commit(), processor(), datetime.now(UTC).date().isoformat())
    (copy / NAME).write_text(json.dumps(about, indent=2) + "\n", encoding="utf-8")
    return copy


def manifest(configs: list[str], code: str, machine: str, date: str) -> dict:
    """Where results come from; `configs` in the order in which they are merged over config.yaml."""
    command = " ".join(["snakemake --cores 2 all", *(["--configfile", *configs] if configs else [])])
    return {"command": command, "configs": configs, "code": code, "machine": machine, "date": date}


def commit() -> str:
    """The commit that is checked out, marked `-dirty` if files other than reference results differ from it."""
    changed = git("status", "--porcelain", "--untracked-files=no", "--", ".", ":(exclude)results/reference")
    return git("rev-parse", "--short=10", "HEAD") + ("-dirty" if changed else "")


def git(*arguments: str) -> str:
    return subprocess.run(["git", *arguments], capture_output=True, text=True, check=True).stdout.strip()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("experiment")
    parser.add_argument("configs", nargs="*", help="the config files that it ran with, after config.yaml")
    arguments = parser.parse_args()
    try:
        print(keep(arguments.experiment, arguments.configs))
    except InputError as error:
        parser.error(str(error))


if __name__ == "__main__":
    main()
