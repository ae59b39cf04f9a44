"""Scores against one numeric parameter: a row of panels for every metric, a column for every corpus."""

import numpy as np
import pandas as pd
from matplotlib import rcParams
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from softtopics.report.figures.lettering import height, lines_of, wrapped
from softtopics.report.figures.panels import legend_below, measured, measured_anywhere, panels, without_labels
from softtopics.report.figures.style import DOUBLE_COLUMN, color, marker
from softtopics.report.layout import Layout
from softtopics.report.material import Material
from softtopics.report.scores import values

METRICS = ("c_v", "purity")
HEIGHT = 1.75  # inches of a panel
SIDE = 0.75  # inches beside the panels, for the scales
BETWEEN = 0.2  # inches between panels


def figure(material: Material) -> Figure:
    """Lines are means over K and seeds, bands one standard deviation; an open marker is a method's own value.

    `material.settings`: lines (for every corpus and method the pairs of a value and its variant) and defaults (for
    every corpus and method the value that it has without the ablation).

    Raises:
        ValueError: a score that must be there is not.
    """
    layout, settings = material.layout, material.settings
    shown = measured_anywhere(METRICS, layout)
    inches = (DOUBLE_COLUMN - SIDE) / len(layout.corpora) - BETWEEN
    titles = [wrapped(title, inches, rcParams["axes.titlesize"]) for title in layout.corpora.values()]
    below = wrapped(material.title, inches, rcParams["axes.labelsize"])
    figure, axes = panels(len(shown), len(titles), HEIGHT, sharex=True, sharey="row")
    figure.set_figheight(
        figure.get_figheight()
        + height(max(map(lines_of, titles)) - 1, rcParams["axes.titlesize"])
        + height(lines_of(below) - 1, rcParams["axes.labelsize"])
    )
    lines: dict[str, Line2D] = {}
    for row, metric in zip(axes, shown, strict=True):
        for axis, corpus, title in zip(row, layout.corpora, titles, strict=True):
            if metric == shown[0]:
                axis.set_title(title)
            if metric in measured(corpus, METRICS, layout):
                defaults = settings["defaults"][corpus]
                lines |= draw_methods(
                    axis, material.scores, layout, corpus, metric, settings["lines"][corpus], defaults
                )
            else:
                without_labels(axis, layout, corpus)
        row[0].set_ylabel(wrapped(layout.about(metric).title, 0.8 * HEIGHT, rcParams["axes.labelsize"]))
    for axis in axes[-1]:
        axis.set_xlabel(below)
    every = (pairs for methods in settings["lines"].values() for pairs in methods.values())
    spread_over_decades(axes[-1, 0], sorted({value for pairs in every for value, _ in pairs}))
    legend_below(figure, [(line, title) for title, line in lines.items()], most=len(lines))
    return figure


def draw_methods(
    axis: Axes,
    scores: pd.DataFrame,
    layout: Layout,
    corpus: str,
    metric: str,
    lines: dict[str, list[tuple[float, str]]],
    defaults: dict[str, float],
) -> dict[str, Line2D]:
    """Draw a line for each method; they are returned by their titles.

    (A label would do, but matplotlib leaves out of legends those that begin with an underscore.)
    """
    drawn = {}
    where = {"corpus": corpus, "metric": metric}
    for position, (method, pairs) in enumerate(lines.items()):
        found = {
            value: values(scores, layout.seeds, layout.topics, method=method, variant=variant, **where)
            for value, variant in pairs
        }
        shade = layout.colors.get(method, color(position))
        drawn[layout.methods[method]] = draw_line(axis, found, shade, marker(position), defaults.get(method))
    return drawn


def draw_line(axis: Axes, found: dict[float, pd.Series], shade: str, mark: str, default: float | None) -> Line2D:
    """Means as a line, one standard deviation as a band, the default value open."""
    x = np.array(sorted(found))
    mean = np.array([found[value].mean() for value in x])
    spread = np.array([found[value].std(ddof=1) if len(found[value]) > 1 else 0 for value in x])
    axis.fill_between(x, mean - spread, mean + spread, color=shade, alpha=0.18, linewidth=0)
    (line,) = axis.plot(x, mean, marker=mark, color=shade)
    if default in found:
        axis.plot(default, mean[list(x).index(default)], marker=mark, color=shade, markersize=7, fillstyle="none")
    return line


def spread_over_decades(axis: Axes, ticks: list[float]) -> None:
    """A logarithmic axis where linear ones would crowd the small values, labelled with the values themselves."""
    if min(ticks) > 0 and max(ticks) / min(ticks) > 8:
        axis.set_xscale("log")
    axis.set_xticks(ticks, minor=False)
    axis.set_xticks([], minor=True)
    axis.xaxis.set_major_formatter("{x:g}")
