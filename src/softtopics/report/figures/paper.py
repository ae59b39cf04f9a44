"""Ours against published, a panel for every metric: on the diagonal they agree."""

import pandas as pd
from matplotlib import rcParams
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from softtopics.report.figures.lettering import wrapped
from softtopics.report.figures.panels import legend_below, panels
from softtopics.report.figures.style import DOUBLE_COLUMN, QUIET, color, marker
from softtopics.report.layout import Layout
from softtopics.report.material import Material
from softtopics.report.paper.side_by_side import beside, shown

BESIDE = 0.6  # inches of a panel's width for its scale
KINDS = {  # label and colour
    "proposed": ("proposed model", color(0)),
    "variant": ("its variants", color(5)),
    "baseline": ("baselines", color(1)),
    "reference": ("no topic model", QUIET),
}


def figure(material: Material) -> Figure:
    """See `published_figure`."""
    return published_figure(beside(material), material.layout)


def published_figure(rows: pd.DataFrame, layout: Layout) -> Figure:
    """Colours tell the kinds of rows apart, markers the corpora.

    Args:
        rows: of `side_by_side`; bars are one standard deviation over K and seeds.
        layout: titles.
    """
    people = shown(rows)
    metrics, corpora = list(dict.fromkeys(people["metric"])), list(dict.fromkeys(people["corpus"]))
    columns = min(3, len(metrics))
    figure, axes = panels(-(-len(metrics) // columns), columns, 2.3)
    for axis in axes.flat[len(metrics) :]:
        axis.set_visible(False)
    for axis, metric in zip(axes.flat, metrics, strict=False):
        draw_pairs(axis, people[people["metric"] == metric], corpora)
        title = wrapped(layout.about(metric).title, DOUBLE_COLUMN / columns - BESIDE, rcParams["axes.titlesize"])
        axis.set(xlabel="published", title=title)
    for row in axes:
        row[0].set_ylabel("ours")
    handles = legend_of([kind for kind in KINDS if kind in set(people["kind"])], corpora)
    legend_below(figure, [(handle, str(handle.get_label())) for handle in handles], most=4)
    return figure


def draw_pairs(axis: Axes, part: pd.DataFrame, corpora: list[str]) -> None:
    """The rows of one metric, and the diagonal."""
    for row in part.itertuples():
        shape, spread = marker(corpora.index(row.corpus)), None if pd.isna(row.std) else row.std
        axis.errorbar(
            row.published,
            row.value,
            yerr=spread,
            fmt=shape,
            elinewidth=0.8,
            color=KINDS[row.kind][1],
            markersize=4.5,
            markeredgewidth=0.5,
            markeredgecolor="white",
        )
    spread = part["std"].fillna(0)
    ends = [*part["published"], *(part["value"] - spread), *(part["value"] + spread)]
    margin = 0.06 * (max(ends) - min(ends)) or 0.01
    limits = (min(ends) - margin, max(ends) + margin)
    axis.plot(limits, limits, color=QUIET, linewidth=0.8, linestyle="--", zorder=1)
    axis.set(xlim=limits, ylim=limits)
    axis.set_box_aspect(1)
    axis.locator_params(nbins=5)


def legend_of(kinds: list[str], corpora: list[str]) -> list[Line2D]:
    handles = [
        Line2D([], [], linestyle="", marker="o", label=label, color=c) for label, c in (KINDS[kind] for kind in kinds)
    ]
    handles += [
        Line2D([], [], linestyle="", marker=marker(place), color="#333333", label=corpus)
        for place, corpus in enumerate(corpora)
    ]
    return [*handles, Line2D([], [], linestyle="--", linewidth=0.8, color=QUIET, label="ours = published")]
