"""Before jobs go to SLURM: is there a node for each? One that no node fits is refused three times or waits for ever."""

import re
import subprocess
from typing import Any, NamedTuple

from softtopics.errors import InputError

SINFO = ("sinfo", "--Node", "--noheader", "--format=%P|%N|%c|%m|%G|%l|%t")
# Beginnings of states; "*" at the end: no answer.
AWAY = ("down", "drain", "drng", "fail", "maint", "unk", "pow", "future", "inval")


class Node(NamedTuple):
    """A node as a member of one partition."""

    partition: str
    cpus: int
    megabytes: int
    gpus: dict[str, int]  # by type; "" of all types
    minutes: float  # that the partition gives a job
    there: bool
    default: bool


class Request(NamedTuple):
    """What a job asks for."""

    name: str
    partition: str  # "" for the cluster's default
    cpus: int
    megabytes: int
    gpus: int
    model: str  # of the GPU; "" for any
    minutes: int

    @classmethod
    def of(cls, name: str, resources: dict) -> "Request":
        """From a job's resources, as Snakemake knows them."""
        partition, model = (str(resources.get(key) or "") for key in ("slurm_partition", "gpu_model"))
        cpus, memory, gpus, minutes = (int(resources.get(key) or 0) for key in ("_cores", "mem_mb", "gpu", "runtime"))
        return cls(name, partition, cpus, memory, gpus, model, minutes)

    def __str__(self) -> str:
        gpus = f", {self.gpus} GPU{f' of type {self.model}' if self.model else ''}" if self.gpus else ""
        return f"{self.cpus} CPUs, {self.megabytes} MB{gpus} and {self.minutes} minutes"

    def fits(self, node: Node) -> bool:
        return (
            self.cpus <= node.cpus
            and self.megabytes <= node.megabytes
            and self.gpus <= node.gpus.get(self.model, 0)
            and self.minutes <= node.minutes
        )


def requests(workflow: Any) -> list[Request]:
    """What the jobs and groups of jobs of a Snakemake workflow will ask SLURM for; nothing of another executor."""
    if workflow.executor_plugin is None or workflow.executor_plugin.name != "slurm":
        return []
    jobs = [job for job in workflow.dag.needrun_jobs() if not job.is_local]
    submitted = dict.fromkeys(workflow.dag.get_job_group(job) or job for job in jobs)
    return [
        Request.of(f"a group of {len(unit)} jobs" if unit.is_group() else f"rule {unit.name}", unit.resources)
        for unit in submitted
    ]


def check(requests: list[Request]) -> None:
    """Refuse to submit what could never start.

    Args:
        requests: of jobs; without one SLURM is not asked.

    Raises:
        InputError: SLURM does not answer, there is no such partition, or no node of it that is up has what is asked.
    """
    if not requests:
        return
    try:
        nodes = parse(subprocess.run(SINFO, capture_output=True, text=True, check=True).stdout)
    except (OSError, subprocess.CalledProcessError) as error:
        said = (getattr(error, "stderr", None) or str(error)).strip()
        raise InputError(
            f"slurm: sinfo does not answer ({said}); start Snakemake where SLURM's commands work"
        ) from error
    for request in dict.fromkeys(requests):
        if sentence := objection(request, nodes):
            raise InputError(sentence)


def objection(request: Request, nodes: list[Node]) -> str | None:
    """Why a job could never start, in a sentence."""
    own = [node for node in nodes if (node.partition == request.partition if request.partition else node.default)]
    if not own:
        known = ", ".join(sorted({node.partition for node in nodes}))
        return (
            f"slurm: no partition is called {request.partition!r} ({request.name}); name one of {known} in the profile"
        )
    up = [node for node in own if node.there]
    if any(map(request.fits, up)):
        return None
    has = sorted({(node.cpus, node.megabytes, node.gpus.get("", 0)) for node in up}, reverse=True)
    which = "; ".join(f"{cpus} CPUs, {memory} MB, {gpus} GPUs" for cpus, memory, gpus in has[:3]) or "none is up"
    away = f", {len(own) - len(up)} more are down" if up and len(up) < len(own) else ""
    limit = "" if own[0].minutes == float("inf") else f"; at most {own[0].minutes:.0f} minutes"
    return (
        f"slurm: {request.name} asks for {request}, which no node of partition {own[0].partition} has "
        f"({which}{away}{limit}); ask for less in the profile, or name another partition"
    )


def parse(text: str) -> list[Node]:
    """The nodes that `SINFO` tells of, once for each of their partitions."""
    nodes = []
    for line in filter(None, text.splitlines()):
        partition, _, cpus, memory, gres, limit, state = line.strip().split("|")
        there = not state.startswith(AWAY) and not state.endswith("*")
        default, name = partition.endswith("*"), partition.rstrip("*")
        nodes.append(Node(name, int(cpus), int(memory.rstrip("+")), gpus_of(gres), minutes_of(limit), there, default))
    return nodes


def gpus_of(gres: str) -> dict[str, int]:
    """`gpu:a100:4(S:0-1),gpu:2` -> {"a100": 4, "": 6}."""
    found: dict[str, int] = {}
    for device in re.sub(r"\([^)]*\)", "", gres).split(","):
        kind, *rest = device.strip().split(":")
        if kind != "gpu":
            continue
        count = int(rest.pop()) if rest and rest[-1].isdigit() else 1
        for key in dict.fromkeys(("", *rest)):
            found[key] = found.get(key, 0) + count
    return found


def minutes_of(limit: str) -> float:
    """`1-12:00:00` -> 2160; `infinite` is infinity."""
    if limit in ("infinite", "n/a"):
        return float("inf")
    days, _, clock = limit.rpartition("-")
    parts = [int(part) for part in clock.split(":")]
    hours, minutes, seconds = [0] * (3 - len(parts)) + parts
    return int(days or 0) * 1440 + hours * 60 + minutes + seconds / 60
