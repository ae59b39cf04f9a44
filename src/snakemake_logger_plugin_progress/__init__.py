"""Snakemake's log for a person: one bar for all jobs, and under it what each running job last said.

`make all` uses it, and so does `snakemake --logger progress`. Where the output is no terminal there is a line for each
job that has ended. Snakemake finds this package by its name and imports it at every start, before it reads the
Snakefile, which says where `softtopics` is: nothing of that is imported here, and what draws only if it is asked for.
"""

import logging
import os
from collections import Counter
from pathlib import Path
from typing import Any, ClassVar

from snakemake.logging import DefaultFilter, DefaultFormatter
from snakemake_interface_logger_plugins.base import LogHandlerBase
from snakemake_interface_logger_plugins.common import LogEvent

from snakemake_logger_plugin_progress.run import Job, Run, duration, why

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
        from snakemake_logger_plugin_progress.screen import Screen

        told = self.common_settings
        self.screen = Screen(stderr=not told.stdout, colored=not told.nocolor)
        self.setFormatter(DefaultFormatter(told.quiet, told.show_failed_logs))
        quiet = told.quiet if told.dryrun else None  # a run is followed by what `--quiet` would keep from us
        self.addFilter(DefaultFilter(quiet, told.debug_dag, told.verbose, told.dryrun, told.printshellcmds))
        self.run = Run()

    def emit(self, record: logging.LogRecord) -> None:
        event = getattr(record, "event", None)
        if self.common_settings.dryrun:
            self.screen.say(self.format(record))
        elif event in self.FOLLOWED:
            self.FOLLOWED[event](self, vars(record))
        elif event in SHOWN and not (message := self.format(record)).startswith(NOISE):
            self.screen.say(message)

    def plan(self, told: Told) -> None:
        stats = told["stats"]
        self.run = Run(stats["total"], Counter({rule: count for rule, count in stats.items() if rule != "total"}))
        if self.screen.is_terminal:
            os.environ[SILENT] = "1"
            self.screen.show(self.run)
        else:
            self.screen.say(f"{self.run.total} jobs")

    def start(self, told: Told) -> None:
        name = " ".join([told["rule_name"], *told["wildcards"].values()])
        log = Path(told["log"][0]) if told["log"] else None
        self.run.running[told["jobid"]] = Job(told["rule_name"], name, log, self.run.clock())

    def finish(self, told: Told) -> None:
        ended = self.run.end(told["job_id"])
        if ended and not self.screen.is_terminal:
            name, seconds = ended
            self.screen.say(f"{self.run.done + 1} of {self.run.total}: {name} ({duration(seconds)})")

    def fail(self, told: Told) -> None:
        """Without a bar the job itself has said why."""
        job = self.run.running.pop(told["jobid"], None)
        self.screen.say(f"failed: {job.name if job else told['rule_name']}")
        for line in [line for path in told["log"] for line in why(Path(path))] if self.screen.is_terminal else []:
            self.screen.say(f"    {line}")

    def advance(self, told: Told) -> None:
        self.run.done, self.run.total = told["done"], told["total"]
        if self.run.done == self.run.total:
            self.screen.close()

    FOLLOWED: ClassVar = {
        LogEvent.RUN_INFO: plan,
        LogEvent.JOB_INFO: start,
        LogEvent.JOB_FINISHED: finish,
        LogEvent.JOB_ERROR: fail,
        LogEvent.PROGRESS: advance,
    }

    def close(self) -> None:
        self.screen.close()
        super().close()
