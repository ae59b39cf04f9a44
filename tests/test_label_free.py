"""Measures that need no labels, against plain computations; who judges; and the table that says what they are worth."""

import copy
import itertools

import numpy as np
import pandas as pd
import pytest
from configs import EMBEDDED
from conftest import check_refused, load
from scipy.stats import spearmanr

from softtopics.artifacts import write_array, write_json
from softtopics.config import grid, judges
from softtopics.config.model_parameters import known_models
from softtopics.corpora.lsa import lsa
from softtopics.errors import InputError
from softtopics.jobs.paths import Paths
from softtopics.metrics import agreement, retrieval
from softtopics.metrics.agreement import neighbour_agreement
from softtopics.metrics.diversity import inverted_rbo
from softtopics.metrics.embeddings import embedding_coherence
from softtopics.metrics.judges import Judges
from softtopics.metrics.retrieval import precision_by_divergence
from softtopics.metrics.stability import agreement as agreement_of_clusters
from softtopics.metrics.stability import matched_overlap
from softtopics.metrics.trust import furthest_apart, rank_correlation
from softtopics.teachers.neighbours import nearest

WORDS = [f"w{i}" for i in range(40)]


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(0)


@pytest.fixture
def config() -> dict:
    return copy.deepcopy(EMBEDDED)


def test_topics_are_matched_so_that_their_overlap_is_the_largest(rng):
    one, other = ([list(rng.choice(WORDS, size=8, replace=False)) for _ in range(5)] for _ in range(2))
    overlap = np.array([[1 - inverted_rbo([a, b]) for b in other] for a in one])
    best = max(sum(overlap[i, j] for i, j in enumerate(order)) for order in itertools.permutations(range(5)))
    assert matched_overlap(one, other) == pytest.approx(best / 5) == pytest.approx(matched_overlap(other, one))
    assert matched_overlap(one, one[::-1]) == pytest.approx(1)


def test_a_topic_without_a_partner_or_without_words_is_not_found_again():
    topics = [list("abc"), list("def"), list("ghi")]
    assert (
        matched_overlap(topics, topics[1:])
        == pytest.approx(2 / 3)
        == pytest.approx(matched_overlap(topics[1:], topics))
    )
    assert matched_overlap([*topics[:2], []], [*topics[:2], []]) == pytest.approx(2 / 3)
    assert matched_overlap([[], []], [[], []]) == 0


def test_a_model_that_puts_all_documents_into_one_topic_is_not_stable_but_empty(rng):
    one, other = np.zeros(30, dtype=int), rng.integers(0, 3, 30)
    assert agreement_of_clusters(one, one) == 0 == agreement_of_clusters(one, one + 2)
    assert agreement_of_clusters(other, 2 - other) == pytest.approx(1) and agreement_of_clusters(one, other) == 0


def test_embedding_coherence_is_the_mean_cosine_of_all_pairs_of_known_words(rng, tmp_path):
    vectors = rng.normal(size=(40, 6)).astype(np.float32)
    write_array(tmp_path / "v.npy", vectors)
    write_json(tmp_path / "v.json", {"lacking": ["w3"]})
    words = Judges.load(WORDS, [tmp_path / "v.npy", tmp_path / "v.json"]).words
    topics = [["w1", "w2", "w9", "w7"], ["w3", "w4", "w5"], ["w3", "w4"], []]
    unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    found = embedding_coherence(topics, WORDS, words)
    pairs = [unit[a] @ unit[b] for a, b in itertools.combinations((1, 2, 9, 7), 2)]
    assert found == pytest.approx([np.mean(pairs), unit[4] @ unit[5], 0, 0], abs=1e-6)  # w3 is not known
    with pytest.raises(ValueError, match="not in the vocabulary: strange"):
        embedding_coherence([["w1", "strange"]], WORDS, words)


@pytest.mark.parametrize("rows", [7, 1000], ids=["blocks", "one block"])
def test_neighbours_agree_as_often_as_in_the_plain_matrix(rng, monkeypatch, rows):
    monkeypatch.setattr(retrieval, "BLOCK_BYTES", 8 * 120 * rows)
    theta, states = rng.dirichlet(np.full(6, 0.3), size=120) + 1e-9, rng.normal(size=(120, 5)).astype(np.float32)
    theta /= theta.sum(axis=1, keepdims=True)
    divergence = (theta * np.log(theta)).sum(axis=1)[:, None] - theta @ np.log(theta).T
    np.fill_diagonal(divergence, np.inf)
    judged = nearest(states, 50)
    shares = [len(set(np.argsort(row)[:10]) & set(judged[i, 1:11])) / 10 for i, row in enumerate(divergence)]
    assert neighbour_agreement(theta, judged) == pytest.approx(np.mean(shares))


