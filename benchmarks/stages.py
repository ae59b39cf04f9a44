"""Where the time of a finished experiment went: its jobs by stage, and what of it was importing libraries.

    make all && .venv/bin/python benchmarks/stages.py results/embedded

Seconds of jobs are those of the clock in Snakemake's benchmark files (their processor time is sampled too rarely for
short jobs); a job has one thread, but for readings, which have those of the rule. Importing is measured here, in
processor seconds, once for each kind of job, in a process of its own. Tables, figures and the explorer have no
benchmark files: the whole, and so these and Snakemake itself, is what `time make all` says. Writes
results/benchmarks/stages.md.
"""

import argparse
import ast
import os
import resource
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

import pandas as pd
import yaml

from softtopics.artifacts import write_text

ROOT = Path(__file__).parents[1]
SCRIPTS = ROOT / "workflow/scripts"
# The script behind each folder of benchmark files; a file deeper than a corpus, where two rules share a folder.
NAMED = {"hidden": "encoder", "teacher": "word_scores"}
OF_FOLDER = {"hidden": "hidden", "runs": "train", "counts": "counts", "neighbours": "neighbours", "maps": "map"}


def script_of(path: Path) -> str:
    """The script of the job that a benchmark file is of, by its path below `benchmarks/`."""
    folder, depth = path.parts[0], len(path.parts)
    if folder == "teachers":
        return "whole_words" if "whole" in path.parts[2] else "teacher"
    if folder == "corpora":
        return {2: "corpus", 3: "vocabulary"}.get(depth, "word_vectors")
    if folder == "scores":
        return "representations" if depth == 3 else "evaluate"
    if folder == "ratings":
        return {"associations": "associations", "validity": "validity"}.get(path.stem, "rate")
    return OF_FOLDER.get(folder, folder)


def imports_of(script: Path) -> list[str]:
    """The import statements of a script, those inside its `with job(...)` too."""
    found = [node for node in ast.walk(ast.parse(script.read_text(encoding="utf-8")))]
    return [ast.unparse(node) for node in found if isinstance(node, ast.Import | ast.ImportFrom)]


def by_name(stage: str) -> list[str]:
    """What a job imports by a name that the config gives it."""
    if stage.startswith("train "):
        model = yaml.safe_load((ROOT / "config.yaml").read_text(encoding="utf-8"))["methods"][stage[6:]]["model"]
        return [f"import softtopics.models.{model}"]
    return [f"import softtopics.teachers.{NAMED[stage]}"] if stage in NAMED else []


def importing(statements: list[str]) -> float:
    """Processor seconds of a process that does nothing but import."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "PYTHONPATH": str(ROOT / "src")}
    subprocess.run([sys.executable, "-c", "\n".join(statements)], check=True, env=environment, capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("results", type=Path, help="the folder of an experiment that has run")
    folder = arguments.parse_args().results / "benchmarks"
    seconds, jobs, kind = defaultdict(float), defaultdict(int), {}
    for path in sorted(folder.rglob("*.tsv")):
        below = path.relative_to(folder)
        script = script_of(below)
        stage = f"train {below.parts[2]}" if script == "train" else script
        seconds[stage] += float(pd.read_csv(path, sep="\t")["s"].iloc[0])
        jobs[stage] += 1
        kind[stage] = script
    own = {stage: importing(imports_of(SCRIPTS / f"{kind[stage]}.py") + by_name(stage)) for stage in sorted(seconds)}
    lines = [
        f"# Seconds of {folder.parent.name}, by stage",
        "",
        "| stage | jobs | seconds | of which importing | a job |",
        "| --- | ---: | ---: | ---: | ---: |",
    ]
    for stage in sorted(seconds, key=lambda stage: -seconds[stage]):
        spent, count = seconds[stage], jobs[stage]
        start = min(own[stage] * count, spent)
        lines.append(f"| {stage} | {count} | {spent:.0f} | {start:.0f} | {spent / count:.1f} |")
    total = sum(seconds.values())
    lines.append(f"| **all** | {sum(jobs.values())} | {total:.0f} | | |")
    text = "\n".join(lines) + "\n"
    write_text(ROOT / "results/benchmarks/stages.md", text)
    print(text)


if __name__ == "__main__":
    main()
