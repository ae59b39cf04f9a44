"""Order, titles and colours of everything that tables and figures show: taken from the config, joined with the data."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Self

from softtopics.config import judges, teachers
from softtopics.metrics.catalogue import CORPUS, Metric, entry
from softtopics.metrics.raters.catalogue import title as rater_title

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Layout:
    """What the tables and figures of an experiment have in common.

    Attributes:
        corpora, methods, teachers: titles by name, in order.
        readings: titles of the states that are rows of the tables, by the name of a teacher or view.
        colors: of methods, where the config gives one.
        proposed: methods that learn from soft labels; they stand out in figures.
        topics: K.
        seeds: of every cell.
        labelled: corpora with at least two classes.
        one_class: corpora whose labels are all the same.
        rater: who rated the topics, and on which scale; empty if nobody did.
        validity: what the rating is worth, see `rating.read_validity`.
        alpha: level of the t-test behind the marks.
        correction: of the tests against the best of a column, `none` or `holm`.
        references: titles of the texts that coherence is measured in, in order; `corpus` is the corpus itself.
        vectors: where word vectors come from, by the titles of the methods that start from some.
        judges: titles of what judges without labels, by the metric that it gives.
        favoured: for each of these metrics, the methods that have read something of what its judge is made of.
    """

    corpora: dict[str, str]
    methods: dict[str, str]
    teachers: dict[str, str]
    readings: dict[str, str]
    topics: Sequence[int]
    seeds: Sequence[int]
    alpha: float
    labelled: frozenset[str] = frozenset()
    one_class: frozenset[str] = frozenset()
    rater: str = ""
    validity: "pd.DataFrame | None" = None
    correction: str = "none"
    vectors: dict[str, str] = field(default_factory=dict)
    judges: dict[str, str] = field(default_factory=dict)
    favoured: dict[str, list[str]] = field(default_factory=dict)
    proposed: Sequence[str] = ()
    colors: dict[str, str] = field(default_factory=dict)
    references: dict[str, str] = field(default_factory=lambda: {CORPUS: CORPUS})

    @classmethod
    def load(cls, settings: dict, audits: Mapping[str, dict], validity: "pd.DataFrame | None" = None) -> Self:
        """The layout of `layout_of`; the corpora's audits say which have classes."""
        labelled = frozenset(name for name, audit in audits.items() if len(audit["classes"]) > 1)
        one_class = frozenset(name for name, audit in audits.items() if len(audit["classes"]) == 1)
        return cls(**settings, labelled=labelled, one_class=one_class, validity=validity)

    @property
    def rated(self) -> bool:
        return bool(self.rater)

    def lack(self, corpus: str) -> str:
        """Why a corpus cannot be measured by labels; empty if it can."""
        return "" if corpus in self.labelled else "one class only" if corpus in self.one_class else "no labels"

    def about(self, metric: str) -> Metric:
        """What the catalogue says of a metric, with the title of the text it is measured in.

        A rating is named together with what it is worth, and not shown without that; so is a judge of words.
        """
        from softtopics.report.rating import WORTH, titled

        found = entry(metric, self.references)
        return replace(found, title=titled(found.title, self.validity, metric)) if metric in WORTH else found


def layout_of(config: dict, corpora: Sequence[str], methods: Sequence[str], topics: Sequence[int]) -> dict:
    """The part of a `Layout` that the config says, as plain values: a parameter of a rule.

    Args:
        config: the whole of it.
        corpora, methods, topics: what is shown.
    """
    run, evaluation, texts = config["run"], config["evaluation"], config["reference_texts"]
    return {
        "corpora": titles(config, "corpora", corpora),
        "methods": titles(config, "methods", methods),
        "teachers": titles(config, "teachers", [name for name in run["references"] if name in config["teachers"]]),
        "readings": teachers.reading_titles(config),
        "colors": {m: config["methods"][m]["color"] for m in methods if "color" in config["methods"][m]},
        "proposed": [m for m in methods if config["methods"][m]["teacher"]],
        "topics": topics,
        "seeds": run["seeds"],
        "alpha": evaluation["alpha"],
        "correction": evaluation["correction"],
        "references": {
            name: CORPUS if name == CORPUS else texts[name]["title"] for name in evaluation["coherence"]["references"]
        },
        "rater": rater_title(config),
        "vectors": vector_titles(config, methods),
        "judges": {metric: judges.judge_title(config, metric) for metric in judges.judges(config)},
        "favoured": {metric: judges.favoured(config, metric) for metric in judges.judges(config)},
    }


def titles(config: dict, catalogue: str, names: Sequence[str]) -> dict[str, str]:
    return {name: config[catalogue][name]["title"] for name in names}


def vector_titles(config: dict, methods: Sequence[str]) -> dict[str, str]:
    """Where word vectors come from, by the titles of the methods that start from some."""
    found = {}
    for method in methods:
        block = config["methods"][method]
        if block["word_vectors"]:
            found[block["title"]] = judges.vectors_title(config, block["word_vectors"])
    return found
