"""Published numbers beside ours: a table and a figure."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from softtopics.report.conditions import SEEDS, TOPICS, Pair, read_published
from softtopics.report.scores import Layout, values
from softtopics.report.style import QUIET, color, marker, panels
from softtopics.report.table import Cell, Section, Table
from softtopics.report.tables import shortened

MEAN = "mean"  # over K, where the published row names none
KINDS = {  # label and colour
    "proposed": ("proposed model", color(0)),
    "variant": ("its variants", color(5)),
    "baseline": ("baselines", color(1)),
    "reference": ("no topic model", QUIET),
}


def side_by_side(
    scores: pd.DataFrame,
    pairs: Sequence[Pair],
    metrics: dict[str, tuple[str, str]],
    datasets: dict[str, str],
    notes: dict[str, list[str]],
    layout: Layout,
) -> pd.DataFrame:
    """Every published number that the experiment has, too.

    Args:
        scores: tidy rows.
        pairs: our rows that have a published partner.
        metrics: for every published metric ours and what differs in how it is measured.
        datasets: the published name of every corpus that has one.
        notes: for every corpus what differs in its documents.
        layout: titles, seeds, which corpora have labels.

    Returns:
        Columns corpus, method (as published), ours (as our tables call it), kind, k (a number or "mean"), metric (our
        name), published, value (ours), difference (ours less published), std (over K and seeds), runs, conditions (a
        list of what differs).

    Raises:
        ValueError: a score that must be there is not.
    """
    published = pd.DataFrame(read_published()).astype({"value": float})
    rows = []
    for pair in pairs:
        for corpus in pair.corpora:
            own = published[(published["method"] == pair.published) & (published["dataset"] == datasets[corpus])]
            for number in own.itertuples():
                topics = topics_of(number.num_topics, pair)
                if number.metric not in metrics or not topics:
                    continue
                metric, note = metrics[number.metric]
                if layout.about(metric).needs_labels and corpus not in layout.labelled:
                    continue
                where = {"corpus": corpus, "method": pair.method, "variant": pair.variant, "metric": metric}
                found = values(scores, layout.seeds if pair.topics else [0], topics, **where)
                k = number.num_topics if number.num_topics == MEAN else int(number.num_topics)
                differs = [*pair.conditions, *sizes(pair, k, layout.seeds), *notes[corpus], *filter(None, [note])]
                rows.append(
                    {"corpus": layout.corpora[corpus], "method": pair.published, "ours": pair.title, "kind": pair.kind}
                    | {"k": k, "metric": metric, "published": number.value, "value": found.mean()}
                    | {"difference": found.mean() - number.value, "std": found.std(ddof=1) if len(found) > 1 else None}
                    | {"runs": len(found), "conditions": differs}
                )
    return pd.DataFrame(rows)


def topics_of(published: str, pair: Pair) -> list[int]:
    """The K of ours that a published row is compared with; a row without a topic model has K = 0 and no other."""
    if published == MEAN:
        return pair.topics or [0]
    return [int(published)] if int(published) in pair.topics else []


def sizes(pair: Pair, k: int | str, seeds: Sequence[int]) -> list[str]:
    """What differs in how many runs a number is the mean of."""
    if not pair.topics:
        return []
    notes = [] if len(seeds) == SEEDS else [f"{len(seeds)} seeds, not {SEEDS}"]
    if k == MEAN and sorted(pair.topics) != TOPICS:
        notes.append(f"K = {', '.join(map(str, pair.topics))}, not {', '.join(map(str, TOPICS))}")
    return notes


def shown(rows: pd.DataFrame) -> pd.DataFrame:
    """For each method and metric the mean over K; but single K, where ours are others and single ones are published."""
    key = ["corpus", "method", "ours", "metric"]
    other = rows["conditions"].map(lambda notes: any(note.startswith("K = ") for note in notes))
    single = rows["k"] != MEAN
    has_single = single.groupby([rows[name] for name in key]).transform("any")
    other = other.groupby([rows[name] for name in key]).transform("any")
    return rows[np.where(other & has_single, single, ~single)]


def published_table(rows: pd.DataFrame, layout: Layout) -> Table:
    """What `side_by_side` found; conditions are numbered and spelled out below the table, and in full in the CSV."""
    people = shown(rows)
    everywhere = set.intersection(*map(set, people["conditions"]))
    numbered = list(dict.fromkeys(note for notes in people["conditions"] for note in notes if note not in everywhere))
    sections = []
    for heading, part in people.groupby("corpus", sort=False):
        lines, before = [], None
        for row in part.itertuples():
            about = layout.about(row.metric)
            name = (row.method, row.ours)
            digits = [shortened(number, about.decimals) for number in (row.published, row.value)]
            spread = "" if pd.isna(row.std) else shortened(row.std, about.decimals)
            marks = ", ".join(str(place) for place, note in enumerate(numbered, start=1) if note in row.conditions)
            sign = "+" if row.difference >= 0 else ""
            lines.append(
                [
                    *map(Cell, name if name != before else ("", "")),
                    *map(Cell, (about.title, marks, str(row.k), digits[0])),
                    Cell(digits[1], spread),
                    Cell(sign + shortened(row.difference, about.decimals)),
                ]
            )
            before = name
        sections.append(Section(heading, lines))
    caption = (
        "Published: arXiv 2602.17907. Ours: mean ± standard deviation over K and seeds. Differs in: "
        + "".join(f"{number}: {note}; " for number, note in enumerate(numbered, start=1)).removesuffix("; ")
        + "."
        + (f" Everywhere: {'; '.join(sorted(everywhere))}." if everywhere else "")
        + " The CSV file compares every published K, too."
    )
    columns = ["Published as", "Ours", "Metric", "Differs in", "K", "Published", "Ours", "Difference"]
    data = rows.assign(conditions=rows["conditions"].map("; ".join))
    return Table("Published and reproduced", caption, columns, sections, data, text_columns=4)


def published_figure(rows: pd.DataFrame, layout: Layout) -> Figure:
    """Ours against published, a panel for every metric: on the diagonal they agree.

    Colours tell the proposed model, its variants, baselines and rows without a topic model apart, markers the corpora;
    bars are one standard deviation over K and seeds.
    """
    people = shown(rows)
    metrics, corpora = list(dict.fromkeys(people["metric"])), list(dict.fromkeys(people["corpus"]))
    columns = min(3, len(metrics))
    figure, axes = panels(-(-len(metrics) // columns), columns, 2.3)
    for axis in axes.flat[len(metrics) :]:
        axis.set_visible(False)
    for axis, metric in zip(axes.flat, metrics, strict=False):
        part = people[people["metric"] == metric]
        for row in part.itertuples():
            shape, spread = marker(corpora.index(row.corpus)), None if pd.isna(row.std) else row.std
            look = {"color": KINDS[row.kind][1], "markersize": 4.5, "markeredgewidth": 0.5, "markeredgecolor": "white"}
            axis.errorbar(row.published, row.value, yerr=spread, fmt=shape, elinewidth=0.8, **look)
        spread = part["std"].fillna(0)
        ends = [*part["published"], *(part["value"] - spread), *(part["value"] + spread)]
        margin = 0.06 * (max(ends) - min(ends)) or 0.01
        limits = (min(ends) - margin, max(ends) + margin)
        axis.plot(limits, limits, color=QUIET, linewidth=0.8, linestyle="--", zorder=1)
        axis.set(xlim=limits, ylim=limits, xlabel="published", title=layout.about(metric).title)
        axis.set_box_aspect(1)
        axis.locator_params(nbins=5)
    for row in axes:
        row[0].set_ylabel("ours")
    kinds = [kind for kind in KINDS if kind in set(people["kind"])]
    handles = [Line2D([], [], linestyle="", marker="o", label=label, color=c) for label, c in map(KINDS.get, kinds)]
    handles += [
        Line2D([], [], linestyle="", marker=marker(place), color="#333333", label=corpus)
        for place, corpus in enumerate(corpora)
    ]
    handles.append(Line2D([], [], linestyle="--", linewidth=0.8, color=QUIET, label="ours = published"))
    longest = max(len(handle.get_label()) for handle in handles)
    fitting = min(4, len(handles), max(1, 110 // (longest + 8)))  # columns of this many letters fill the page's width
    figure.legend(handles=handles, loc="outside lower center", ncols=fitting)
    return figure
