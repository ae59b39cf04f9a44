"""The main results: a row of panels for every corpus, a panel for every metric, a dot for every method."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from matplotlib import rcParams
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator
from matplotlib.transforms import ScaledTranslation

from softtopics.report.figures.lettering import POINTS, fits, height, lines_of, width, wrapped
from softtopics.report.figures.panels import legend_below, measured, measured_anywhere, panels, without_labels
from softtopics.report.figures.style import DOUBLE_COLUMN, QUIET, color
from softtopics.report.layout import Layout
from softtopics.report.material import Material
from softtopics.report.scores import values

METRICS = ("c_v", "purity", "p_at_10")
REFERENCES = {"purity": "kmeans", "p_at_10": "hidden"}
READ_BY = {"kmeans": "k-means", "hidden": "cosine neighbours"}
STYLES = ("--", ":", "-.", (0, (1, 4)), (0, (7, 2)), (0, (5, 1, 1, 1, 1, 1)))  # of their lines
METHODS_WIDTH = 2.3  # inches at most for the titles of methods: a third of the figure; the rest is for panels
ROW = 0.19  # inches for a method whose title is a line
SCALE = 0.15  # inches between the titles of methods and the panels
BETWEEN = 0.1  # inches at least between titles of panels
TICK = 0.25  # inches for the label of a tick


def figure(material: Material) -> Figure:
    """Dots are means over K and seeds, bars one standard deviation, small dots the single runs.

    Dashed lines are references: k-means on the teachers' states, and retrieval by the raw states.

    Raises:
        ValueError: a score that must be there is not.
    """
    layout, scores = material.layout, material.scores
    metrics = measured_anywhere(METRICS, layout)
    names = [wrapped(title, METHODS_WIDTH, rcParams["ytick.labelsize"]) for title in layout.methods.values()]
    places, rows = places_of(names)
    side = max(width(line, rcParams["ytick.labelsize"]) for name in names for line in name.split("\n"))
    above = headings(layout, metrics, DOUBLE_COLUMN - side - SCALE)
    figure, axes = panels(len(layout.corpora), len(metrics), ROW * rows + 0.6 + above.added, sharex="col", sharey=True)
    drawn: dict[str, dict[str, Line2D]] = {}  # of each kind of reference, its lines by teacher
    for row, texts, across, corpus in zip(axes, above.texts, above.across, layout.corpora, strict=True):
        where = row[0].transAxes + row[0].titleOffsetTrans  # of its title
        row[0].text(0, 1, across, transform=where, fontsize=rcParams["axes.titlesize"], in_layout=False)
        for axis, text, metric in zip(row, texts, metrics, strict=True):
            axis.set_title(text, loc="left")
            axis.grid(axis="y", visible=False)
            if metric in measured(corpus, METRICS, layout):
                draw_methods(axis, scores, layout, corpus, metric, places)
                for teacher, line in draw_references(axis, scores, layout, corpus, metric).items():
                    drawn.setdefault(REFERENCES[metric], {})[teacher] = line
            else:
                without_labels(axis, layout, corpus)
    axes[0, 0].set_yticks(places, names)
    axes[0, 0].set_ylim(rows - 0.5, -0.5)  # from top to bottom, with room for the outermost markers
    ticks = int((DOUBLE_COLUMN - side) / len(metrics) / TICK)
    for axis in axes.flat:
        axis.xaxis.set_major_locator(MaxNLocator(min(5, max(2, ticks))))
        axis.tick_params(labelbottom=True)
    lines = {teacher: line for own in drawn.values() for teacher, line in own.items()}
    read_by = "; ".join(text for kind, text in READ_BY.items() if kind in drawn)
    said = {
        teacher: f"states of {title} without a topic model ({read_by})" for teacher, title in layout.readings.items()
    }
    legend_below(figure, [(lines[teacher], said[teacher]) for teacher in layout.readings if teacher in lines], most=1)
    return figure


def places_of(names: Sequence[str]) -> tuple[list[float], float]:
    """Where methods are from top to bottom, and how many rows of one line they take together."""
    size = rcParams["ytick.labelsize"]
    rooms = [1 + height(lines_of(name) - 1, size) / ROW for name in names]
    return [sum(rooms[:i]) + (room - 1) / 2 for i, room in enumerate(rooms)], sum(rooms)


class Headings(NamedTuple):
    """Titles of panels.

    Attributes:
        texts: corpora x metrics.
        across: for every corpus, what stands across its panels, above the lines of their titles that are not empty.
        added: inches of a row of panels that breaking them into lines takes.
    """

    texts: list[list[str]]
    across: list[str]
    added: float


def headings(layout: Layout, metrics: Sequence[str], inches: float) -> Headings:
    """A corpus is named above each of its panels; once across all of them, if a corpus's title is too wide for one."""
    size, panel = rcParams["axes.titlesize"], inches / len(metrics) - BETWEEN
    lines = [layout.about(metric).title.replace(" (", "\n(").split("\n") for metric in metrics]  # a panel is narrow
    below = ["\n".join(wrapped(line, panel, size) for line in own) for own in lines]
    most = max(map(lines_of, below))
    added = most - max(map(len, lines))
    titles = list(layout.corpora.values())
    if fits(titles, panel, size):
        texts = [[f"{title}\n{text}" for text in below] for title in titles]
        return Headings(texts, [""] * len(titles), height(added, size))
    across = [wrapped(title, 0.97 * inches, size) for title in titles]
    level = [text + "\n" * (most - lines_of(text)) for text in below]
    texts = [["\n" * lines_of(title) + text for text in level] for title in across]
    added += max(map(lines_of, across)) - 1
    return Headings(texts, [title + "\n" * most for title in across], height(added, size))


def draw_methods(
    axis: Axes, scores: pd.DataFrame, layout: Layout, corpus: str, metric: str, places: Sequence[float]
) -> None:
    where = {"corpus": corpus, "variant": "default", "metric": metric}
    for place, method in zip(places, layout.methods, strict=True):
        found = values(scores, layout.seeds, layout.topics, method=method, **where)
        shade = layout.colors.get(method, color(0) if method in layout.proposed else "#4D4D4D")
        axis.plot(found, np.full(len(found), place), ".", color=shade, alpha=0.35, markersize=3, zorder=2)
        spread = found.std(ddof=1) if len(found) > 1 else 0
        axis.errorbar(found.mean(), place, xerr=spread, fmt="o", color=shade, elinewidth=1.1, zorder=3)


def draw_references(axis: Axes, scores: pd.DataFrame, layout: Layout, corpus: str, metric: str) -> dict[str, Line2D]:
    """Dashed lines for what the teachers' own spaces reach without a topic model, by teacher."""
    if metric not in REFERENCES:
        return {}
    means, drawn = {}, {}
    for teacher in layout.readings:
        method = f"{REFERENCES[metric]}/{teacher}"
        own = scores[(scores.corpus == corpus) & (scores.method == method) & (scores.metric == metric)]
        if len(own):
            means[teacher] = own["value"].mean()
    styles = {teacher: STYLES[position % len(STYLES)] for position, teacher in enumerate(layout.readings)}
    for teacher, mean in means.items():
        line = axis.axvline(mean, color=QUIET, linestyle=styles[teacher], linewidth=1, zorder=1)
        equal = [other for other in means if round(means[other], 3) == round(mean, 3)]  # they would hide each other
        points = 1.6 * (equal.index(teacher) - (len(equal) - 1) / 2)
        if points:
            beside = ScaledTranslation(points / POINTS, 0, axis.figure.dpi_scale_trans)
            line.set_transform(line.get_transform() + beside)
        drawn[teacher] = line
    return drawn
