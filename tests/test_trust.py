"""The table that says what measures without labels are worth, and that of the measures."""

import copy
import dataclasses
import itertools

import pandas as pd
import pytest
from configs import EMBEDDED
from conftest import load
from scipy.stats import spearmanr

from softtopics.report.layout import Layout, layout_of
from softtopics.report.material import Material
from softtopics.report.tables import scores as scores_table
from softtopics.report.tables import trust as trust_table


@pytest.fixture
def config() -> dict:
    return copy.deepcopy(EMBEDDED)


METHODS = list("pqrst")
RHO = {"embedding_coherence": [1, 2, 3, 4, 5], "llm_rating": [5, 2, 3, 4, 1], "neighbour_agreement": [2, 1, 3, 4, 5]}
RHO |= {"purity": [1, 2, 3, 4, 5], "nmi": [1, 2, 3, 4, 5], "p_at_10": [1, 1, 1, 1, 1]}


@pytest.fixture
def material() -> Material:
    """Two corpora, of which the second has no labels; five methods of one K and two seeds."""
    rows = [
        {"corpus": corpus, "method": method, "variant": "default", "k": 5, "seed": seed, "metric": metric}
        | {"value": RHO.get(metric, [1, 2, 3, 4, 5])[place] / 10 + seed / 100}
        for corpus, metric in itertools.product("ab", [*trust_measures(), "purity", "nmi", "p_at_10"])
        for place, method in enumerate(METHODS)
        for seed in (0, 1)
    ]
    validity = pd.DataFrame(
        {"corpus": corpus, "metric": metric, "swapped": swapped, "topics": 30, "auc": 0.4 + swapped / 10}
        | {"auc_low": 0.35 + swapped / 10, "auc_high": 0.45 + swapped / 10, "paired": 0.5}
        for corpus, metric, swapped in itertools.product("ab", ["llm_rating", "embedding_coherence", "c_npmi"], (1, 3))
    )
    layout = Layout(
        corpora={"a": "Corpus A", "b": "Corpus B"}, methods={m: m.upper() for m in METHODS}, teachers={}, readings={},
        topics=[5], seeds=[0, 1], alpha=0.05, rater="a rater", validity=validity, labelled=frozenset("a"),
        judges={"embedding_coherence": "MiniLM", "neighbour_agreement": "LSA"},
        favoured={"embedding_coherence": ["q"], "neighbour_agreement": []},
    )  # fmt: skip
    settings = {"measures": trust_measures(), "labelled": ["purity", "nmi", "p_at_10"], "words": 10}
    audits = {"a": {"documents": 101}, "b": {"documents": 201}}
    return Material("Trust", layout, settings, scores=pd.DataFrame(rows), audits=audits)


def trust_measures() -> list[str]:
    return ["c_npmi", "stability_nmi", "embedding_coherence", "neighbour_agreement", "llm_rating"]


def test_the_trust_table_says_what_each_measure_is_worth(material):
    made = trust_table.table(material)
    found = made.data.set_index(["corpus", "measure", "against"])["value"]
    assert found["a", "embedding_coherence", "purity"] == pytest.approx(1)
    assert found["a", "llm_rating", "nmi"] == pytest.approx(spearmanr(RHO["llm_rating"], RHO["nmi"]).statistic)
    assert found["a", "neighbour_agreement", "purity"] == pytest.approx(0.9)
    assert found["b", "c_npmi", "3 words"] == pytest.approx(0.7)
    assert not any(corpus == "b" and against == "purity" for corpus, _, against in found.index)
    assert not any(against == "p_at_10" for *_, against in found.index)  # the same for all methods
    text = made.markdown()
    assert "| Embedding coherence | words | .50 [.45, .55] | **.70 [.65, .75]** | **1.00 [1.00, 1.00]** |" in text
    assert "| Stability (NMI) | documents | – | – |" in text
    assert "Neighbour agreement: by LSA." in made.caption and "Corpus A .100, Corpus B .050" in made.caption
    assert "†" not in made.caption and "Corpus B: no labels, so" in made.caption


def test_the_trust_table_of_one_method_and_one_seed_counts_neither_in_the_plural():
    said = trust_table.caption(Layout({}, {"a": "A"}, {}, {}, [50], [0], 0.05), 10)
    assert "Spearman: rank correlation over methods with what labels say;" in said and "1 methods" not in said
    said = trust_table.caption(Layout({}, {"a": "A", "b": "B"}, {}, {}, [50], [0], 0.05), 10)
    assert "over the 2 methods, each with its mean over K = 50 and 1 seed, with" in said


def test_a_trust_table_of_nothing_has_its_columns(material):
    layout = dataclasses.replace(material.layout, validity=None, labelled=frozenset(), rater="")
    settings = material.settings | {"measures": ["c_npmi", "stability_nmi"]}
    made = trust_table.table(dataclasses.replace(material, layout=layout, settings=settings))
    assert list(made.data) == trust_table.COLUMNS and made.data.empty
    assert "| NPMI | words | – | – |" in made.markdown()


def test_the_trust_table_says_where_rating_and_embedding_coherence_disagree(material):
    made = trust_table.table(material)
    expected = spearmanr(RHO["llm_rating"], RHO["embedding_coherence"]).statistic
    rows = made.data[(made.data["measure"] == "llm_rating") & (made.data["against"] == "embedding_coherence")]
    assert rows["value"].tolist() == pytest.approx([expected, expected])
    assert "furthest apart P (1, 5) and T (5, 1)" in made.caption


def test_the_label_free_table_marks_what_a_judge_may_favour_and_has_all_columns_without_labels(material):
    settings = {"metrics": trust_measures(), "representations": [], "every_reference": False, "about_methods": True}
    made = scores_table.table(Material("Without labels", material.layout, settings, material.scores, material.audits))
    text = made.markdown()
    assert "Embedding coherence (AUC .70)" in text and "†: the method has read something" in made.caption
    for heading in ("Corpus A", "Corpus B"):
        lines = [line for line in text.partition(heading)[2].splitlines() if line.startswith("| Q")]
        assert lines[0].count("†") == 1 and "–" not in lines[0]
    assert "†" not in "".join(line for line in text.splitlines() if line.startswith("| P"))
    assert r"$\dagger$" in made.latex()


def test_a_column_that_nobody_judges_is_left_out(config):
    config["evaluation"]["judges"] = {"words": None, "documents": None}
    filled = load(config)
    layout = Layout.load(layout_of(filled, ["wordnet_nouns"], ["lda"], [25]), {})
    from softtopics.report.comparison import columns_of

    shown = [column.metric for column in columns_of(trust_measures(), layout)]
    assert shown == ["c_npmi", "stability_nmi", "llm_rating"]
