"""The log of `make all`: a bar in a terminal, elsewhere a line for each job, and why a job failed in both."""

import os
import pty
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from snakemake_logger_plugin_progress.run import Job, Run, duration, last_said, why

SNAKEFILE = """
rule all:
    input: expand("out/{n}.txt", n=config["made"].split(","))

rule make:
    output: "out/{n}.txt"
    log: "logs/{n}.log"
    script: "make.py"
"""
SCRIPT = """
import logging
from softtopics.errors import InputError
from softtopics.jobs.job import job

with job("make {n}".format(**snakemake.wildcards), snakemake.log[0]):
    logging.getLogger("softtopics.make").info("3 of 7 epochs")
    if snakemake.wildcards.n == "bad":
        raise InputError("run.topics: 500 topics are more than the documents")
    open(snakemake.output[0], "w").close()
"""
WHY = "error: run.topics: 500 topics are more than the documents"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "Snakefile").write_text(SNAKEFILE, encoding="utf-8")
    (tmp_path / "make.py").write_text(SCRIPT, encoding="utf-8")
    return tmp_path


def command(*words: str) -> list[str]:
    return [sys.executable, "-m", "snakemake", "--logger", "progress", "--cores", "2", *words]


def in_a_terminal(words: list[str], folder: Path) -> tuple[int, str]:
    """Exit code and output of a command whose output is a terminal of a hundred columns."""
    ours, theirs = pty.openpty()
    environment = {**os.environ, "TERM": "xterm", "COLUMNS": "100"}
    with subprocess.Popen(words, cwd=folder, stdout=theirs, stderr=theirs, env=environment) as process:
        os.close(theirs)
        said = b""
        try:
            while part := os.read(ours, 65536):
                said += part
        except OSError:  # the other end is closed
            os.close(ours)
    return process.returncode, said.decode()


def test_without_a_terminal_there_is_a_line_for_each_job(folder):
    run = subprocess.run(command("--config", "made=a,b"), cwd=folder, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    lines = run.stderr.splitlines()
    assert lines[0] == "3 jobs" and "    make a: 3 of 7 epochs" in lines
    assert [re.sub(r"make [ab]|\d+ s", "_", line) for line in lines if re.match(r"\d of 3", line)] == [
        "1 of 3: _ (_)",
        "2 of 3: _ (_)",
        "3 of 3: all (_)",
    ]
    assert "Select jobs" not in run.stderr and "Execute" not in run.stderr


def test_a_terminal_has_a_bar_and_no_lines_of_jobs(folder):
    code, said = in_a_terminal(command("--config", "made=a,b"), folder)
    assert code == 0, said
    assert "3 of 3 jobs" in said and "━━" in said and "    make a: 3 of 7" not in said
    assert "3 of 7 epochs" in (folder / "logs/a.log").read_text(encoding="utf-8")


@pytest.mark.parametrize("terminal", [True, False], ids=["terminal", "file"])
def test_why_a_job_failed_is_said_once(folder, terminal):
    words = command("--keep-going", "--config", "made=a,bad")
    if terminal:
        code, said = in_a_terminal(words, folder)
    else:
        run = subprocess.run(words, cwd=folder, capture_output=True, text=True, check=False)
        code, said = run.returncode, run.stderr
    assert code == 1 and "failed: make bad" in said and WHY in said, said
    assert terminal or said.count(WHY) == 1  # the bar may show it once more, as the last that the job said
    assert "CalledProcessError" not in said and (folder / "out/a.txt").is_file()


def test_a_dry_run_says_what_it_always_says(folder):
    run = subprocess.run(command("-n", "--config", "made=a"), cwd=folder, capture_output=True, text=True, check=False)
    assert run.returncode == 0 and "Job stats:" in run.stderr + run.stdout and "rule make:" in run.stderr + run.stdout


def test_the_package_of_the_log_imports_nothing_of_ours():
    """Snakemake imports it before the Snakefile says where `softtopics` is: that of a copy, for one."""
    program = (
        "import sys, snakemake_logger_plugin_progress; sys.exit(any(n.startswith('softtopics') for n in sys.modules))"
    )
    subprocess.run([sys.executable, "-c", program], check=True)


def test_the_time_left_goes_by_the_jobs_of_each_rule():
    now = [0.0]
    run = Run(total=21, planned=Counter(train=10, table=11), clock=lambda: now[0])
    assert run.left() is None
    for number in range(3):  # three of ten seconds, one after another
        run.running[number] = Job("train", "train x", None, now[0])
        now[0] += 10
        assert run.end(number) == ("train x", 10)
    run.done = 3
    assert run.left() == 7 * 10 + 11 * 10  # nothing is known of tables yet: the mean of all
    run.running[3] = Job("table", "table", None, now[0])
    now[0] += 1
    run.end(3)
    assert run.end(99) is None  # of whose start nobody told
    run.running[4] = Job("train", "train x", None, now[0])
    now[0] += 4
    assert run.left() == pytest.approx(7 * 10 + 10 * 1 - 4)


def test_seconds_are_read_as_a_clock():
    assert [duration(value) for value in (0.4, 7, 59.6, 245, 3600)] == ["0 s", "7 s", "1:00", "4:05", "1:00:00"]


def test_a_log_gives_our_last_message_and_the_errors(tmp_path):
    log = tmp_path / "x.log"
    assert last_said(log) == "" and why(log) == [] and last_said(None) == ""
    log.write_text(
        "2026-11-29 00:02:48,910 INFO softtopics.models.base: seed 0: 50 topics in 15.8 s\n"
        "loading: 100%\n"
        "2026-11-29 00:02:49,910 INFO gensim.models: PROGRESS: pass 0\n",
        encoding="utf-8",
    )
    assert last_said(log) == "seed 0: 50 topics in 15.8 s"
    assert why(log) == ["2026-11-29 00:02:49,910 INFO gensim.models: PROGRESS: pass 0"]
    with log.open("a", encoding="utf-8") as stream:
        stream.write("2026-11-29 00:02:49,911 ERROR softtopics.jobs.job: error: no such file\n")
    assert why(log) == ["error: no such file"]
