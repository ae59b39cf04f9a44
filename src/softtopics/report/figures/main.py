"""Scores -> the figures of the report."""

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator, ScalarFormatter

from softtopics.metrics.catalogue import with_references
from softtopics.report.scores import Layout, values
from softtopics.report.style import QUIET, color, marker, panels

MAIN_METRICS = ("c_v", "purity", "p_at_10")
REFERENCES = {"purity": "kmeans", "p_at_10": "hidden"}


def shown_metrics(corpus: str, metrics: tuple[str, ...], layout: Layout) -> list[str]:
    names = with_references(metrics, list(layout.references))
    return [m for m in names if corpus in layout.labelled or not layout.about(m).needs_labels]


def all_metrics(metrics: tuple[str, ...], layout: Layout) -> list[str]:
    """Those that at least one corpus can be measured by."""
    shown = {m for corpus in layout.corpora for m in shown_metrics(corpus, metrics, layout)}
    return [m for m in with_references(metrics, list(layout.references)) if m in shown]


def main_figure(scores: pd.DataFrame, layout: Layout) -> Figure:
    """A row of panels for every corpus, a panel for every metric, a dot for every method.

    Dots are means over K and seeds, bars one standard deviation, small dots the cells themselves. Dashed lines
    are references: k-means on the teachers' states, and retrieval by the raw states.
    """
    metrics = all_metrics(MAIN_METRICS, layout)
    methods = list(layout.methods)
    height = 0.19 * len(methods) + 0.6
    figure, axes = panels(len(layout.corpora), len(metrics), height, sharex="col", sharey=True)
    for row, (corpus, title) in zip(axes, layout.corpora.items(), strict=True):
        for axis, metric in zip(row, metrics, strict=True):
            wrapped = layout.about(metric).title.replace(" (", "\n(")  # a panel is narrow
            axis.set_title(f"{title}\n{wrapped}", loc="left")
            axis.grid(axis="y", visible=False)
            if metric not in shown_metrics(corpus, MAIN_METRICS, layout):
                axis.text(0.5, 0.5, "no labels", transform=axis.transAxes, ha="center", color=QUIET)
                continue
            where = {"corpus": corpus, "variant": "default", "metric": metric}
            for place, method in enumerate(methods):
                found = values(scores, layout.seeds, layout.topics, method=method, **where)
                shade = layout.colors.get(method, color(0) if method in layout.proposed else "#4D4D4D")
                axis.plot(found, np.full(len(found), place), ".", color=shade, alpha=0.35, markersize=3, zorder=2)
                spread = found.std(ddof=1) if len(found) > 1 else 0
                axis.errorbar(found.mean(), place, xerr=spread, fmt="o", color=shade, elinewidth=1.1, zorder=3)
            draw_references(axis, scores, layout, corpus, metric)
    axes[0, 0].set_yticks(range(len(methods)), layout.methods.values())
    axes[0, 0].invert_yaxis()
    for axis in axes.flat:
        axis.xaxis.set_major_locator(MaxNLocator(5))
        axis.tick_params(labelbottom=True)
    legends = [axis.get_legend_handles_labels() for axis in axes.flat]
    if handles := dict(zip(*max(legends, key=lambda legend: len(legend[1]))[::-1], strict=True)):
        figure.legend(handles.values(), handles.keys(), loc="outside lower center", ncols=1)
    return figure


def draw_references(axis, scores: pd.DataFrame, layout: Layout, corpus: str, metric: str) -> None:
    """Dashed lines for what the teachers' own spaces reach without a topic model."""
    if metric not in REFERENCES:
        return
    kind = REFERENCES[metric]
    for position, (teacher, title) in enumerate(layout.readings.items()):
        own = scores[(scores.corpus == corpus) & (scores.method == f"{kind}/{teacher}") & (scores.metric == metric)]
        if len(own):
            style = ("--", ":", "-.")[position % 3]
            label = f"{title}'s states without a topic model (k-means; cosine neighbours)"
            axis.axvline(own["value"].mean(), color=QUIET, linestyle=style, linewidth=1, label=label, zorder=1)


def ablation_figure(
    parameter: str,
    lines: dict[str, dict[str, dict[float, str]]],
    scores: pd.DataFrame,
    layout: Layout,
    *,
    defaults: dict[str, dict[str, float]] | None = None,
    metrics: tuple[str, ...] = ("c_v", "purity"),
) -> Figure:
    """Scores against one numeric parameter: a row of panels for every metric, a column for every corpus.

    Args:
        parameter: the label of the x axis.
        lines: for every corpus and method the values and their variants.
        scores: tidy rows.
        layout: order and titles; `topics` are the K of this ablation.
        defaults: for every corpus and method the value it has without an ablation, shown by an open marker.
        metrics: the rows.
    """
    metrics_shown = all_metrics(metrics, layout)
    figure, axes = panels(len(metrics_shown), len(layout.corpora), 1.75, sharex=True, sharey="row")
    for row, metric in zip(axes, metrics_shown, strict=True):
        for axis, (corpus, title) in zip(row, layout.corpora.items(), strict=True):
            if metric == metrics_shown[0]:
                axis.set_title(title)
            if metric not in shown_metrics(corpus, metrics, layout):
                axis.text(0.5, 0.5, "no labels", transform=axis.transAxes, ha="center", color=QUIET)
                continue
            own = (defaults or {}).get(corpus, {})
            for position, (method, variants) in enumerate(lines[corpus].items()):
                where = {"corpus": corpus, "method": method, "metric": metric}
                found = {
                    x: values(scores, layout.seeds, layout.topics, variant=v, **where) for x, v in variants.items()
                }
                shade = layout.colors.get(method, color(position))
                draw_line(axis, found, shade, marker(position), layout.methods[method], own.get(method))
        row[0].set_ylabel(layout.about(metric).title)
    for axis in axes[-1]:
        axis.set_xlabel(parameter)
    tested = {x for methods in lines.values() for variants in methods.values() for x in variants}
    spread_over_decades(axes[-1, 0], sorted(tested))
    handles, labels = axes[0, 0].get_legend_handles_labels()
    columns = max(1, min(len(labels), 100 // (8 + max(map(len, labels)))))  # 100 characters fill the width
    figure.legend(handles, labels, loc="outside lower center", ncols=columns)
    return figure


def draw_line(axis, found: dict[float, pd.Series], shade: str, mark: str, label: str, default: float | None) -> None:
    """Means as a line, one standard deviation as a band, the default value open."""
    x = np.array(sorted(found))
    mean = np.array([found[value].mean() for value in x])
    spread = np.array([found[value].std(ddof=1) if len(found[value]) > 1 else 0 for value in x])
    axis.fill_between(x, mean - spread, mean + spread, color=shade, alpha=0.18, linewidth=0)
    axis.plot(x, mean, marker=mark, color=shade, label=label)
    if default in found:
        axis.plot(default, mean[list(x).index(default)], marker=mark, color=shade, markersize=7, fillstyle="none")


def spread_over_decades(axis, ticks: list[float]) -> None:
    """A logarithmic axis where the values span more than a factor of 20, labelled with the values themselves."""
    if min(ticks) > 0 and max(ticks) / min(ticks) > 20:
        axis.set_xscale("log")
    axis.set_xticks(ticks, minor=False)
    axis.set_xticks([], minor=True)
    axis.xaxis.set_major_formatter(ScalarFormatter())
