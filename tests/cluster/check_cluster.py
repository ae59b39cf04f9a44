"""The smoke experiment on a SLURM of two nodes, through every profile: the bytes of a local run, and what goes wrong.

Not part of `make test`: `make test-cluster` starts SLURM (as root) and runs this file.
"""

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from softtopics.artifacts import load_cell

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
SMOKE = "workflow/experiments/smoke.yaml"
TARGETS = ("tables", "scores")
READING = "results/smoke/teachers/wordnet_topics/smollm2_whole/v100"
HIDDEN, LOGITS = f"{READING}/hidden.npy", f"{READING}/logits.npy"
RUNS_OF_LDA = "results/smoke/runs/wordnet_topics/lda/default/k4.npz"
SECONDS = 900  # of the clock, for one run
RUNS: list[subprocess.Popen] = []  # started by tests


def copy_project(folder: Path, local: Path | None = None, *done: str) -> Path:
    """A working copy; with the language models, and what else is named, of the results of another."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("Snakefile", "all", "config.yaml", "profiles", "workflow", "src", "envs"):
        source = ROOT / name
        ignore = shutil.ignore_patterns("__pycache__", "*.egg-info")
        shutil.copytree(source, folder / name, ignore=ignore) if source.is_dir() else shutil.copy(source, folder)
    for name in ("small.yaml", "status.sh"):
        shutil.copy(HERE / name, folder)
    for name in ("lms", *done) if local else ():
        shutil.copytree(local / "results" / name, folder / "results" / name, copy_function=os.link)
    return folder


def replace(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text, path
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def start(folder: Path, *arguments: str, configs: tuple[str, ...] = (SMOKE, "small.yaml")) -> subprocess.Popen:
    command = [sys.executable, HERE / "impatient.py", *arguments, "--configfile", *configs]
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    with (folder / "run.log").open("w", encoding="utf-8") as log:
        RUNS.append(subprocess.Popen(command, cwd=folder, env=environment, stdout=log, stderr=subprocess.STDOUT))
    return RUNS[-1]


@pytest.fixture(autouse=True)
def runs_end() -> Iterator[None]:
    """Interrupt the run of a test that failed, so that it cancels its jobs."""
    yield
    for run in [run for run in RUNS if run.poll() is None]:
        run.send_signal(signal.SIGINT)
        run.wait(timeout=60)


def finished(folder: Path, process: subprocess.Popen) -> str:
    """What a run said that must succeed."""
    code = process.wait(timeout=SECONDS)
    said = (folder / "run.log").read_text(encoding="utf-8")
    assert code == 0, said[-5000:]
    return said


def on_slurm(folder: Path, *arguments: str, profile: str = "slurm", **more: tuple[str, ...]) -> str:
    return finished(folder, start(folder, "--workflow-profile", f"profiles/{profile}", *arguments, **more))


@pytest.fixture(scope="module")
def local(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy in which the small experiment has run on this machine, with one thread for each job."""
    folder = copy_project(tmp_path_factory.mktemp("local"))
    finished(folder, start(folder, "--cores", "2", "--max-threads", "1", *TARGETS))
    return folder


