"""Who runs Snakemake in a folder: its locks do not say, so every run leaves a note with its machine and process."""

import atexit
import os
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import psutil

from softtopics.storage import alive

NOTES = Path(".snakemake/owners")
OTHERS = ("subprocess", "remote")  # modes of the Snakemake processes that run single jobs


class Owner(NamedTuple):
    """A Snakemake process that plans and starts jobs, and when it began: numbers of processes are used again."""

    host: str
    process: int
    began: str


def claim(folder: Path = NOTES) -> None:
    """Note that this process runs Snakemake here, until it ends."""
    folder.mkdir(parents=True, exist_ok=True)
    process = os.getpid()
    note = folder / f"{socket.gethostname()}~{process}~{began(process)}"
    note.touch()

    def withdraw() -> None:
        if os.getpid() == process:  # and not a copy of it
            note.unlink(missing_ok=True)

    atexit.register(withdraw)


def began(process: int) -> str:
    """When a process of this machine began, in centiseconds; empty if it does not run."""
    try:
        return f"{psutil.Process(process).create_time() * 100:.0f}" if alive(process) else ""
    except psutil.NoSuchProcess:
        return ""


def noted(folder: Path = NOTES) -> dict[Path, Owner]:
    """The notes that were not taken away: of runs under way, and of killed ones."""
    parts = {path: path.name.rsplit("~", 2) for path in folder.glob("*~*~*")}
    return {path: Owner(host, int(process), start) for path, (host, process, start) in parts.items()}


def runs(owner: Owner) -> bool:
    """Whether an owner on this machine still runs."""
    return owner.began == began(owner.process)


def is_controller(command: list[str]) -> bool:
    """Whether a command line is that of a Snakemake which plans and starts jobs."""
    mode = command[command.index("--mode") + 1 :][:1] if "--mode" in command else ["default"]
    return any(Path(word).name == "snakemake" for word in command[:3]) and not set(mode) & set(OTHERS)


def is_job(command: list[str]) -> bool:
    """Whether a command line is that of a single job: Snakemake's for it, or its script's."""
    text = " ".join(command)
    return ".snakemake/scripts/" in text or ("snakemake" in text and any(f"--mode {mode}" in text for mode in OTHERS))


def processes_in(folder: Path) -> Iterator[tuple[psutil.Process, list[str]]]:
    """The processes of this user and machine whose working directory a folder is, with their command lines."""
    for process in psutil.process_iter():
        try:
            if process.uids().real == os.getuid() and Path(process.cwd()) == folder.resolve():
                yield process, process.cmdline()
        except (psutil.NoSuchProcess, psutil.AccessDenied, psutil.ZombieProcess):
            continue  # it has just ended, or is none of ours


def orphans(folder: Path) -> list[psutil.Process]:
    """Jobs that work in a folder though the Snakemake that started them is dead."""
    found = dict(processes_in(folder))
    controllers = {process.pid for process, command in found.items() if is_controller(command)}
    jobs = [process for process, command in found.items() if is_job(command)]
    return [job for job in jobs if not controllers & ancestors(job)]


def ancestors(process: psutil.Process) -> set[int]:
    try:
        return {parent.pid for parent in process.parents()}
    except psutil.NoSuchProcess:
        return set()
