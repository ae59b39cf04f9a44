"""What is measured: names, titles and which way is better; the report knows from here which scores must exist."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Metric:
    title: str
    needs_labels: bool = False
    higher_is_better: bool = True
    compared: bool = True  # whether "best" means anything
    decimals: int = 3


METRICS = {
    "c_v": Metric("C_V"),
    "c_npmi": Metric("NPMI"),
    "topic_diversity": Metric("Diversity"),
    "i_rbo": Metric("I-RBO"),
    "purity": Metric("Purity", needs_labels=True),
    "inverse_purity": Metric("Inverse purity", needs_labels=True),
    "harmonic_purity": Metric("Harmonic purity", needs_labels=True),
    "ari": Metric("ARI", needs_labels=True),
    "nmi": Metric("NMI", needs_labels=True),
    "p_at_1": Metric("P@1", needs_labels=True),
    "p_at_5": Metric("P@5", needs_labels=True),
    "p_at_10": Metric("P@10", needs_labels=True),
    "topics_found": Metric("Topics", compared=False, decimals=1),
    "seconds": Metric("Seconds", higher_is_better=False, compared=False, decimals=1),
    "llm_rating": Metric("LLM rating"),
}
