"""After a kill: a job says what ended it, and what a dead run leaves is cleared away; a living run is left alone."""

import os
import pstats
import re
import socket
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest
from conftest import ROOT

from softtopics.errors import InputError
from softtopics.jobs import owners, resume

JOB = """
import os
from softtopics.jobs.job import job

with job("a name", "logs/job.log"):
    {work}
"""


def run_job(folder: Path, work: str) -> subprocess.CompletedProcess:
    (folder / "job.py").write_text(JOB.format(work=work), encoding="utf-8")
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    command = [sys.executable, "job.py"]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    ("number", "cause"),
    [(9, "SIGKILL): the machine's or the job's memory probably"), (15, "SIGTERM): somebody cancelled")],
)
def test_a_killed_job_says_so_in_its_log_and_on_the_terminal(number, cause, tmp_path):
    run = run_job(tmp_path, f"os.kill(os.getpid(), {number})")
    sentence = f"killed by signal {number} ({cause}"
    assert run.returncode == 128 + number and f"    a name: {sentence}" in run.stderr
    assert sentence in (tmp_path / "logs/job.log").read_text(encoding="utf-8")


def test_a_job_that_ends_by_itself_keeps_its_exit_code(tmp_path):
    assert run_job(tmp_path, "os._exit(7)").returncode == 7
    assert (tmp_path / "logs/job.log").read_text(encoding="utf-8") == ""
    run = run_job(tmp_path, "raise ValueError('no')")
    assert run.returncode == 1 and "failed: ValueError: no" in run.stderr and "killed" not in run.stderr


def test_a_finished_job_notes_what_it_took_with_its_threads_and_processes(tmp_path):
    work = "import time, subprocess, sys; subprocess.run([sys.executable, '-c', 'sum(range(10**7))']); time.sleep(0.5)"
    run = run_job(tmp_path, work)
    said = (tmp_path / "logs/job.log").read_text(encoding="utf-8")
    seconds, processors, peak = map(
        float, re.fullmatch(r"took (.+) s, (.+) processor seconds, (.+) MiB.*\n", said).groups()
    )
    assert run.returncode == 0 and run.stderr == "" and seconds >= 0.5 and processors > 0 and 5 < peak < 500


def test_a_job_is_profiled_if_the_environment_asks_for_it(tmp_path, monkeypatch):
    monkeypatch.setenv("SOFTTOPICS_PROFILE", "1")
    assert run_job(tmp_path, "sorted(range(10))").returncode == 0
    functions = pstats.Stats(str(tmp_path / "logs/job.prof")).stats
    assert any("sorted" in name for _, _, name in functions)


def test_no_half_of_a_job_stays_behind(tmp_path):
    (tmp_path / "job.py").write_text(JOB.format(work="import time; time.sleep(60)"), encoding="utf-8")
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    process = subprocess.Popen([sys.executable, "job.py"], cwd=tmp_path, env=environment)
    while not (children := psutil.Process(process.pid).children()):
        time.sleep(0.01)
    time.sleep(0.2)
    process.kill()
    process.wait()
    assert psutil.wait_procs(children, timeout=5)[1] == []


@pytest.fixture
def folder(tmp_path, monkeypatch) -> Path:
    """A working directory with a lock of Snakemake in it."""
    (tmp_path / ".snakemake/locks").mkdir(parents=True)
    (tmp_path / ".snakemake/locks/0.output.lock").write_text("results/x\n", encoding="utf-8")
    (tmp_path / ".snakemake/owners").mkdir()
    monkeypatch.chdir(tmp_path)
    return tmp_path


def note(folder: Path, host: str, process: int, began: str = "1") -> Path:
    path = folder / f".snakemake/owners/{host}~{process}~{began}"
    path.touch()
    return path


def test_a_dead_owners_lock_is_taken_away_with_its_note(folder):
    dead = note(folder, socket.gethostname(), os.getpid())  # the number is used again: it began at another time
    resume.resume(folder / "results")
    assert not (folder / ".snakemake/locks").exists() and not dead.exists()


def test_a_living_owners_lock_stays(folder):
    living = note(folder, socket.gethostname(), os.getpid(), owners.began(os.getpid()))
    resume.resume(folder / "results")
    assert (folder / ".snakemake/locks/0.output.lock").exists() and living.exists()


