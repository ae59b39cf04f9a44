"""Which measures may be trusted without labels: do they notice strange words, and order methods as labels would?"""

from collections.abc import Iterator, Mapping, Sequence

import pandas as pd

from softtopics.metrics.catalogue import COHERENCE, entry
from softtopics.metrics.trust import LEAST, furthest_apart, rank_correlation
from softtopics.report.comparison import NOTHING, Column, columns_of, judged, unlabelled
from softtopics.report.layout import Layout
from softtopics.report.material import Material
from softtopics.report.render import Cell, Section, Table, counted, shortened
from softtopics.report.scores import values

SWAPPED = (1, 3)  # words
RATERS = ("llm_rating", "embedding_coherence")  # two that judge words independently of each other
COLUMNS = ["corpus", "measure", "judges", "against", "statistic", "value", "low", "high", "units"]  # of the CSV
CHANCE = {"auc": 0.5, "spearman": 0.0}


def table(material: Material) -> Table:
    """Measures x what they are worth, for every corpus.

    `material.settings`: measures (that need no labels), labelled (metrics that do), words (of the topics whose words
    were swapped).

    Raises:
        ValueError: a score that must be there is not.
    """
    layout, settings = material.layout, material.settings
    measures = columns_of(settings["measures"], layout, COHERENCE)
    against = columns_of(settings["labelled"], layout)
    found = {corpus: list(worth(material.scores, layout, corpus, measures, against)) for corpus in layout.corpora}
    sections = []
    for corpus, heading in layout.corpora.items():
        stated = {(row["measure"], row["against"]): cell(row) for row in found[corpus]}
        columns = [*map(swapped_title, SWAPPED), *(column.metric for column in against)]
        rows = []
        for measure in measures:
            about = entry(measure.metric, layout.references)
            worths = [stated.get((measure.metric, column), NOTHING) for column in columns]
            rows.append([Cell(about.title), Cell(about.judges), *worths])
        sections.append(Section(heading, rows))
    names = ["Measure", "Judges", *(f"AUC, {swapped_title(swapped)}" for swapped in SWAPPED)]
    names += [f"Spearman, {entry(column.metric, {}).title}" for column in against]
    data = pd.DataFrame([row for rows in found.values() for row in rows], columns=COLUMNS)
    documents = {corpus: audit["documents"] for corpus, audit in material.audits.items()}
    said = [caption(layout, settings["words"]), *unlabelled(layout), *judged(layout, measures, documents, marks=False)]
    said += [f"Rating: {layout.rater}."] if layout.rated else []
    said += disagreement(material.scores, layout, measures)
    return Table(material.title, " ".join(said), names, sections, data, text_columns=2)


def swapped_title(swapped: int) -> str:
    return counted(swapped, "word")


def worth(
    scores: pd.DataFrame, layout: Layout, corpus: str, measures: Sequence[Column], against: Sequence[Column]
) -> Iterator[dict]:
    """Every number of a corpus: AUCs, correlations with what needs labels, and of the two raters with each other."""
    if layout.validity is not None:
        own = layout.validity[layout.validity["corpus"] == corpus].set_index(["metric", "swapped"])
        for metric, swapped in own.index:
            if swapped in SWAPPED:
                row, topics = own.loc[(metric, swapped)], int(own.loc[(metric, swapped), "topics"])
                ends = {"value": row["auc"], "low": row["auc_low"], "high": row["auc_high"]}
                yield stated(corpus, metric, swapped_title(swapped), "auc", **ends, units=topics)
    pairs = [(measure, other) for measure in measures for other in against if corpus in layout.labelled]
    by_name = {column.metric: column for column in measures}
    pairs += [(by_name[RATERS[0]], by_name[RATERS[1]])] if set(RATERS) <= by_name.keys() else []
    for measure, other in pairs:
        one, two = (means(scores, layout, corpus, column) for column in (measure, other))
        if found := rank_correlation(one.to_numpy(), two.to_numpy()):
            ends = {"value": found.rho, "low": found.low, "high": found.high}
            yield stated(corpus, measure.metric, other.metric, "spearman", **ends, units=found.methods)


def stated(corpus: str, measure: str, against: str, statistic: str, **numbers: float) -> dict:
    judges = entry(measure, {measure.partition("@")[2]: ""}).judges
    return {
        "corpus": corpus,
        "measure": measure,
        "judges": judges,
        "against": against,
        "statistic": statistic,
    } | numbers


def means(scores: pd.DataFrame, layout: Layout, corpus: str, column: Column) -> pd.Series:
    """The mean of every method over K and seeds, as the other tables have it, by its title."""
    where = {"corpus": corpus, "metric": column.metric, "variant": "default"}
    found = {
        title: values(scores, layout.seeds, column.topics, method=method, **where).mean()
        for method, title in layout.methods.items()
    }
    return pd.Series(found)


def cell(row: Mapping) -> Cell:
    """A number with its interval, marked where that lies above chance."""
    ends = f"[{shortened(row['low'], 2)}, {shortened(row['high'], 2)}]"
    return Cell(f"{shortened(row['value'], 2)} {ends}", marked=bool(row["low"] > CHANCE[row["statistic"]]))


def caption(layout: Layout, words: int) -> str:
    runs = f"K = {', '.join(map(str, layout.topics))} and {counted(len(layout.seeds), 'seed')}"
    several = len(layout.methods) > 1
    methods = f"the {len(layout.methods)} methods, each with its mean over {runs}," if several else "methods"
    return (
        f"What measures that need no labels are worth. AUC: the probability that a measure of words puts a topic of "
        f"{words} words above one with so many of its words swapped for top words of other topics of its model; .5 by "
        f"chance. Spearman: rank correlation over {methods} "
        "with what labels say; 0 by chance. In brackets 95% intervals (bootstrap over topics, and over methods); bold "
        "where they lie above chance. A measure that favours some methods orders them otherwise than labels do, so all "
        "methods are counted, also those that have read what its judge is made of. –: not measured, fewer than "
        f"{LEAST} methods, or the same value for all."
    )


def disagreement(scores: pd.DataFrame, layout: Layout, measures: Sequence[Column]) -> list[str]:
    """Where the rating and the embedding coherence order methods differently."""
    by_name = {column.metric: column for column in measures}
    if not set(RATERS) <= by_name.keys():
        return []
    said = []
    for corpus, heading in layout.corpora.items():
        one, other = (means(scores, layout, corpus, by_name[name]) for name in RATERS)
        found, apart = rank_correlation(one.to_numpy(), other.to_numpy()), furthest_apart(one, other)
        if found is not None:
            ranks = [f"{title} ({row.one:g}, {row.other:g})" for title, row in apart.iterrows()]
            rho = f"{shortened(found.rho, 2)} [{shortened(found.low, 2)}, {shortened(found.high, 2)}]"
            said.append(f"{heading} {rho}" + (f", furthest apart {' and '.join(ranks)}" if ranks else ""))
    return [f"Rating against embedding coherence, Spearman (ranks of methods): {'; '.join(said)}."] if said else []
