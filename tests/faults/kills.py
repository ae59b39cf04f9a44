"""Kill -9 at random moments: a run of `make all`, what of it is killed, and what must be the same at the end."""

import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import psutil
from dag import LEFT_OUT

from softtopics.jobs.owners import is_controller

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
CONFIGS = ("faults.yaml", "small.yaml")
KINDS = ("group", "controller", "job")
STEPS, LONGEST = 2, 15  # a kill comes up to so many jobs and then so many seconds after a start
LAST_CELL = {".md": r"\|[^|]*\|$", ".tex": r"&[^&]*$", ".html": r"<td class=.number.>[^/]*(/small>)?</td></tr>$"}
LIMIT = 1800  # seconds that a run which nobody kills may take


def copy_project(folder: Path, small: bool) -> Path:
    """A working copy whose `make all` finds this environment, with the small experiment or the whole one."""
    for name in ("Snakefile", "Makefile", "config.yaml", "profiles", "workflow", "src", "envs", "pyproject.toml"):
        source, goal = ROOT / name, folder / name
        goal.parent.mkdir(parents=True, exist_ok=True)
        shutil.copytree(source, goal, ignore=LEFT_OUT) if source.is_dir() else shutil.copy(source, goal)
    for name in CONFIGS:
        shutil.copy(HERE / name, folder)
    if not small:
        (folder / CONFIGS[-1]).write_text("{}", encoding="utf-8")
    (folder / ".venv").mkdir()
    (folder / ".venv/ready").touch()
    return folder


def start(folder: Path) -> psutil.Popen:
    """The one command that starts a run and goes on with it, in a process group of its own."""
    command = ["make", "all", f"BIN={Path(sys.executable).parent}", f"CONFIG={' '.join(CONFIGS)}", "CORES=2"]
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "MFLAGS"))}
    environment |= {"PYTHONPATH": str(folder / "src"), "OMP_NUM_THREADS": "1"}
    with (folder / "run.log").open("a", encoding="utf-8") as log:
        return psutil.Popen(
            command, cwd=folder, env=environment, stdout=log, stderr=subprocess.STDOUT, start_new_session=True
        )


def finish(folder: Path) -> None:
    """Let it run to its end."""
    run = start(folder)
    assert run.wait(LIMIT) == 0, (folder / "run.log").read_text(encoding="utf-8")[-5000:]


def descendants(run: psutil.Popen) -> list[tuple[psutil.Process, list[str]]]:
    """The processes that `make` started, with their command lines; the only ones that are ever killed."""
    found = []
    try:
        for process in run.children(recursive=True):
            found.append((process, process.cmdline()))
    except psutil.NoSuchProcess:
        pass  # it ended while we looked
    return found


def script_of(command: list[str]) -> str | None:
    """The rule whose script a process runs: Snakemake calls it <random>.<rule>.py."""
    names = [Path(word).name for word in command if "/.snakemake/scripts/" in word and word.endswith(".py")]
    return names[0].split(".")[-2] if names else None


def finished(folder: Path) -> int:
    """Jobs done so far, over all starts."""
    log = folder / "run.log"
    ended = r"^\d+ of \d+: "  # as `--logger progress` says it
    return len(re.findall(ended, log.read_text(encoding="utf-8"), flags=re.MULTILINE)) if log.is_file() else 0


def kill_once(folder: Path, generator: random.Random) -> tuple[str, list[str]] | None:
    """Start or go on, and kill at a random moment.

    Returns:
        What was killed, and the rules that were at work; None if everything was done before.
    """
    kind, steps, pause = generator.choice(KINDS), generator.randint(0, STEPS), generator.uniform(0.5, LONGEST)
    before = finished(folder)
    run = start(folder)
    reached = time.monotonic() if steps == 0 else None
    while run.poll() is None:
        time.sleep(0.02)
        if reached is None and finished(folder) - before >= steps:
            reached = time.monotonic()
        late = reached is not None and time.monotonic() - reached > pause
        processes = descendants(run) if late else []
        rules = sorted({rule for _, command in processes if (rule := script_of(command))})
        if kind == "group" and late:
            os.killpg(run.pid, signal.SIGKILL)
        elif kind == "controller" and (found := [p for p, command in processes if is_controller(command)]):
            found[0].kill()
        elif kind == "job" and (found := [(p, c) for p, c in processes if script_of(c)]):
            process, command = generator.choice(found)
            rules = [script_of(command) or ""]
            process.kill()
        else:
            continue
        run.wait(LIMIT)
        return kind, rules or ["planning"]
    assert run.returncode == 0, (folder / "run.log").read_text(encoding="utf-8")[-5000:]
    return None