def test_the_lock_of_another_machine_is_refused_with_what_to_do(folder):
    note(folder, "login2", 4711)
    with pytest.raises(
        InputError, match="process 4711 on login2 may still run here; if it does not, run `snakemake --unlock`"
    ):
        resume.resume(folder / "results")
    assert (folder / ".snakemake/locks/0.output.lock").exists()


def sleeper(folder: Path, *words: str) -> subprocess.Popen:
    """A process in a folder whose command line has some words at its end."""
    return subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)", *words], cwd=folder)


def test_the_lock_of_a_living_snakemake_without_a_note_stays(folder):
    (folder / "snakemake").write_text("import time\ntime.sleep(60)\n", encoding="utf-8")
    process = subprocess.Popen([sys.executable, "snakemake", "all"], cwd=folder)
    try:
        resume.resume(folder / "results")
        assert (folder / ".snakemake/locks/0.output.lock").exists()
    finally:
        process.kill()
        process.wait()


def test_jobs_without_a_snakemake_are_ended_and_other_processes_not(folder, tmp_path_factory):
    orphan = sleeper(folder, f"{folder}/.snakemake/scripts/tmp1.train.py")
    other = sleeper(folder, "something else")
    elsewhere = sleeper(tmp_path_factory.mktemp("elsewhere"), f"{folder}/.snakemake/scripts/tmp1.train.py")
    try:
        resume.resume(folder / "results")
        assert orphan.wait(5) is not None and not psutil.pid_exists(orphan.pid)
        assert other.poll() is None and elsewhere.poll() is None
    finally:
        for process in (orphan, other, elsewhere):
            process.kill()
            process.wait()


def test_a_job_of_a_snakemake_on_another_machine_lives_on(folder):
    note(folder, "login2", 4711)
    job = sleeper(folder, f"{folder}/.snakemake/scripts/tmp1.train.py")
    try:
        with pytest.raises(InputError, match="process 4711 on login2 may still run here"):
            resume.resume(folder / "results")
        assert job.poll() is None
    finally:
        job.kill()
        job.wait()


def test_command_lines_are_told_apart():
    assert owners.is_controller(["/usr/bin/python", "/x/bin/snakemake", "--cores", "2"])
    assert owners.is_controller(["python", "-m", "snakemake", "all"])
    single = ["python", "-m", "snakemake", "--snakefile", "S", "--mode", "subprocess"]
    assert not owners.is_controller(single) and owners.is_job(single)
    assert not owners.is_job(["vim", "snakemake.md"]) and not owners.is_controller(["vim", "-o", "a", "snakemake"])


def test_jobs_that_slurm_still_has_are_not_submitted_twice(folder, monkeypatch):
    assert resume.submitted() == []
    (folder / ".snakemake/slurm_logs").mkdir()
    (folder / "squeue").write_text(f"#!/bin/sh\necho 7 {folder}\necho 8 /elsewhere\n", encoding="utf-8")
    (folder / "squeue").chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:{os.environ['PATH']}")
    with pytest.raises(InputError, match=r"SLURM still has 1 jobs of this folder \(7\).*scancel 7"):
        resume.resume(folder / "results")


def test_empty_folders_of_shards_go_and_full_ones_stay(folder):
    (folder / "results/a/shards/hidden/x/y").mkdir(parents=True)
    (folder / "results/b/shards/hidden").mkdir(parents=True)
    (folder / "results/b/shards/hidden/0.npy").touch()
    resume.resume(folder / "results")
    assert not (folder / "results/a/shards").exists() and (folder / "results/b/shards/hidden/0.npy").exists()


def test_results_are_looked_for_where_the_config_has_them(folder, monkeypatch):
    (folder / "mine.yaml").write_text("results: elsewhere\n", encoding="utf-8")
    (folder / "elsewhere/a/shards/hidden").mkdir(parents=True)
    monkeypatch.setattr(sys, "argv", ["resume", "mine.yaml"])
    resume.main()
    assert not (folder / "elsewhere/a/shards").exists()
    (folder / "mine.yaml").write_text("run: {topics: [5\n", encoding="utf-8")
    with pytest.raises(SystemExit, match=r"^error: mine.yaml, line 2: did not find expected"):
        resume.main()
