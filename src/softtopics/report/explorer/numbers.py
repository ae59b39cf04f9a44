"""The main table and the curves of ablations as plain values: what the page sorts and draws."""

import math
from collections.abc import Mapping
from pathlib import Path

from softtopics.artifacts import read_table
from softtopics.report.explorer.encoding import rounded
from softtopics.report.layout import Layout

DIGITS = 12  # so that the page rounds as the tables do


def main_rows(path: str | Path, methods: Mapping[str, str]) -> list[dict]:
    """The rows of the main table: corpus, title, method (its name; "" of a reference) and values by metric.

    A value is [mean, standard deviation, whether it is marked as the best or not different from it].

    Args:
        path: its `.csv`.
        methods: titles by name.
    """
    names = {title: name for name, title in methods.items()}
    rows = []
    for (corpus, title, reference), own in read_table(path).groupby(["corpus", "method", "reference"], sort=False):
        values = {row.metric: value_of(row) for row in own.itertuples()}
        rows.append({"corpus": corpus, "title": title, "method": "" if reference else names[title], "values": values})
    return rows


def ablation_rows(path: str | Path) -> list[dict]:
    """A row for each corpus, method and value of an ablation's parameter, in order; `values` as in `main_rows`."""
    table = read_table(path, texts=("value",))
    rows = []
    for (corpus, method, value), own in table.groupby(["corpus", "method", "value"], sort=False):
        values = {row.metric: value_of(row) for row in own.itertuples()}
        rows.append({"corpus": corpus, "method": method, "value": value, "values": values})
    return rows


def value_of(row) -> list:
    spread = rounded(row.std, DIGITS) if math.isfinite(row.std) else None
    return [rounded(row.mean, DIGITS), spread, bool(row.best or row.not_different)]


def metric_titles(rows: list[dict], layout: Layout) -> dict[str, dict]:
    """What the page calls metrics, decimals, which way is better, and whether a best means anything."""
    names = list(dict.fromkeys(name for row in rows for name in row["values"]))
    found = {}
    for name in names:
        about = layout.about(name)
        found[name] = {
            "title": about.title,
            "decimals": about.decimals,
            "higher": about.higher_is_better,
            "compared": about.compared,
        }
    return found