def running(rule: str, process: subprocess.Popen) -> tuple[str, str]:
    """Number and node of a job of a rule, as soon as it runs."""
    while process.poll() is None:
        text = subprocess.run(
            ["squeue", "--noheader", "--states=RUNNING", "--format=%i|%N|%k"],
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for line in text.splitlines():
            number, node, comment = line.strip().split("|")
            if comment.startswith(f"rule_{rule}"):
                return number, node
        time.sleep(1)
    raise AssertionError(f"the run has ended, and no job of rule {rule} was seen")


def shown(number: str) -> str:
    """What SLURM knows of a job."""
    return subprocess.run(["scontrol", "show", "job", number], capture_output=True, text=True, check=True).stdout


def without_seconds(path: Path) -> pd.DataFrame:
    table = pd.read_csv(path)
    if "metric" in table:
        table = table[table.metric != "seconds"]
    return table[[column for column in table if "econds" not in column]].reset_index(drop=True)


def assert_same_runs(ours: Path, theirs: Path) -> None:
    """Every seed to the bit; the files themselves hold seconds."""
    for mine, own in zip(load_cell(ours), load_cell(theirs), strict=True):
        np.testing.assert_array_equal(mine.beta, own.beta, err_msg=str(theirs))
        np.testing.assert_array_equal(mine.theta, own.theta, err_msg=str(theirs))


def assert_same_results(folder: Path, local: Path) -> None:
    """Readings to the byte, trained runs to the bit, all scores and tables but for seconds."""
    ours, theirs = folder / "results/smoke", local / "results/smoke"
    arrays = sorted(path.relative_to(theirs) for path in theirs.rglob("*.npy"))
    assert len(arrays) > 4
    for path in arrays:
        assert (ours / path).read_bytes() == (theirs / path).read_bytes(), path
    for path in sorted((theirs / "runs").rglob("k*[0-9].npz")):
        assert_same_runs(ours / path.relative_to(theirs), path)
    for path in [theirs / "scores.csv", *sorted((theirs / "tables").glob("*.csv"))]:
        pd.testing.assert_frame_equal(
            without_seconds(ours / path.relative_to(theirs)), without_seconds(path), check_exact=True
        )


LOCAL = ("tables", "table", "scores")  # on the machine where Snakemake itself runs


def planned(said: str) -> dict[str, int]:
    """How many jobs of each rule a run planned for the cluster."""
    table = said.split("Job stats:")[1].split("\n\n")[0]
    counts = {rule: int(count) for rule, count in re.findall(r"^(\w+)\s+(\d+)$", table, flags=re.MULTILINE)}
    assert counts.pop("total") == sum(counts.values())
    return {rule: count for rule, count in counts.items() if rule not in LOCAL}


def submitted(said: str) -> int:
    return len(re.findall(r"has been submitted with SLURM jobid \d+|with external jobid '\d+'", said))


def test_a_cluster_with_gpus_gives_the_bytes_of_a_local_run_in_fewer_jobs(local, tmp_path):
    folder = copy_project(tmp_path, local)
    process = start(folder, "--workflow-profile", "profiles/slurm", *TARGETS)
    number, node = running("whole_words", process)
    assert node == "n2"
    asked = shown(number)
    assert "gres:gpu:1" in asked and "Partition=gpu" in asked
    said = finished(folder, process)
    assert_same_results(folder, local)
    jobs = planned(said)
    grouped = jobs["train"] + jobs["evaluate"]
    assert grouped >= 6 and submitted(said) == sum(jobs.values()) - grouped + 1


def test_a_cluster_without_gpus_shares_readings_among_jobs_and_gives_the_same_bytes(local, tmp_path):
    folder = copy_project(tmp_path, local, "smoke/corpora")
    (folder / "shared.yaml").write_text("extraction: {jobs: 2}\n", encoding="utf-8")
    said = on_slurm(folder, LOGITS, RUNS_OF_LDA, profile="slurm-cpu", configs=(SMOKE, "small.yaml", "shared.yaml"))
    assert planned(said) == dict(whole_words=2, merge_logits=1, train=1)
    assert submitted(said) == 4 and not re.search(r"\bgpu\b", said)
    for path in (HIDDEN, LOGITS):
        assert (folder / path).read_bytes() == (local / path).read_bytes(), path
    assert_same_runs(folder / RUNS_OF_LDA, local / RUNS_OF_LDA)


def test_another_scheduler_is_reached_by_its_commands(local, tmp_path):
    folder = copy_project(tmp_path)
    profile = folder / "profiles/cluster/config.yaml"
    text = profile.read_text(encoding="utf-8")
    command = re.search(r"^# SLURM: (sbatch .+)$", text, flags=re.MULTILINE)[1]
    text = re.sub(
        r"^cluster-generic-submit-cmd: >-\n(  .+\n)+", f'cluster-generic-submit-cmd: "{command}"\n', text, flags=re.M
    )
    text = text.replace("# cluster-generic-status-cmd", "cluster-generic-status-cmd").replace(
        "cmd: qdel", "cmd: scancel"
    )
    profile.write_text(text, encoding="utf-8")
    (folder / "logs").mkdir()
    said = on_slurm(folder, RUNS_OF_LDA, profile="cluster")
    assert planned(said) == {"corpus": 1, "vocabulary": 1, "train": 1} and submitted(said) == 3
    assert_same_runs(folder / RUNS_OF_LDA, local / RUNS_OF_LDA)


def test_a_job_that_no_node_fits_is_named_before_anything_is_submitted(tmp_path):
    folder = copy_project(tmp_path)
    replace(folder / "profiles/slurm/config.yaml", 'gpu_model: ""', "gpu_model: h100")
    process = start(folder, "--workflow-profile", "profiles/slurm", *TARGETS)
    assert process.wait(timeout=SECONDS) == 1
    said = (folder / "run.log").read_text(encoding="utf-8")
    assert "1 GPU of type h100 and 240 minutes, which no node of partition gpu has" in said and not submitted(said)


def test_a_cancelled_job_a_lost_node_and_too_little_memory_cost_a_retry_and_change_nothing(local, tmp_path):
    folder = copy_project(tmp_path, local)
    profile = folder / "profiles/slurm/config.yaml"
    replace(profile, "set-resources:\n", "set-resources:\n  corpus:\n    mem_mb: 150 * 2 ** (attempt - 1)\n")
    process = start(folder, "--workflow-profile", "profiles/slurm", HIDDEN, RUNS_OF_LDA)
    number, _ = running("vocabulary", process)
    subprocess.run(["scancel", number], check=True)
    _, node = running("whole_words", process)
    lose(node)
    try:
        lost(node)
    finally:
        subprocess.run(["slurmd", "-N", node], check=True)
    said = finished(folder, process)
    assert "mem_mb=150," in said and "mem_mb=300," in said and "SLURM status is: 'CANCELLED'" in said
    assert "SLURM status is: 'NODE_FAIL'" in said
    assert (folder / HIDDEN).read_bytes() == (local / HIDDEN).read_bytes()
    assert_same_runs(folder / RUNS_OF_LDA, local / RUNS_OF_LDA)


def lose(node: str) -> None:
    """Kill a node's daemon and the jobs on it, as a power cut would."""
    jobs = subprocess.run(["squeue", "-h", "-w", node, "-o", "%i"], capture_output=True, text=True, check=True).stdout
    os.kill(int(Path(f"/run/softtopics-slurm/slurmd.{node}.pid").read_text()), signal.SIGKILL)
    for number in jobs.split():
        for path in Path("/proc").glob("[0-9]*"):
            try:
                environment = (path / "environ").read_bytes().split(b"\0")
                command = (path / "cmdline").read_bytes()
            except OSError:  # it has ended
                continue
            if f"SLURM_JOB_ID={number}".encode() in environment or f"slurmstepd: [{number}.".encode() in command:
                os.kill(int(path.name), signal.SIGKILL)


def lost(node: str) -> None:
    """Wait until SLURM has noticed; `sinfo` may show the state of a minute ago."""
    for _ in range(90):
        command = ["scontrol", "show", "node", node]
        if "State=DOWN" in subprocess.run(command, capture_output=True, text=True, check=True).stdout:
            return
        time.sleep(1)
    raise AssertionError(f"{node} does not answer, and SLURM says nothing of it")
