"""Where the work of a finished experiment went, what a job of each kind pays for imports, and what it does.

    make all && .venv/bin/python benchmarks/stages.py results/embedded

Every job notes at the end of its log what it took, with all its threads (`softtopics.jobs.supervise.took`); logs of
jobs that ran under `SOFTTOPICS_PROFILE=1` have profiles beside them. What is in neither is installation and Snakemake
itself: `time make all` says the whole. With `--imports` (ten minutes) imports are measured, too, in processes of their
own: those of every script of a rule, and of every model beside them, first where modules must be compiled, as in each
job where `PYTHONDONTWRITEBYTECODE` is set and nobody has compiled them, then from compiled ones. Writes
results/benchmarks/stages.md.
"""

import argparse
import ast
import os
import pstats
import re
import resource
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd

from softtopics.artifacts import write_text
from softtopics.config.model_parameters import known_models
from softtopics.runtime import processor

ROOT = Path(__file__).parents[1]
TOOK = re.compile(r"took (.+) s, (.+) processor seconds, (.+) MiB at most\s*$")  # as `supervise.took` writes it


def files(results: Path, suffix: str) -> Iterator[tuple[str, Path]]:
    """The jobs' files and their stages: a folder and, of trained runs and of teachers, the method or teacher."""
    for path in sorted((results / "logs").rglob(f"*{suffix}")):
        parts = path.relative_to(results / "logs").with_suffix("").parts
        yield f"{parts[0]}, {parts[2]}" if parts[0] in ("runs", "teachers") else parts[0], path
    for path in (results.parent / "lms").glob(f"*{suffix}"):
        yield "lms", path


def stages(results: Path) -> pd.DataFrame:
    """Jobs of every stage, their seconds of the clock and of processors, and the largest memory of one in MiB.

    Raises:
        SystemExit: no log says what its job took.
    """
    found = ((stage, TOOK.search(path.read_text(encoding="utf-8"))) for stage, path in files(results, ".log"))
    rows = [(stage, *map(float, took.groups())) for stage, took in found if took]
    if not rows:
        sys.exit(f"{results}: no job has noted what it took; run the experiment first")
    jobs = pd.DataFrame(rows, columns=["stage", "clock", "processors", "peak"]).groupby("stage")
    columns = {"jobs": ("clock", "size"), "clock": ("clock", "sum"), "processors": ("processors", "sum")}
    return jobs.agg(**columns, peak=("peak", "max")).sort_values("processors", ascending=False)


def profiles(results: Path, functions: int = 4) -> Iterator[str]:
    """Rows of a table: the functions in which the longest profiled job of each stage spent most time, callees apart."""
    longest: dict[str, pstats.Stats] = {}
    for stage, path in files(results, ".prof"):
        stats = pstats.Stats(str(path))
        if stage not in longest or stats.total_tt > longest[stage].total_tt:
            longest[stage] = stats
    for stage, stats in sorted(longest.items(), key=lambda item: -item[1].total_tt):
        own = sorted(((spent, *where) for where, (_, _, spent, _, _) in stats.stats.items()), reverse=True)
        said = (
            f"{name_of(file, function)} {spent / stats.total_tt:.0%}" for spent, file, _, function in own[:functions]
        )
        yield f"| {stage} | {stats.total_tt:.1f} | {'; '.join(said)} |"


def name_of(file: str, function: str) -> str:
    """A function for a reader: its module and name, or what a built-in method is called."""
    built_in = re.search(r"method '?([\w.]+)|built-in method ([\w.]+)", function)
    if built_in:
        return f"`{built_in[2] or built_in[1]}`"
    parts = Path(file).with_suffix("").parts
    return f"`{'.'.join(parts[-2:])}.{function}`"


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
    arguments.add_argument("--imports", action="store_true", help="measure what every script and model imports, too")
    given = arguments.parse_args()
    results = given.results
    spent = stages(results)
    lines = [f"# The work of {results.name}", "", f"On {processor()}, {os.cpu_count()} cores.", ""]
    lines += ["| stage | jobs | seconds | processor seconds | of a job | MiB at most |", "| --- |" + " ---: |" * 5]
    for stage, jobs, clock, processors, peak in spent.itertuples():
        lines.append(f"| {stage} | {jobs} | {clock:.0f} | {processors:.0f} | {processors / jobs:.1f} | {peak:.0f} |")
    total = spent.sum()
    lines += [f"| **all** | {total['jobs']:.0f} | {total['clock']:.0f} | {total['processors']:.0f} | | |", ""]
    if rows := list(profiles(results)):
        lines += ["| a job of | profiled seconds | where most of them went |", "| --- | ---: | --- |", *rows, ""]
    if given.imports:
        lines += imported()
    text = "\n".join(lines).rstrip() + "\n"
    write_text(ROOT / "results/benchmarks/stages.md", text)
    print(text)


def imported() -> list[str]:
    """A table of what scripts and models import."""
    lines = ["| what is imported, processor seconds | compiled anew | compiled before |", "| --- | ---: | ---: |"]
    scripts = {path.stem: imports_of(path) for path in sorted((ROOT / "workflow/scripts").glob("*.py"))}
    models = {f"train, {model}": f"import softtopics.models.{model}" for model in known_models()}
    with TemporaryDirectory() as empty, TemporaryDirectory() as kept:
        for name, statements in (scripts | models).items():
            anew = importing(statements, empty, keep=False)
            importing(statements, kept)
            lines.append(f"| {name} | {anew:.1f} | {importing(statements, kept):.1f} |")
    return lines


if __name__ == "__main__":
    main()
