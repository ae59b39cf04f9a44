"""Validity on planted topics: what a perfect, a blind and a perverse measure must get."""

import dataclasses
import itertools

import numpy as np
import pandas as pd
import pytest

from softtopics.errors import InputError
from softtopics.metrics.cooccurrence import count, encode_tokens
from softtopics.metrics.validity import SWAPPED, above, coherence_rates, swap_words, validity
from softtopics.report.layout import Layout
from softtopics.report.material import Material
from softtopics.report.rating import read_validity, sentence, titled
from softtopics.report.tables.rating_validity import table

MODELS = [[[f"{letter}{model}{i}" for i in range(10)] for letter in "abcdef"] for model in range(5)]


def purity(topics) -> np.ndarray:
    """The share of a topic's words that begin as most of them do: sees every intruder."""
    letters = [[word[0] for word in words] for words in topics]
    return np.array([max(map(row.count, row)) / len(row) for row in letters])


@pytest.fixture
def drawn():
    return swap_words(MODELS, n_topics=20)


def test_so_many_words_are_swapped_for_words_of_the_same_models_other_topics(drawn):
    assert list(drawn) == [0, *SWAPPED] and all(len(topics) == 20 for topics in drawn.values())
    assert all(words in itertools.chain(*MODELS) for words in drawn[0])
    for swaps in SWAPPED:
        for real, swapped in zip(drawn[0], drawn[swaps], strict=True):
            new = [word for word, old in zip(swapped, real, strict=True) if word != old]
            assert len(new) == swaps and len(set(swapped)) == 10
            assert all(word[1] == real[0][1] and word[0] != real[0][0] for word in new)  # same model, other topic


def test_the_sample_is_the_same_every_time_and_another_with_another_seed(drawn):
    assert swap_words(MODELS, n_topics=20) == drawn
    assert swap_words(MODELS, n_topics=20, seed=1) != drawn
    assert len(swap_words(MODELS, n_topics=1000)[0]) == 30


def test_a_perfect_measure_has_an_auc_of_1_a_constant_one_of_a_half_and_a_perverse_one_of_0(drawn):
    for measure, expected in ((purity, 1), (lambda topics: np.ones(len(topics)), 0.5), (lambda t: -purity(t), 0)):
        rows = validity(measure, drawn)
        assert rows["swapped"].tolist() == list(SWAPPED) and (rows["topics"] == 20).all()
        for name in ("auc", "paired"):
            np.testing.assert_allclose(rows[[name, f"{name}_low", f"{name}_high"]], expected, atol=1e-9)


def test_auc_is_that_of_all_pairs_and_its_interval_covers_it():
    random = np.random.default_rng(0)
    level = random.normal(0, 3, 200)  # topics differ more than their swapped versions
    real, swapped = level + 1, level + random.normal(0, 0.5, 200)
    found = above(real, swapped)
    pairs = [(a > b) + (a == b) / 2 for a in real for b in swapped]
    assert found["auc"] == pytest.approx(np.mean(pairs)) and 0.5 < found["auc"] < 0.65
    assert found["paired"] == pytest.approx((real > swapped).mean()) and found["paired"] > 0.95
    assert found["auc_low"] < found["auc"] < found["auc_high"] < found["auc_low"] + 0.1
    assert above(real, swapped) == found


def test_topics_that_cannot_be_swapped_are_left_out_and_where_all_are_that_is_said():
    same = [["a", "b", "c", "d", "e"]] * 3
    assert len(swap_words([same, MODELS[0]], n_topics=100)[0]) == 6
    with pytest.raises(InputError, match=r"no model has a topic of 5 words.*set rating\.enabled: false"):
        swap_words([same], n_topics=100)


def test_coherence_is_measured_in_the_same_way():
    texts = [[f"{letter}0{i}" for i in range(10)] for letter in "abcdef"] * 3
    vocabulary = sorted({word for text in texts for word in text})
    counts = count(encode_tokens(texts, vocabulary), vocabulary, name="texts")
    rates = coherence_rates(counts, "wiki")
    assert set(rates) == {"c_v@wiki", "c_npmi@wiki", "c_uci@wiki", "u_mass@wiki"}
    rows = validity(rates["c_npmi@wiki"], swap_words(MODELS[:1], n_topics=6))
    assert (rows["auc"] == 1).all()


@pytest.fixture
def rows(drawn, tmp_path) -> pd.DataFrame:
    measures = {"llm_rating": purity, "c_v": lambda topics: -purity(topics)}
    paths = []
    for corpus in "ab":
        tables = [validity(rate, drawn).assign(metric=metric, corpus=corpus) for metric, rate in measures.items()]
        paths.append(tmp_path / f"{corpus}.csv")
        pd.concat(tables).to_csv(paths[-1], index=False)
    return read_validity(paths)


def test_the_rating_is_shown_with_what_it_is_worth(rows):
    assert titled("Rating", rows) == "Rating (AUC 1.00)"
    rows.loc[(rows.corpus == "a") & (rows.swapped == 3), "auc"] = 0.5
    assert titled("Rating", rows) == "Rating (AUC .75)"
    text = sentence(rows, "a rater, 1 to 3", {"a": "Corpus A", "b": "Corpus B"})
    assert text.startswith("Rating: a rater, 1 to 3.") and "Corpus A .50 (one word 1.00), Corpus B 1.00" in text
    with pytest.raises(ValueError, match="no validity of llm_rating"):
        titled("Rating", rows[rows.metric == "c_v"])


def test_the_table_has_every_measure_for_every_corpus(rows):
    layout = Layout(
        corpora={"a": "Corpus A", "b": "Corpus B"}, methods={}, teachers={}, readings={}, topics=[2], seeds=[0],
        alpha=0.05, rater="a rater, 1 to 3", validity=rows,
    )  # fmt: skip
    made = table(Material("Validity of the rating", layout, {"words": 10}))
    text = made.markdown()
    assert text.count("| Rating | 1.00 [1.00, 1.00] |") == 2 and text.count("| C_V | .00 [.00, .00] |") == 2
    assert "### Corpus A, 20 topics" in text and "Rating: a rater, 1 to 3." in text
    assert "10 words each, against the same with 1, 2, 3, 5 words swapped" in text and len(made.data) == len(rows)
    with pytest.raises(ValueError, match="validity of the rating was not measured"):
        table(Material("Validity of the rating", dataclasses.replace(layout, validity=None), {"words": 10}))
