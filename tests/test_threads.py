"""Arithmetic has one thread whatever a rule is given: what every library says inside a real Snakemake job."""

import json
import os
import subprocess
import sys

import pytest
from conftest import ROOT

SNAKEFILE = """
rule all:
    input: expand("threads_{n}.json", n=[1, 2])

rule job:
    output: "threads_{n}.json"
    log: "threads_{n}.log"
    threads: lambda w: int(w.n)
    script: "job.py"
"""
JOB = """
import json, os

from softtopics.jobs.job import job

with job("threads", snakemake.log[0]):
    import joblib, numba, pyarrow, torch
    from threadpoolctl import threadpool_info
    from tokenizers import Tokenizer
    from tokenizers.models import WordLevel

    from softtopics.threads import at_once

    found = {library["filepath"].split("/")[-1]: library["num_threads"] for library in threadpool_info()}
    found |= {"torch": torch.get_num_threads(), "numba": numba.get_num_threads(), "pyarrow": pyarrow.cpu_count()}
    found["joblib"] = joblib.cpu_count()
    before = len(os.listdir("/proc/self/task"))
    Tokenizer(WordLevel({"a": 0}, unk_token="a")).encode_batch(["a b"] * 1000)
    found["tokenizers"] = len(os.listdir("/proc/self/task")) - before
    found["at once"] = at_once()
    with open(snakemake.output[0], "w") as stream:
        json.dump(found, stream)
"""


@pytest.fixture(scope="module")
def found(tmp_path_factory) -> dict[int, dict[str, int]]:
    folder = tmp_path_factory.mktemp("threads")
    (folder / "Snakefile").write_text(SNAKEFILE, encoding="utf-8")
    (folder / "job.py").write_text(JOB, encoding="utf-8")
    # What a shell may carry: Snakemake's threads count, not these.
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src"), "OMP_NUM_THREADS": "7", "RAYON_NUM_THREADS": "7"}
    command = [sys.executable, "-m", "snakemake", "--cores", "2"]
    run = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr[-3000:]
    return {n: json.loads((folder / f"threads_{n}.json").read_text(encoding="utf-8")) for n in (1, 2)}


@pytest.mark.parametrize("threads", [1, 2])
def test_arithmetic_has_one_thread_and_batches_those_of_the_rule(found, threads):
    libraries = dict(found[threads])
    assert libraries.pop("at once") == libraries.pop("tokenizers") == threads
    assert {"torch", "numba", "pyarrow", "joblib"} <= set(libraries) and len(libraries) > 5  # and the BLAS ones
    assert set(libraries.values()) == {1}, libraries
