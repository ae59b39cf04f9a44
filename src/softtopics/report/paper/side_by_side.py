"""Every published number that an experiment has, too, with ours beside it and what differs."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from softtopics.report.layout import Layout
from softtopics.report.material import Material
from softtopics.report.paper.pairs import SEEDS, TOPICS, Pair, corpus_conditions, read_published
from softtopics.report.scores import values

MEAN = "mean"  # over K, where the published row names none


def beside(material: Material) -> pd.DataFrame:
    """`side_by_side` of what a table or figure is made of.

    `material.settings`: pairs, metrics (see `paper.pairs`), and corpora: for each the `published` name and the
    preparation of its block.
    """
    blocks = material.settings["corpora"]
    return side_by_side(
        material.scores,
        [Pair(**pair) for pair in material.settings["pairs"]],
        material.settings["metrics"],
        {name: block["published"] for name, block in blocks.items()},
        {name: corpus_conditions(block, material.audits[name]["documents"]) for name, block in blocks.items()},
        material.layout,
    )


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