def test_a_theta_that_says_nothing_agrees_by_chance_and_one_that_says_all_always(rng):
    states = rng.dirichlet(np.full(8, 0.5), size=200).astype(np.float32)
    judged = nearest(states, 50)
    assert neighbour_agreement(np.full((200, 4), 0.25), judged) == pytest.approx(10 / 199)
    assert neighbour_agreement(states, judged) > 10 * 10 / 199
    with pytest.raises(InputError, match=r"more than 10 documents, not 10.*evaluation\.judges\.documents: null"):
        neighbour_agreement(states[:10], judged)


def test_of_many_documents_a_sample_is_compared_with_all(rng, monkeypatch):
    states = rng.dirichlet(np.full(4, 0.3), size=600).astype(np.float32)
    judged = nearest(states, 50)
    every = neighbour_agreement(states, judged)
    monkeypatch.setattr(agreement, "QUERIES", 300)
    sampled = neighbour_agreement(states, judged)
    assert sampled == neighbour_agreement(states, judged) != every and sampled == pytest.approx(every, abs=0.05)


def test_neighbours_by_the_classes_agree_as_precision_says(rng):
    theta, labels = rng.dirichlet(np.full(5, 0.5), size=110), np.repeat(np.arange(10), 11)
    mates = np.array([[i, *(j for j in np.flatnonzero(labels == labels[i]) if j != i)] for i in range(110)])
    assert neighbour_agreement(theta, mates) == pytest.approx(precision_by_divergence(theta, labels)["p_at_10"])


def test_lsa_puts_documents_near_to_each_other_that_share_words_or_words_of_words():
    tokens = ["court law judge", "judge jury law", "jury court verdict", "violin bow string", "string bow cello"] * 2
    tokens += ["violin cello viola", "nothing else here"]
    rows = lsa(tokens, 2)
    assert rows.shape == (12, 2) and rows.dtype == np.float32 and np.array_equal(rows, lsa(tokens, 2))
    assert not rows[11].any()  # its words are in no other document
    unit = rows[:11] / np.linalg.norm(rows[:11], axis=1, keepdims=True)
    cosines = unit @ unit.T
    assert cosines[0, 2] > 0.95 and cosines[3, 10] > 0.95 and abs(cosines[0, 3]) < 0.1
    assert lsa(tokens, 100).shape[1] < 11  # as many as there are
    with pytest.raises(InputError, match="3 documents have too few words in common for a part of: lsa"):
        lsa(["a b", "c d", "e f"])


def test_a_rank_correlation_is_scipys_and_its_interval_covers_it(rng):
    one = np.round(rng.normal(size=12), 1)
    other = one + rng.normal(size=12)
    found = rank_correlation(one, other)
    assert found.rho == pytest.approx(spearmanr(one, other).statistic) and found.methods == 12
    assert -1 <= found.low < found.rho < found.high <= 1 and found == rank_correlation(one, other)
    assert rank_correlation(one, one)[:3] == pytest.approx((1, 1, 1))
    assert rank_correlation(one, -one).rho == pytest.approx(-1)
    assert rank_correlation(one[:3], other[:3]) is None and rank_correlation(one, np.ones(12)) is None


def test_the_methods_whose_ranks_differ_most_are_named():
    one = pd.Series({"a": 4.0, "b": 3.0, "c": 2.0, "d": 1.0})
    found = furthest_apart(one, pd.Series({"a": 1.0, "b": 3.0, "c": 2.0, "d": 1.5}))
    assert found.index.tolist() == ["a", "b"] and found.to_numpy().tolist() == [[1, 4], [2, 1]]
    assert furthest_apart(one, one).empty


# Who judges.


