"""Scores -> the tables of the report."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from softtopics.artifacts import Run
from softtopics.metrics.catalogue import COHERENCE, CORPUS, Metric, with_references
from softtopics.metrics.significance import Standing, compare
from softtopics.report.scores import Layout, values
from softtopics.report.table import Cell, Section, Table, shortened
from softtopics.report.validity import sentence

NOTHING = Cell("–")
SCORE_TABLES = {
    "main": ("Main results", ["c_v", "c_npmi", "topic_diversity", "i_rbo", "purity", "nmi", "p_at_10", "llm_rating",
                              "topics_found", "seconds"]),
    "coherence": ("Coherence", [*COHERENCE, "missing_words"]),
    "clustering": ("Clustering", ["purity", "inverse_purity", "harmonic_purity", "ari", "nmi"]),
    "retrieval": ("Retrieval", ["p_at_1", "p_at_5", "p_at_10"]),
}  # fmt: skip
REFERENCES = {
    "main": ["kmeans"],
    "coherence": [],
    "clustering": ["kmeans"],
    "retrieval": ["bow", "soft_labels", "hidden"],
}


def score_table(name: str, scores: pd.DataFrame, layout: Layout) -> Table:
    """Methods x metrics for every corpus: mean and spread over K and seeds.

    Args:
        name: a key of `SCORE_TABLES`.
        scores: tidy rows.
        layout: order and titles.

    Raises:
        ValueError: a score that must be there is not.
    """
    title, names = SCORE_TABLES[name]
    everywhere = COHERENCE if name == "coherence" else ("c_v",)
    names = [metric for metric in names if metric != "llm_rating" or layout.rated]
    metrics = with_references(names, list(layout.references), everywhere)
    sections, data = [], []
    for corpus, heading in layout.corpora.items():
        standings = {metric: standing(scores, layout, corpus, metric) for metric in metrics}
        rows = [
            [Cell(method_title), *(score_cell(standings[m].get(method), layout.about(m)) for m in metrics)]
            for method, method_title in layout.methods.items()
        ]
        references = reference_rows(scores, layout, corpus, REFERENCES[name])
        lines = [
            [Cell(label), *(score_cell(row.get(metric), layout.about(metric), competes=False) for metric in metrics)]
            for label, row in references.items()
        ]
        sections.append(Section(heading, rows, lines))
        data += tidy(
            corpus, {layout.methods[m]: {k: s[m] for k, s in standings.items() if m in s} for m in layout.methods}
        )
        data += tidy(corpus, references, reference=True)
    columns = ["Method", *(layout.about(metric).title for metric in metrics)]
    return Table(title, caption(name, layout, len(layout.methods)), columns, sections, pd.DataFrame(data))


def standing(scores: pd.DataFrame, layout: Layout, corpus: str, metric: str) -> dict[str, Standing]:
    """How every method stands on one metric; nothing where the corpus has no labels to measure it by."""
    about = layout.about(metric)
    if about.needs_labels and corpus not in layout.labelled:
        return {}
    where = {"corpus": corpus, "variant": "default", "metric": metric}
    found = {m: values(scores, layout.seeds, layout.topics, method=m, **where) for m in layout.methods}
    return compare(found, alpha=layout.alpha, higher_is_better=about.higher_is_better, correction=layout.correction)


def reference_rows(
    scores: pd.DataFrame, layout: Layout, corpus: str, kinds: Sequence[str]
) -> dict[str, dict[str, Standing]]:
    """Standings of what is no topic model, by title and metric: each stands for itself."""
    titles = {"bow": "BoW (tf-idf)"}
    for teacher, title in layout.teachers.items():
        titles[f"soft_labels/{teacher}"] = f"raw soft labels, {title}"
    for teacher, title in layout.readings.items():
        titles[f"kmeans/{teacher}"] = f"k-means, {title} states"
        titles[f"hidden/{teacher}"] = f"raw states, {title}"
    rows: dict[str, dict[str, Standing]] = {}
    for kind in kinds:
        for method, title in titles.items():
            if method.split("/")[0] == kind:
                own = scores[(scores["corpus"] == corpus) & (scores["method"] == method)]
                found = {metric: compare({method: group["value"]})[method] for metric, group in own.groupby("metric")}
                if found:
                    rows[title] = found
    return rows


def score_cell(standing: Standing | None, about: Metric, competes: bool = True) -> Cell:
    if standing is None:
        return NOTHING
    spread = "" if standing.std is None or not about.compared else shortened(standing.std, about.decimals)
    return Cell(
        shortened(standing.mean, about.decimals), spread, competes and about.compared and standing.not_different
    )


def caption(name: str, layout: Layout, compared: int) -> str:
    """What the numbers of a table are; `compared`: how many cells of a column the marks compare."""
    corrected = "Holm's correction" if layout.correction == "holm" else "no correction"
    ks, seeds = ", ".join(map(str, layout.topics)), len(layout.seeds)
    parts = [
        f"Mean ± standard deviation over K = {ks} and {seeds} seeds ({len(layout.topics) * seeds} runs a method).",
        f"Bold: the best of the column and whatever does not differ from it (Welch's t-test, p >= {layout.alpha:g}; "
        f"{compared} cells compared, {corrected}).",
        "Rows in italics or below the rule are references, not topic models, and are not compared.",
    ]
    if unlabelled := [title for corpus, title in layout.corpora.items() if corpus not in layout.labelled]:
        parts.append(f"{', '.join(unlabelled)}: no labels or one class only, so what needs labels is left out.")
    external = [title for reference, title in layout.references.items() if reference != CORPUS]
    if external and name in ("main", "coherence", "ablation"):
        parts.append(f"Coherence is measured in {', '.join(external)} where so named, else in the corpus itself.")
    if name == "main":
        for source in dict.fromkeys(layout.vectors.values()):
            methods = [method for method, other in layout.vectors.items() if other == source]
            parts.append(f"Word vectors of {', '.join(methods)}: from {source}.")
        parts.append(
            sentence(layout.validity, layout.rater, layout.corpora)
            if layout.rated
            else "Rating is left out: rating.enabled is false in the config."
        )
    return " ".join(parts)


def tidy(corpus: str, rows: dict[str, dict[str, Standing]], reference: bool = False) -> list[dict]:
    return [
        {"corpus": corpus, "method": method, "reference": reference, "metric": metric, "mean": found.mean}
        | {"std": found.std, "cells": found.n, "best": found.best and not reference}
        | {"not_different": found.not_different and not reference}
        for method, standings in rows.items()
        for metric, found in standings.items()
    ]


def ablation_table(
    title: str, parameter: str, lines: dict[str, dict[str, dict[str, str]]], scores: pd.DataFrame, layout: Layout
) -> Table:
    """A row for every method and value of one parameter.

    Args:
        title: of the ablation.
        parameter: its name.
        lines: for every corpus and method the values (as text) and their variants.
        scores: tidy rows.
        layout: order and titles; `topics` are the K of this ablation.
    """
    names = ["c_v", "c_npmi", "topic_diversity", "purity", "nmi", "p_at_1", "p_at_10"]
    metrics = with_references(names, list(layout.references))
    sections, data = [], []
    for corpus, heading in layout.corpora.items():
        rows = []
        for method, variants in lines[corpus].items():
            found: dict[str, dict[str, Standing]] = {value: {} for value in variants}
            for metric in metrics:
                if layout.about(metric).needs_labels and corpus not in layout.labelled:
                    continue
                where = {"corpus": corpus, "method": method, "metric": metric}
                cells = {
                    v: values(scores, layout.seeds, layout.topics, variant=n, **where) for v, n in variants.items()
                }
                for value, result in compare(cells, alpha=layout.alpha, correction=layout.correction).items():
                    found[value][metric] = result
            for value, standings in found.items():
                shown = [score_cell(standings.get(metric), layout.about(metric)) for metric in metrics]
                rows.append([Cell(layout.methods[method]), Cell(value), *shown])
            data += [{**row, "value": row.pop("method"), "method": method} for row in tidy(corpus, found)]
        sections.append(Section(heading, rows))
    columns = ["Method", parameter.replace("_", " ").capitalize(), *(layout.about(metric).title for metric in metrics)]
    compared = max(len(variants) for methods in lines.values() for variants in methods.values())
    text = (
        caption("ablation", layout, compared)
        .replace("best of the column", "best value of a method")
        .split(" Rows in")[0]
    )
    return Table(title, text, columns, sections, pd.DataFrame(data), text_columns=2)


def corpora_table(audits: dict[str, dict], layout: Layout) -> Table:
    """What was read, dropped and kept of every corpus."""
    columns = {
        "rows_read": "Rows read",
        "empty": "Empty",
        "repeated": "Repeated",
        "repeated_with_another_label": "of those, other label",
        "sampled_away": "Sampled away",
        "documents": "Documents",
        "labels": "Labels",
        "vocabulary_size": "Words",
        "documents_without_vocabulary_words": "Without words",
        "tokens_median": "Tokens (median)",
    }
    rows = []
    for corpus, title in layout.corpora.items():
        audit = audits[corpus]
        cells = [f"{audit[key]:,g}" if isinstance(audit[key], float) else f"{audit[key]}" for key in columns]
        rows.append([Cell(title), *map(Cell, cells)])
    data = pd.DataFrame([{"corpus": corpus} | {k: audits[corpus][k] for k in columns} for corpus in layout.corpora])
    text = (
        "What was found in each corpus and what all models see. Repeated: equal up to white space to an earlier "
        "document; dropped unless preparation.deduplicate is false. Words: size of the vocabulary."
    )
    for corpus, title in layout.corpora.items():
        order = audits[corpus].get("source", {}).get("word_order", "known")
        text += f" {title}: rebuilt from bags of words; the order of words is {order}." if order != "known" else ""
    return Table("Corpora", text, ["Corpus", *columns.values()], [Section("", rows)], data)


def teachers_table(metas: dict[tuple[str, str, int], dict], titles: dict[str, str], layout: Layout) -> Table:
    """How every teacher read a corpus and scored its words.

    Args:
        metas: the `meta.json` of every (corpus, teacher, V asked for), joined with that of the reading.
        titles: of the teachers.
        layout: order and titles of the corpora.
    """
    sections, data = [], []
    for corpus, heading in layout.corpora.items():
        rows = []
        for (_, teacher, v), meta in ((key, meta) for key, meta in metas.items() if key[0] == corpus):
            scored = scored_by(meta)
            collided = meta.get("collided_words", {})
            count = str(meta["collisions"]) if "collisions" in meta else "–"
            some = " ".join(list(collided)[:6])
            rows.append([Cell(text) for text in (titles[teacher], scored, meta["dtype"], some, f"{v}", count)])
            data.append(
                {"corpus": corpus, "teacher": teacher, "v": v, "scored": scored, "dtype": meta["dtype"]}
                | {"collisions": meta.get("collisions"), "collided_words": " ".join(collided)}
            )
        sections.append(Section(heading, rows))
    text = (
        "How words are scored. Collisions: words that share all their scored tokens with another word, and so their "
        "score; the CSV file lists them all. Type: what the model computed in. V: size of the vocabulary asked for."
    )
    columns = ["Teacher", "Words scored by", "Type", "Some that collide", "V", "Collisions"]
    return Table("Teachers", text, columns, sections, pd.DataFrame(data), text_columns=4)


def scored_by(meta: dict) -> str:
    """How a teacher came by the scores of words."""
    if source := meta.get("source"):
        return f"as published in {source['id']}"
    words = meta["words"]
    scored = "cosine" if "scale" in words else " + ".join(words["forms"])
    if words["tokens"] == "all":
        scored += f", whole words ({meta['branches']} of {meta['beginnings']} beginnings exact)"
    return scored


def topics_table(cells: dict[tuple[str, str], Run], layout: Layout, k: int, shown: int, n_words: int = 8) -> Table:
    """The most used topics of every method: share of the corpus (mean theta) and top words.

    Args:
        cells: one run for every (corpus, method).
        layout: order and titles.
        k: K of these runs.
        shown: topics of each method.
        n_words: words of each topic.
    """
    sections, data = [], []
    for corpus, heading in layout.corpora.items():
        rows = []
        for method, title in layout.methods.items():
            run = cells[corpus, method]
            share, top_words = run.theta.mean(axis=0), run.top_words(n_words)
            for position, topic in enumerate(np.argsort(-share)[:shown]):
                words = " ".join(top_words[topic])
                rows.append([Cell(title if position == 0 else ""), Cell(f"{share[topic]:.1%}"), Cell(words)])
                data.append({"corpus": corpus, "method": method, "share": share[topic], "words": words})
        sections.append(Section(heading, rows))
    text = f"The {shown} topics with the largest share of each corpus (mean theta), K = {k}, one seed."
    return Table("Topics", text, ["Method", "Share", "Top words"], sections, pd.DataFrame(data), text_columns=3)