def kill_until(folder: Path, expected: dict[str, bytes], kills: int, seed: int) -> Counter[tuple[str, str]]:
    """Kill so many times, over as many whole runs as that takes; each must end with what is expected."""
    generator, hit, done = random.Random(seed), Counter(), 0
    while done < kills:
        shutil.rmtree(folder / "results", ignore_errors=True)
        (folder / "run.log").unlink(missing_ok=True)
        while done < kills and (killed := kill_once(folder, generator)):
            done += 1
            hit.update((killed[0], rule) for rule in killed[1])
            print(done, *killed, flush=True)
        finish(folder)
        differing = differences(expected, contents(folder / "results"))
        assert not differing, differing
        print(f"after {done} kills the results are the same", flush=True)
    return hit


def contents(results: Path) -> dict[str, bytes]:
    """What a run wrote but for times: all files by their path, without logs, benchmarks, seals and the manifest."""
    left_out = ("logs", "benchmarks", "manifest.json")
    files = (path for path in sorted(results.rglob("*")) if path.is_file())
    named = {path.relative_to(results).as_posix(): path for path in files if not path.name.endswith(".sha256")}
    return {
        name: without_times(path)
        for name, path in named.items()
        if (not set(name.split("/")) & set(left_out) and not name.startswith("lms/")) or name.endswith(".safetensors")
    }


def without_times(path: Path) -> bytes:
    if path.suffix == ".npz" and "runs" in path.parts:
        with np.load(path) as arrays:
            about = json.loads(str(arrays["about"]))
            for run in about.get("runs", []):  # none in the file of models beside it
                del run["seconds"]
            return (
                b"".join(arrays[name].tobytes() for name in sorted(arrays.files) if name != "about")
                + repr(about).encode()
            )
    if path.suffix == ".csv" and (path.stem in ("scores", "main") or "scores" in path.parts):
        table = pd.read_csv(path)
        return table[table["metric"] != "seconds"].to_csv().encode()
    if path.name == "experiment.js":  # the main table, as the explorer has it
        return re.sub(r'"seconds":\[[^\]]*\]', "", path.read_text(encoding="utf-8")).encode()
    if path.stem in ("main", "report") and path.suffix in LAST_CELL:  # the last column is Seconds
        return re.sub(LAST_CELL[path.suffix], "", path.read_text(encoding="utf-8"), flags=re.MULTILINE).encode()
    return path.read_bytes()


def differences(one: dict[str, bytes], other: dict[str, bytes]) -> list[str]:
    return sorted(name for name in one.keys() | other.keys() if one.get(name) != other.get(name))


def leftovers(folder: Path) -> Iterator[Path]:
    """What a killed run must not leave for ever: temporary files, empty folders, locks."""
    yield from (path for path in (folder / "results").rglob(".*~*"))
    yield from (path for path in (folder / "results").glob("*/shards"))
    yield from (folder / ".snakemake").glob("locks/*")


def as_table(hit: Counter[tuple[str, str]]) -> str:
    """Kills survived by rule: what was at work when the group, the controller or the job itself was killed."""
    rules = sorted({rule for _, rule in hit})
    lines = ["| rule | " + " | ".join(KINDS) + " |", "| --- |" + " ---: |" * len(KINDS)]
    lines += [f"| {rule} | " + " | ".join(str(hit[kind, rule]) for kind in KINDS) + " |" for rule in rules]
    return "\n".join(lines)
