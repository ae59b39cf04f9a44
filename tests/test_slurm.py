"""What SLURM says of its nodes, and jobs that none of them fits."""

import subprocess
from types import SimpleNamespace

import pytest

from softtopics.errors import InputError
from softtopics.jobs import slurm
from softtopics.jobs.slurm import Request, gpus_of, minutes_of, parse

SINFO = """
cpu*|n1|8|32000|(null)|2-00:00:00|idle
cpu*|n2|16|64000+|(null)|2-00:00:00|mix
cpu*|n3|64|512000|(null)|2-00:00:00|down*
gpu|g1|8|64000|gpu:a100:2(S:0-1),gpu:1|12:00:00|alloc
old|g2|8|64000|gpu:1|infinite|idle
"""
ASKED = {"slurm_partition": "gpu", "_cores": 8, "mem_mb": 43000, "gpu": 1, "runtime": 240}


def objection(**asked: object) -> str | None:
    return slurm.objection(Request.of("rule hidden", ASKED | asked), parse(SINFO))


def test_what_a_node_has_is_read():
    nodes = parse(SINFO)
    assert [(node.partition, node.default, node.there) for node in nodes] == [
        *(("cpu", True, True), ("cpu", True, True), ("cpu", True, False), ("gpu", False, True), ("old", False, True))
    ]
    assert nodes[1].megabytes == 64000 and nodes[3].gpus == {"": 3, "a100": 2}
    assert gpus_of("(null)") == {} and gpus_of("gpu:4") == {"": 4} and gpus_of("gpu") == {"": 1}
    assert gpus_of("gpu:2080ti:4,gpu:3090:8(S:0)") == {"": 12, "2080ti": 4, "3090": 8}
    assert gpus_of("gpu:1g.10gb:7,gpu:a100-sxm4-80gb:8(S:0-1,3),mps:100") == {"": 15, "1g.10gb": 7, "a100-sxm4-80gb": 8}
    assert [minutes_of(limit) for limit in ("30:00", "12:00:00", "2-00:30:00", "infinite")] == [
        30,
        720,
        2910,
        float("inf"),
    ]


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"gpu_model": "a100", "gpu": 2},
        {"slurm_partition": None, "gpu": 0, "_cores": 16},
        {"slurm_partition": "old"},
    ],
)
def test_a_job_that_some_node_fits_is_let_through(asked):
    assert objection(**asked) is None


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        (
            {"gpu_model": "h100"},
            "asks for 8 CPUs, 43000 MB, 1 GPU of type h100 and 240 minutes, which no node of partition gpu",
        ),
        ({"mem_mb": 100000}, "no node of partition gpu has (8 CPUs, 64000 MB, 3 GPUs; at most 720 minutes)"),
        ({"runtime": 1440}, "at most 720 minutes"),
        ({"slurm_partition": "cpu"}, "(16 CPUs, 64000 MB, 0 GPUs; 8 CPUs, 32000 MB, 0 GPUs, 1 more are down;"),
        (
            {"slurm_partition": "gpus"},
            "no partition is called 'gpus' (rule hidden); name one of cpu, gpu, old in the profile",
        ),
    ],
)
def test_a_job_that_no_node_fits_is_one_sentence(asked, sentence):
    assert sentence in objection(**asked)


def test_slurm_is_asked_for_its_own_jobs_alone(monkeypatch):
    monkeypatch.setattr(subprocess, "run", lambda *arguments, **settings: pytest.fail("asked"))
    local = SimpleNamespace(executor_plugin=SimpleNamespace(name="local"))
    slurm.check(slurm.requests(local))


def test_a_slurm_that_does_not_answer_is_one_sentence(monkeypatch):
    monkeypatch.setattr(slurm, "SINFO", ("no-such-command",))
    with pytest.raises(InputError, match="sinfo does not answer"):
        slurm.check([Request.of("rule hidden", ASKED)])
