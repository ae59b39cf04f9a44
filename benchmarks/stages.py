"""Where the time of a finished experiment went, and what each kind of job pays before its work: importing libraries.

    make all && .venv/bin/python benchmarks/stages.py results/embedded

Seconds of stages are those of the clock in Snakemake's benchmark files (their processor time is sampled too rarely for
short jobs); a job has one thread, but for readings, which have those of the rule. Tables, figures and the explorer have
no benchmark files: the whole, and so these and Snakemake itself, is what `time make all` says. Imports are measured in
processor seconds, each in a process of its own: those of every script of a rule, and of every model beside them, first
where modules must be compiled, as in each job where `PYTHONDONTWRITEBYTECODE` is set and nobody has compiled them, then
from compiled ones. Writes results/benchmarks/stages.md.
"""

import argparse
import ast
import os
import resource
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd

from softtopics.artifacts import write_text
from softtopics.config.model_parameters import known_models

ROOT = Path(__file__).parents[1]


def stages(folder: Path) -> pd.DataFrame:
    """Jobs and seconds of every stage: a folder of benchmark files, of trained runs a method's."""
    rows = []
    for path in sorted(folder.rglob("*.tsv")):
        parts = path.relative_to(folder).parts
        stage = f"{parts[0]}, {parts[2]}" if parts[0] in ("runs", "teachers") else parts[0]
        rows.append((stage.removesuffix(".tsv"), float(pd.read_csv(path, sep="\t")["s"].iloc[0])))
    spent = pd.DataFrame(rows, columns=["stage", "seconds"]).groupby("stage")["seconds"].agg(["count", "sum"])
    return spent.sort_values("sum", ascending=False)


def imports_of(script: Path) -> str:
    """The import statements of a script, those inside its `with job(...)` too."""
    nodes = ast.walk(ast.parse(script.read_text(encoding="utf-8")))
    return "\n".join(ast.unparse(node) for node in nodes if isinstance(node, ast.Import | ast.ImportFrom))


def importing(statements: str, compiled: str | Path, *, keep: bool = True) -> float:
    """Processor seconds of a process that does nothing but import.

    Args:
        statements: the imports.
        compiled: the folder of compiled modules.
        keep: add to it what is not there yet.
    """
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "PYTHONPATH": str(ROOT / "src")}
    environment |= {"PYTHONPYCACHEPREFIX": str(compiled), "PYTHONDONTWRITEBYTECODE": "" if keep else "1"}
    subprocess.run([sys.executable, "-c", statements], check=True, env=environment, capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("results", type=Path, help="the folder of an experiment that has run")
    results = arguments.parse_args().results
    spent = stages(results / "benchmarks")
    lines = [f"# Seconds of {results.name}", "", "| stage | jobs | seconds | a job |", "| --- | ---: | ---: | ---: |"]
    for stage, count, total in spent.itertuples():
        lines.append(f"| {stage} | {count} | {total:.0f} | {total / count:.1f} |")
    lines += [f"| **all** | {spent['count'].sum()} | {spent['sum'].sum():.0f} | |", ""]
    lines += ["| what is imported, processor seconds | compiled anew | compiled before |", "| --- | ---: | ---: |"]
    scripts = {path.stem: imports_of(path) for path in sorted((ROOT / "workflow/scripts").glob("*.py"))}
    models = {f"train, {model}": f"import softtopics.models.{model}" for model in known_models()}
    with TemporaryDirectory() as empty, TemporaryDirectory() as kept:
        for name, statements in (scripts | models).items():
            anew = importing(statements, empty, keep=False)
            importing(statements, kept)
            lines.append(f"| {name} | {anew:.1f} | {importing(statements, kept):.1f} |")
    text = "\n".join(lines) + "\n"
    write_text(ROOT / "results/benchmarks/stages.md", text)
    print(text)


if __name__ == "__main__":
    main()
