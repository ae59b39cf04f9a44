"""The workflow as a user starts it, in a folder of its own, and what a dry run plans."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
# Of a copy: an installation's, and what Python or numba is about to rename; whole compiled modules are copied.
LEFT_OUT = shutil.ignore_patterns("*.egg-info", "*.pyc.*", "*.tmp.*")
SMOKE = "workflow/experiments/smoke.yaml"
REPORTED = {  # the tables and figures of that experiment
    *("tables/main", "tables/label_free", "tables/trust"),
    *("tables/rating_validity", "tables/coherence", "tables/clustering", "tables/retrieval"),
    *("tables/ablation_temperature", "tables/ablation_vocabulary", "tables/topics", "tables/corpora"),
    *("tables/duplicates", "tables/teachers", "figures/main", "figures/ablation_temperature"),
    "figures/ablation_vocabulary",
}


def snakemake(folder: Path, *arguments: str, configs: tuple[str, ...] = (SMOKE,)) -> subprocess.CompletedProcess:
    # `--configfile` takes every word that follows it, so it comes last.
    command = [sys.executable, "-m", "snakemake", "--cores", "2", *arguments]
    command += ["--configfile", *configs] if configs else []
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


TARGETS = ("all", "tables", "figures", "report", "datasets")  # rules that make nothing themselves


class Planned(dict):
    """How many jobs of each rule a dry run plans.

    Attributes:
        files: what they will write.
        reported: the tables and figures among it: `tables/main`.
    """

    def __init__(self, text: str) -> None:
        table = text.split("Job stats:")[1].split("\n\n")[0] if "Job stats:" in text else ""
        counts = dict(re.findall(r"^(\w+)\s+(\d+)$", table, flags=re.MULTILINE))
        super().__init__({rule: int(count) for rule, count in counts.items() if rule not in ("total", *TARGETS)})
        outputs = re.findall(r"^    output: (.+)$", text, flags=re.MULTILINE)
        self.files = {file for line in outputs for file in line.split(", ")}
        self.reported = set(re.findall(r"((?:tables|figures)/\w+)\.\w+\b", " ".join(self.files)))
        assert len(outputs) == sum(self.values()), text


def planned(folder: Path, *arguments: str, configs: tuple[str, ...] = (SMOKE,)) -> Planned:
    run = snakemake(folder, "-n", *arguments, configs=configs)
    assert run.returncode == 0, run.stderr
    text = run.stdout + run.stderr
    assert ("Job stats:" in text) != ("Nothing to be done" in text), text
    return Planned(text)


def copy_project(folder: Path) -> Path:
    """A working copy, so that files can be edited."""
    for name in ("Snakefile", "all", "config.yaml", "profiles", "workflow", "src", "envs"):
        source = ROOT / name
        shutil.copytree(source, folder / name, ignore=LEFT_OUT) if source.is_dir() else shutil.copy(source, folder)
    return folder
