"""The main results: a row of panels for every corpus, a panel for every metric, a dot for every method."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from softtopics.report.figures.panels import measured, measured_anywhere, panels, without_labels
from softtopics.report.figures.style import QUIET, color
from softtopics.report.layout import Layout
from softtopics.report.material import Material
from softtopics.report.scores import values

METRICS = ("c_v", "purity", "p_at_10")
REFERENCES = {"purity": "kmeans", "p_at_10": "hidden"}
STYLES = ("--", ":", "-.", (0, (1, 4)), (0, (7, 2)), (0, (5, 1, 1, 1, 1, 1)))  # of their lines


def figure(material: Material) -> Figure:
    """Dots are means over K and seeds, bars one standard deviation, small dots the single runs.

    Dashed lines are references: k-means on the teachers' states, and retrieval by the raw states.

    Raises:
        ValueError: a score that must be there is not.
    """
    layout, scores = material.layout, material.scores
    metrics = measured_anywhere(METRICS, layout)
    height = 0.19 * len(layout.methods) + 0.6
    figure, axes = panels(len(layout.corpora), len(metrics), height, sharex="col", sharey=True)
    for row, (corpus, title) in zip(axes, layout.corpora.items(), strict=True):
        for axis, metric in zip(row, metrics, strict=True):
            wrapped = layout.about(metric).title.replace(" (", "\n(")  # a panel is narrow
            axis.set_title(f"{title}\n{wrapped}", loc="left")
            axis.grid(axis="y", visible=False)
            if metric in measured(corpus, METRICS, layout):
                draw_methods(axis, scores, layout, corpus, metric)
                draw_references(axis, scores, layout, corpus, metric)
            else:
                without_labels(axis)
    axes[0, 0].set_yticks(range(len(layout.methods)), layout.methods.values())
    axes[0, 0].set_ylim(len(layout.methods) - 0.5, -0.5)  # from top to bottom, with room for the outermost markers
    for axis in axes.flat:
        axis.xaxis.set_major_locator(MaxNLocator(5))
        axis.tick_params(labelbottom=True)
    legends = [axis.get_legend_handles_labels() for axis in axes.flat]
    if handles := dict(zip(*max(legends, key=lambda legend: len(legend[1]))[::-1], strict=True)):
        figure.legend(handles.values(), handles.keys(), loc="outside lower center", ncols=1)
    return figure


def draw_methods(axis: Axes, scores: pd.DataFrame, layout: Layout, corpus: str, metric: str) -> None:
    where = {"corpus": corpus, "variant": "default", "metric": metric}
    for place, method in enumerate(layout.methods):
        found = values(scores, layout.seeds, layout.topics, method=method, **where)
        shade = layout.colors.get(method, color(0) if method in layout.proposed else "#4D4D4D")
        axis.plot(found, np.full(len(found), place), ".", color=shade, alpha=0.35, markersize=3, zorder=2)
        spread = found.std(ddof=1) if len(found) > 1 else 0
        axis.errorbar(found.mean(), place, xerr=spread, fmt="o", color=shade, elinewidth=1.1, zorder=3)


def draw_references(axis: Axes, scores: pd.DataFrame, layout: Layout, corpus: str, metric: str) -> None:
    """Dashed lines for what the teachers' own spaces reach without a topic model."""
    if metric not in REFERENCES:
        return
    kind = REFERENCES[metric]
    for position, (teacher, title) in enumerate(layout.readings.items()):
        own = scores[(scores.corpus == corpus) & (scores.method == f"{kind}/{teacher}") & (scores.metric == metric)]
        if len(own):
            style = STYLES[position % len(STYLES)]
            label = f"states of {title} without a topic model (k-means; cosine neighbours)"
            axis.axvline(own["value"].mean(), color=QUIET, linestyle=style, linewidth=1, label=label, zorder=1)
