"""Where a run is shown: lines, and in a terminal the bar below them."""

from rich.console import Console, Group
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from snakemake_logger_plugin_progress.run import Run, duration, last_said


class Screen:
    """Standard error or output."""

    def __init__(self, *, stderr: bool, colored: bool) -> None:
        self.console = Console(stderr=stderr, no_color=None if colored else True)
        self.live: Live | None = None

    @property
    def is_terminal(self) -> bool:
        return self.console.is_terminal

    def say(self, message: str) -> None:
        """A line, above the bar."""
        if message:
            self.console.print(Text(message), soft_wrap=True)

    def show(self, run: Run) -> None:
        """Draw a run twice a second until the screen is closed."""
        self.live = Live(get_renderable=lambda: picture(run), console=self.console, refresh_per_second=2)
        self.live.start()

    def close(self) -> None:
        """Leave the bar as it is."""
        if self.live:
            self.live.stop()
            self.live = None


def picture(run: Run) -> Group:
    """The bar, and the running jobs under it."""
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
        jobs.add_row(Text(one.name), Text(duration(run.clock() - one.started)), Text(last_said(one.log), style="dim"))
    return Group(bar, jobs)