def test_the_embedded_judges_are_marked_for_the_methods_that_have_read_them(config):
    filled = load(config)
    assert judges.judges(filled) == {"embedding_coherence": "minilm_words", "neighbour_agreement": "lsa"}
    assert judges.judge_title(filled, "embedding_coherence") == "MiniLM"
    assert judges.judge_title(filled, "neighbour_agreement") == "LSA of all words"
    by_words, by_documents = (judges.favoured(filled, metric) for metric in judges.judges(filled))
    assert by_words == [
        "combinedtm",
        "zeroshottm",
        "bertopic",
        "fastopic",
        "dsl_smollm2_minilm",
        "dsl_minilm",
        "grounded",
        "agreed",
    ]
    assert by_documents == ["lda", "prodlda", "combinedtm", "zeroshottm", "etm", "fastopic", "grounded", "agreed"]
    read = {name for method in filled["run"]["methods"] for name in filled["methods"][method]["input"]}
    assert "lsa" not in read  # no method reads the judge itself


def test_what_a_judge_is_made_of_is_followed_through_views_and_mixtures(config):
    filled = load(config)
    assert set(judges.of_states(filled, "near")) == {"minilm", "smollm2"} == set(judges.of_states(filled, "around"))
    assert set(judges.of_states(filled, "grounded")) == {"minilm", "smollm2", judges.WORDS}
    assert set(judges.of_vectors(filled, "corpus")) == {judges.WORDS}
    filled["evaluation"]["judges"] = {"words": None, "documents": "near"}
    assert set(filled["run"]["methods"]) - set(judges.favoured(filled, "neighbour_agreement")) == {
        "lda",
        "prodlda",
        "etm",
    }
    assert set(judges.BY_EMBEDDINGS) <= set(known_models())


def test_what_a_neural_model_counts_follows_its_defaults():
    from softtopics.models.neural import NeuralTopicModel

    plain = NeuralTopicModel(2, random_state=0)
    assert (plain.reads, plain.target) == ("input", "soft_label")
    block = {"model": "neural", "parameters": {}}
    assert not judges.counts_words(block)
    assert judges.counts_words({**block, "parameters": {"reads": "both"}})
    assert judges.counts_words({**block, "parameters": {"target": "counts"}})


def test_judges_bring_what_they_need_and_no_judge_needs_nothing(config):
    config["run"]["references"], config["run"]["methods"], config["run"]["ablations"] = [], ["lda"], []
    config["rating"] = {"enabled": False}
    filled = load(copy.deepcopy(config))
    assert grid.needs(filled).graphs == {(corpus, "lsa") for corpus in filled["run"]["corpora"]}
    assert grid.used_readings(filled) == [] and grid.used_vectors(filled) == ["minilm_words"]
    paths = Paths(filled)
    assert paths.of_judges("wordnet_nouns", 5)["vectors"][0].endswith("wordnet_nouns/v5/vectors/minilm_words.npy")
    assert paths.of_parts("wordnet_nouns", filled["views"]["lsa"], 5) == [
        paths.documents.format(corpus="wordnet_nouns")
    ]
    config["evaluation"]["judges"] = {"words": None, "documents": None}
    filled = load(config)
    assert not grid.needs(filled).views and not grid.used_vectors(filled)
    assert Paths(filled).of_judges("wordnet_nouns", 5) == {"vectors": [], "neighbours": []}


REFUSED = [  # what is set, to what, and what is then said
    ("evaluation.judges.words", "minilm_word", r"judges\.words: word_vectors has no 'minilm_word'.*minilm_words"),
    ("evaluation.judges.documents", "minilm", r"judges\.documents: views has no 'minilm'"),
    ("word_vectors.minilm_words.teacher", "smollm2", r"'smollm2' is no sentence encoder; name a .*\(minilm\)"),
    ("word_vectors.minilm_words.teacher", "minilmm", r"minilm_words\.teacher: teachers has no 'minilmm'"),
    ("views.lsa.parts.0.teacher", "minilm", r"views\.lsa\.parts: a part is of a teacher, or of: lsa and of no teacher"),
    ("views.lsa.parts.0.of", "states", r"views\.lsa\.parts: a part is of a teacher, or of: lsa and of no teacher"),
    ("views.near.parts.0.dimensions", 5, r"views\.near\.parts: dimensions belong to a part of: lsa; leave them out"),
]


@pytest.mark.parametrize(("where", "value", "sentence"), REFUSED, ids=[f"{w}={v}" for w, v, _ in REFUSED])
def test_a_judge_that_cannot_be_is_refused(config, where, value, sentence):
    *path, key = where.split(".")

    def change(config: dict) -> None:
        for step in path:
            config = config[int(step) if step.isdigit() else step]
        config[key] = value

    check_refused(config, change, sentence)
