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
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from softtopics.artifacts import load_cell

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
SMOKE = "workflow/experiments/smoke.yaml"
SECONDS = 600  # of the clock, for one run


def copy_project(folder: Path, models: Path | None = None) -> Path:
    """A working copy that looks for ends of jobs every three seconds; with the language models of another copy."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("Snakefile", "all", "config.yaml", "profiles", "workflow", "src", "envs"):
        source = ROOT / name
        ignore = shutil.ignore_patterns("__pycache__", "*.egg-info")
        shutil.copytree(source, folder / name, ignore=ignore) if source.is_dir() else shutil.copy(source, folder)
    for name in ("small.yaml", "status.sh"):
        shutil.copy(HERE / name, folder)
    for profile in ("slurm", "slurm-cpu"):
        replace(folder / f"profiles/{profile}/config.yaml", "status-checks: 20", "status-checks: 3")
    if models:
        shutil.copytree(models / "results/lms", folder / "results/lms")
    return folder


def replace(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text, path
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def start(folder: Path, *arguments: str, configs: tuple[str, ...] = (SMOKE, "small.yaml")) -> subprocess.Popen:
    command = [sys.executable, "-m", "snakemake", *arguments, "--configfile", *configs]
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    with (folder / "run.log").open("w", encoding="utf-8") as log:
        return subprocess.Popen(command, cwd=folder, env=environment, stdout=log, stderr=subprocess.STDOUT)


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
    """A copy in which the small experiment has run on this machine, on one core."""
    folder = copy_project(tmp_path_factory.mktemp("local"))
    finished(folder, start(folder, "--cores", "1", "all"))
    return folder


def running(rule: str) -> tuple[str, str]:
    """Number and node of a job of a rule, as soon as it runs."""
    for _ in range(SECONDS):
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
    raise AssertionError(f"no job of rule {rule} has started")


def without_seconds(path: Path) -> pd.DataFrame:
    table = pd.read_csv(path)
    if "metric" in table:
        table = table[table.metric != "seconds"]
    return table[[column for column in table if "econds" not in column]].reset_index(drop=True)


def assert_same_results(folder: Path, local: Path) -> None:
    """Readings to the byte, trained runs to the bit, all scores and tables but for seconds."""
    ours, theirs = folder / "results/smoke", local / "results/smoke"
    arrays = sorted(path.relative_to(theirs) for path in theirs.rglob("*.npy"))
    assert len(arrays) > 4
    for path in arrays:
        assert (ours / path).read_bytes() == (theirs / path).read_bytes(), path
    for path in sorted((theirs / "runs").rglob("*.npz")):
        for mine, own in zip(load_cell(ours / path.relative_to(theirs)), load_cell(path), strict=True):
            np.testing.assert_array_equal(mine.beta, own.beta, err_msg=str(path))
            np.testing.assert_array_equal(mine.theta, own.theta, err_msg=str(path))
    for path in [theirs / "scores.csv", *sorted((theirs / "tables").glob("*.csv"))]:
        pd.testing.assert_frame_equal(
            without_seconds(ours / path.relative_to(theirs)), without_seconds(path), check_exact=True
        )


def submitted(said: str) -> int:
    return len(re.findall(r"has been submitted with SLURM jobid \d+|with external jobid '\d+'", said))


def test_a_cluster_with_gpus_gives_the_bytes_of_a_local_run_in_fewer_jobs(local, tmp_path):
    folder = copy_project(tmp_path, local)
    process = start(folder, "--workflow-profile", "profiles/slurm", "all")
    number, node = running("hidden")
    assert node == "n2"
    said = subprocess.run(["scontrol", "show", "job", number], capture_output=True, text=True, check=True).stdout
    assert "gres:gpu:1" in said and "Partition=gpu" in said
    said = finished(folder, process)
    assert_same_results(folder, local)
    trained = len(list((folder / "results/smoke/runs").rglob("*.npz")))
    assert 0 < submitted(said) <= said.count("\nrule ") - 2 * trained + 2


def test_a_cluster_without_gpus_shares_readings_among_jobs_and_gives_the_same_bytes(local, tmp_path):
    folder = copy_project(tmp_path, local)
    (folder / "shared.yaml").write_text("extraction: {jobs: 2}\n", encoding="utf-8")
    configs = (SMOKE, "small.yaml", "shared.yaml")
    said = on_slurm(folder, "scores", profile="slurm-cpu", configs=configs)
    assert "rule merge_hidden" in said and "rule merge_logits" in said and "gpu" not in said
    theirs = local / "results/smoke"
    for path in (path.relative_to(theirs) for path in theirs.rglob("*.npy")):
        assert (folder / "results/smoke" / path).read_bytes() == (theirs / path).read_bytes(), path
    assert without_seconds(folder / "results/smoke/scores.csv").equals(without_seconds(theirs / "scores.csv"))


def test_another_scheduler_is_reached_by_its_commands(local, tmp_path):
    folder = copy_project(tmp_path, local)
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
    wanted = "results/smoke/scores/wordnet_topics/lda/default/k4.csv"
    said = on_slurm(folder, wanted, profile="cluster")
    assert submitted(said) == 5
    assert without_seconds(folder / wanted).equals(without_seconds(local / wanted))


def test_a_job_that_no_node_fits_is_named_before_anything_is_submitted(local, tmp_path):
    folder = copy_project(tmp_path, local)
    replace(folder / "profiles/slurm/config.yaml", 'gpu_model: ""', "gpu_model: h100")
    process = start(folder, "--workflow-profile", "profiles/slurm", "all")
    assert process.wait(timeout=SECONDS) == 1
    said = (folder / "run.log").read_text(encoding="utf-8")
    assert "1 GPU of type h100 and 240 minutes, which no node of partition gpu has" in said and not submitted(said)


def test_a_cancelled_job_a_lost_node_and_too_little_memory_cost_a_retry_and_change_nothing(local, tmp_path):
    folder = copy_project(tmp_path, local)
    profile = folder / "profiles/slurm/config.yaml"
    replace(profile, "set-resources:\n", "set-resources:\n  corpus:\n    mem_mb: 250 * 2 ** (attempt - 1)\n")
    process = start(folder, "--workflow-profile", "profiles/slurm", "tables", "scores")
    number, _ = running("vocabulary")
    subprocess.run(["scancel", number], check=True)
    number, node = running("hidden")
    lose(node)
    try:
        time.sleep(20)  # longer than SlurmdTimeout
    finally:
        subprocess.run(["slurmd", "-N", node], check=True)
    said = finished(folder, process)
    assert "mem_mb=250," in said and "mem_mb=500," in said and "SLURM status is: 'CANCELLED'" in said
    assert_same_results(folder, local)


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
