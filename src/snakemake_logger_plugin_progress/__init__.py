"""Snakemake's log for a person: one bar for all jobs, and under it what each running job last said.

`make all` uses it, and so does `snakemake --logger progress`. Where the output is no terminal there is a line for each
job that has ended. Snakemake finds this package by its name and imports it before it reads the Snakefile, which says
where `softtopics` is: so nothing of that is imported here.
"""

import logging
import os
from collections import Counter
from pathlib import Path
from typing import Any, ClassVar

from rich.console import Console, Group
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text
from snakemake.logging import DefaultFilter, DefaultFormatter
from snakemake_interface_logger_plugins.base import LogHandlerBase
from snakemake_interface_logger_plugins.common import LogEvent

from snakemake_logger_plugin_progress.run import Job, Run, duration, last_said, why

# What Snakemake says of itself, job by job.
NOISE = (
    *("Assuming unrestricted shared", "Building DAG", "Rules claiming more threads", "Select jobs to execute"),
    *("RuleException:\nCalledProcessError", "Using shell", "Using workflow specific profile"),
)
SILENT = "SOFTTOPICS_SILENT"  # jobs then write to their log files alone
SHOWN = (None, LogEvent.ERROR, LogEvent.GROUP_ERROR)
Told = dict[str, Any]  # the attributes of a record


class LogHandler(LogHandlerBase):
    writes_to_stream = True
    writes_to_file = False
    has_filter = True
    has_formatter = True
    needs_rulegraph = False

    def __post_init__(self) -> None:
        told = self.common_settings
        self.console = Console(stderr=not told.stdout, no_color=told.nocolor or None)
        self.setFormatter(DefaultFormatter(told.quiet, told.show_failed_logs))
        quiet = told.quiet if told.dryrun else None  # a run is followed by what `--quiet` would keep from us
        self.addFilter(DefaultFilter(quiet, told.debug_dag, told.verbose, told.dryrun, told.printshellcmds))
        self.run = Run()
        self.live: Live | None = None

    def emit(self, record: logging.LogRecord) -> None:
        event = getattr(record, "event", None)
        if self.common_settings.dryrun:
            self.say(self.format(record))
        elif event in self.FOLLOWED:
            self.FOLLOWED[event](self, vars(record))
        elif event in SHOWN and not (message := self.format(record)).startswith(NOISE):
            self.say(message)

    def say(self, message: str) -> None:
        if message:
            self.console.print(Text(message), soft_wrap=True)

    def plan(self, told: Told) -> None:
        stats = told["stats"]
        self.run = Run(stats["total"], Counter({rule: count for rule, count in stats.items() if rule != "total"}))
        if self.console.is_terminal:
            os.environ[SILENT] = "1"
            self.live = Live(get_renderable=self.picture, console=self.console, refresh_per_second=2)
            self.live.start()
        else:
            self.say(f"{self.run.total} jobs")

    def start(self, told: Told) -> None:
        name = " ".join([told["rule_name"], *told["wildcards"].values()])
        log = Path(told["log"][0]) if told["log"] else None
        self.run.running[told["jobid"]] = Job(told["rule_name"], name, log, self.run.clock())

    def finish(self, told: Told) -> None:
        ended = self.run.end(told["job_id"])
        if ended and not self.live:
            name, seconds = ended
            self.say(f"{self.run.done + 1} of {self.run.total}: {name} ({duration(seconds)})")

    def fail(self, told: Told) -> None:
        """Without a bar the job itself has said why."""
        job = self.run.running.pop(told["jobid"], None)
        self.say(f"failed: {job.name if job else told['rule_name']}")
        for line in [line for path in told["log"] for line in why(Path(path))] if self.live else []:
            self.say(f"    {line}")

    def advance(self, told: Told) -> None:
        self.run.done, self.run.total = told["done"], told["total"]
        if self.run.done == self.run.total:
            self.close_bar()

    FOLLOWED: ClassVar = {
        LogEvent.RUN_INFO: plan,
        LogEvent.JOB_INFO: start,
        LogEvent.JOB_FINISHED: finish,
        LogEvent.JOB_ERROR: fail,
        LogEvent.PROGRESS: advance,
    }

    def picture(self) -> Group:
        """The bar, and the running jobs under it."""
        run = self.run
        bar = Table.grid(padding=(0, 2))
        told = f"{run.done} of {run.total} jobs, {duration(run.gone)} gone"
        left = run.left() if run.done < run.total else None
        bar.add_row(
            ProgressBar(max(run.total, 1), run.done, width=30),
            Text(told if left is None else f"{told}, about {duration(left)} left"),
        )
        jobs = Table.grid(padding=(0, 2), pad_edge=True)
        for _ in range(3):
            jobs.add_column(no_wrap=True, overflow="ellipsis")
        for one in list(run.running.values()):
            jobs.add_row(
                Text(one.name), Text(duration(run.clock() - one.started)), Text(last_said(one.log), style="dim")
            )
        return Group(bar, jobs)

    def close_bar(self) -> None:
        if self.live:
            self.live.stop()
            self.live = None

    def close(self) -> None:
        self.close_bar()
        super().close()
