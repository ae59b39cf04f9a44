"""What the tests of reports report on: a layout, scores, and how a table or figure of them is made."""

import dataclasses
import itertools
from importlib import import_module

import pandas as pd
import pytest
from matplotlib.figure import Figure

from softtopics.metrics.catalogue import COHERENCE, METRICS
from softtopics.report.catalogue import FIGURES, TABLES
from softtopics.report.layout import Layout
from softtopics.report.material import Material
from softtopics.report.render import Table
from softtopics.report.scores import COLUMNS

METHODS = {"lda": "LDA", "dsl": "DSL & co_1", "weak": "Weak"}
LEVEL = {"lda": 0.80, "dsl": 0.81, "weak": 0.2}
PAIRS = [(1, "temperature-1"), (9, "temperature-9")]
SIGNS = (  # of titles: what is special in Markdown, LaTeX, HTML or matplotlib
    "$5 to $10_a",
    "$_$ & 100% | more",
    r"^{$} $\frac",
    "_first",
    "*a* `b`",
    "<b>x</b> & &lt;",
    r"\\|\\",
    "~~x~~",
    "[a](b)",
    "C#",
)


@pytest.fixture
def layout() -> Layout:
    return Layout(
        corpora={"a": "Corpus A", "b": "Corpus B"},
        methods=METHODS,
        teachers={"t": "Teacher"},
        readings={"t": "Model"},
        topics=[10, 20],
        seeds=[0, 1],
        alpha=0.05,
        labelled=frozenset({"a"}),
    )


@pytest.fixture
def scores() -> pd.DataFrame:
    """Two methods that do not differ and a weak one; corpus b has no labels."""
    noise = itertools.cycle([0.0, 0.02, 0.03, -0.02, 0.01])
    rows = []
    for corpus, method, k, seed, metric in itertools.product("ab", METHODS, (10, 20), (0, 1), METRICS):
        if metric == "llm_rating" or (corpus == "b" and METRICS[metric].needs_labels):
            continue
        for variant in ("default", "temperature-1", "temperature-9"):
            value = 0.0 if metric == "empty_topics" else LEVEL[method] + next(noise)
            rows.append((corpus, method, variant, k, seed, metric, value))
    rows += [("a", "kmeans/t", "default", k, s, "purity", 0.9) for k in (10, 20) for s in (0, 1)]
    rows += [("a", "hidden/t", "default", 0, 0, f"p_at_{k}", 0.95) for k in (1, 5, 10)]
    return pd.DataFrame(rows, columns=COLUMNS)


def table(name: str, layout: Layout, settings: dict | None = None, **read: object) -> Table:
    """A table of the catalogue, with the settings of its row if none are given."""
    row = TABLES[name]
    settings = row.settings({}, "") if settings is None else settings
    return import_module(f"softtopics.report.tables.{row.module}").table(Material(row.title, layout, settings, **read))


def figure(name: str, layout: Layout, settings: dict | None = None, **read: object) -> Figure:
    row = FIGURES[name]
    material = Material(row.title or "tau", layout, settings or {}, **read)
    return import_module(f"softtopics.report.figures.{row.module}").figure(material)


def ablated(method: str = "dsl", metrics: tuple[str, ...] = ("c_v", "purity"), **defaults: dict) -> dict:
    """The settings of an ablation of the temperature of one method on both corpora."""
    lines = {corpus: {method: PAIRS} for corpus in "ab"}
    defaults = {corpus: {method: None} for corpus in "ab"} | defaults
    return {"parameter": "temperature", "metrics": list(metrics), "lines": lines, "defaults": defaults}


def with_wikipedia(scores: pd.DataFrame, layout: Layout) -> tuple[pd.DataFrame, Layout]:
    """The same, coherence being measured in Wikipedia, too."""
    own = scores[scores.metric.isin([*COHERENCE, "missing_words"])]
    external = own.assign(metric=own.metric + "@wiki", value=own.value / 2)
    kept = scores[scores.metric != "missing_words"]
    both = dataclasses.replace(layout, references={"corpus": "corpus", "wiki": "Wikipedia"})
    return pd.concat([kept, external], ignore_index=True), both
