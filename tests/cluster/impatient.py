"""Snakemake, which looks for ends of jobs every two seconds: SLURM's executor waits ten seconds longer each time."""

import asyncio

from snakemake.cli import main
from snakemake_interface_executor_plugins.executors.remote import RemoteExecutor


async def sleep(self: RemoteExecutor) -> None:
    await asyncio.sleep(2)


RemoteExecutor.sleep = sleep

if __name__ == "__main__":
    main()
