"""What is measured: names, titles, which way is better, and the module that measures it.

The report knows from here which scores must exist. A new metric is a module with `scores(evaluation) -> dict` and a
row here.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Metric:
    """A row of the catalogue.

    Attributes:
        title: what tables and figures call it.
        module: the file of `metrics` whose `scores` gives it; "" for a rating, which a job of its own gives.
        needs_labels: it compares topics with classes.
        needs_split: it is of documents that are held out.
        higher_is_better: which way.
        compared: whether a "best" means anything.
        decimals: in tables.
        judges: what it can tell without labels: how good the `words` of topics are, or their shares of `documents`.
    """

    title: str
    module: str
    needs_labels: bool = False
    needs_split: bool = False
    higher_is_better: bool = True
    compared: bool = True
    decimals: int = 3
    judges: str = ""


METRICS = {
    "c_v": Metric("C_V", "coherence", judges="words"),
    "c_npmi": Metric("NPMI", "coherence", judges="words"),
    "c_uci": Metric("UCI", "coherence", decimals=2, judges="words"),
    "u_mass": Metric("UMass", "coherence", decimals=2, judges="words"),
    "missing_words": Metric("Missing words", "coherence", higher_is_better=False, compared=False, decimals=1),
    "topic_diversity": Metric("Diversity", "diversity", judges="words"),
    "i_rbo": Metric("I-RBO", "diversity", judges="words"),
    "purity": Metric("Purity", "clustering", needs_labels=True),
    "inverse_purity": Metric("Inverse purity", "clustering", needs_labels=True),
    "harmonic_purity": Metric("Harmonic purity", "clustering", needs_labels=True),
    "ari": Metric("ARI", "clustering", needs_labels=True),
    "nmi": Metric("NMI", "clustering", needs_labels=True),
    "p_at_1": Metric("P@1", "retrieval", needs_labels=True),
    "p_at_5": Metric("P@5", "retrieval", needs_labels=True),
    "p_at_10": Metric("P@10", "retrieval", needs_labels=True),
    "held_out_p_at_1": Metric("Held-out P@1", "held_out", needs_labels=True, needs_split=True),
    "held_out_p_at_5": Metric("Held-out P@5", "held_out", needs_labels=True, needs_split=True),
    "held_out_p_at_10": Metric("Held-out P@10", "held_out", needs_labels=True, needs_split=True),
    "probe_accuracy": Metric("Probe accuracy", "held_out", needs_labels=True, needs_split=True),
    "probe_macro_f1": Metric("Probe macro-F1", "held_out", needs_labels=True, needs_split=True),
    # Values of seeds are means over the same pairs of seeds, so no test of independent values is for them.
    "stability_rbo": Metric("Stability (RBO)", "stability", compared=False, judges="words"),
    "stability_nmi": Metric("Stability (NMI)", "stability", compared=False, judges="documents"),
    "embedding_coherence": Metric("Embedding coherence", "embeddings", judges="words"),
    "neighbour_agreement": Metric("Neighbour agreement", "agreement", judges="documents"),
    "topics_found": Metric("Topics", "fit", compared=False, decimals=1),
    "empty_topics": Metric("Empty topics", "fit", higher_is_better=False, compared=False, decimals=1),
    "seconds": Metric("Seconds", "fit", higher_is_better=False, compared=False, decimals=1),
    "llm_rating": Metric("Rating", "", judges="words"),
}
COHERENCE = ("c_v", "c_npmi", "c_uci", "u_mass")
RANKS = (1, 5, 10)  # the k of P@k
DEEPEST = max(RANKS)
JUDGED = ("embedding_coherence", "neighbour_agreement")  # metrics that need a judge, see `evaluation.judges`
CORPUS = "corpus"  # the reference that is the corpus itself


def modules() -> list[str]:
    """The modules that score a run, in the order of the catalogue."""
    return list(dict.fromkeys(metric.module for metric in METRICS.values() if metric.module))


def measured_in(metric: str, reference: str) -> str:
    """What a metric is called that is measured in a reference: `c_v`, in an external text `c_v@wikipedia`."""
    return metric if reference == CORPUS else f"{metric}@{reference}"


def entry(metric: str, references: Mapping[str, str]) -> Metric:
    """What the catalogue says of a metric; an external reference adds its title: "C_V (Wikipedia)"."""
    name, _, reference = metric.partition("@")
    about = METRICS[name]
    return replace(about, title=f"{about.title} ({references[reference]})") if reference else about


def with_references(
    metrics: Sequence[str], references: Sequence[str], everywhere: Collection[str] = ("c_v",)
) -> list[str]:
    """Metrics as they are measured: coherence `everywhere` in all references, other coherence in the first.

    Words can be missing in external references alone.
    """
    names = []
    for metric in metrics:
        if metric == "missing_words":
            names += [measured_in(metric, reference) for reference in references if reference != CORPUS]
        elif metric in COHERENCE:
            names += [measured_in(metric, r) for r in (references if metric in everywhere else references[:1])]
        else:
            names.append(metric)
    return names
