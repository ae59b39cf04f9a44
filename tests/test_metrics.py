"""Metrics against hand-computed values, brute force, OCTIS and scikit-learn."""

import itertools

import numpy as np
import pytest
from scipy import sparse
from scipy.stats import ttest_ind

from softtopics.metrics.clustering import clustering_scores
from softtopics.metrics.diversity import inverted_rbo, topic_diversity
from softtopics.metrics.retrieval import precision_by_cosine, precision_by_divergence
from softtopics.metrics.significance import compare

rng = np.random.default_rng(0)
WORDS = [f"w{i}" for i in range(60)]


def test_topic_diversity_is_the_share_of_distinct_words():
    assert topic_diversity([["a", "b"], ["a", "c"]]) == 0.75


@pytest.mark.parametrize("n_words", [3, 12, 40])
def test_inverted_rbo_is_that_of_octis(n_words):
    np.Inf = np.inf  # OCTIS was written for numpy 1
    from octis.evaluation_metrics.diversity_metrics import InvertedRBO

    topics = [list(rng.choice(WORDS[: n_words + 5], size=n_words, replace=False)) for _ in range(6)]
    theirs = InvertedRBO(topk=n_words, weight=0.9).score({"topics": topics})
    assert inverted_rbo(topics) == pytest.approx(theirs, abs=1e-9)


def test_inverted_rbo_of_equal_and_of_disjoint_topics():
    assert inverted_rbo([["a", "b", "c"]] * 2) == pytest.approx(0, abs=1e-9)
    assert inverted_rbo([["a", "b"], ["c", "d"]]) == 1
    assert inverted_rbo([["a", "b"]]) == 1


def test_clustering_scores_by_hand():
    labels, clusters = np.array([0, 0, 0, 1, 1, 1]), np.array([5, 5, 7, 7, 7, 7])
    scores = clustering_scores(labels, clusters)
    assert scores["purity"] == pytest.approx(5 / 6)
    assert scores["inverse_purity"] == pytest.approx(5 / 6)
    split = clustering_scores(np.zeros(4, int), np.arange(4))
    assert (split["purity"], split["inverse_purity"], split["harmonic_purity"]) == (1, 0.25, 0.4)
    perfect = clustering_scores(labels, labels + 3)
    assert all(value == pytest.approx(1) for value in perfect.values())


def plain_precision(distances, labels, k):
    np.fill_diagonal(distances, np.inf)
    nearest = np.argsort(distances, axis=1)[:, :k]
    return (labels[nearest] == labels[:, None]).mean()


def test_retrieval_by_divergence_equals_the_plain_matrix(monkeypatch):
    monkeypatch.setattr("softtopics.metrics.retrieval.BLOCK_BYTES", 4 * 300 * 7)  # blocks of 7 rows
    theta, labels = rng.dirichlet(np.full(8, 0.3), size=300) + 1e-9, rng.integers(0, 5, size=300)
    theta /= theta.sum(axis=1, keepdims=True)
    divergence = (theta * np.log(theta)).sum(axis=1)[:, None] - theta @ np.log(theta).T
    scores = precision_by_divergence(theta, labels)
    for k in (1, 5, 10):
        assert scores[f"p_at_{k}"] == pytest.approx(plain_precision(divergence.copy(), labels, k), abs=2e-3)


@pytest.mark.parametrize("convert", [np.asarray, sparse.csr_matrix], ids=["dense", "sparse"])
def test_retrieval_by_cosine_equals_the_plain_matrix(convert):
    vectors, labels = rng.normal(size=(120, 9)), rng.integers(0, 3, size=120)
    unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    scores = precision_by_cosine(convert(vectors), labels)
    for k in (1, 5, 10):
        assert scores[f"p_at_{k}"] == pytest.approx(plain_precision(-(unit @ unit.T), labels, k), abs=1e-6)


def test_scores_do_not_depend_on_the_order_of_the_documents():
    kinds = rng.dirichlet(np.full(5, 0.5), size=6)
    theta, labels = kinds[np.repeat(np.arange(6), 20)], np.repeat(np.arange(4), 30)  # much is tied, sorted by class
    order = rng.permutation(120)
    sorted_scores = precision_by_divergence(theta, labels)
    assert precision_by_divergence(theta[order], labels[order]) == pytest.approx(sorted_scores, abs=1e-12)
    # a document's 10 nearest are drawn from the 19 others of its kind
    same = sum((labels[i] == labels[i // 20 * 20 : i // 20 * 20 + 20]).sum() - 1 for i in range(120))
    assert sorted_scores["p_at_10"] == pytest.approx(same / (120 * 19))


def test_ties_count_as_their_expectation_and_never_by_position():
    labels = np.repeat([0, 1], 20)  # sorted by class, as corpora often are
    scores = precision_by_divergence(np.full((40, 4), 0.25), labels)
    assert all(value == pytest.approx(19 / 39) for value in scores.values())


def test_a_tie_at_the_border_is_shared_out_over_all_orders():
    theta = np.array([[0.9, 0.1]] * 3 + [[0.5, 0.5]] * 9)
    labels = np.array([0, 0, 1] + [0, 1, 1] * 3)
    expected = []
    for i in range(3):  # the two twins come first, 3 of the 9 others fill the places up to 5
        twins = sum(labels[j] == labels[i] for j in range(3) if j != i)
        draws = [sum(labels[list(c)] == labels[i]) for c in itertools.combinations(range(3, 12), 3)]
        expected.append((twins + np.mean(draws)) / 5)
    from softtopics.metrics.retrieval import matches

    divergence = -(theta @ np.log(theta).T).astype(np.float32)
    np.fill_diagonal(divergence, np.inf)
    (found,) = matches(divergence[:3], labels, labels[:3], [5])
    np.testing.assert_allclose(found / 5, expected, rtol=1e-6)


def test_zeros_in_theta_are_allowed_and_too_few_documents_are_refused():
    theta, labels = np.eye(3)[np.arange(30) % 3], np.arange(30) % 3
    assert precision_by_divergence(theta, labels)["p_at_5"] == 1
    with pytest.raises(ValueError, match="needs more than 10 documents"):
        precision_by_divergence(theta[:10], labels[:10])


def test_the_best_and_what_does_not_differ_from_it_are_marked():
    values = {"a": [0.8, 0.82, 0.81], "b": [0.79, 0.83, 0.8], "c": [0.5, 0.52, 0.51]}
    standing = compare(values)
    assert standing["a"].best and not standing["b"].best
    assert standing["b"].not_different and not standing["c"].not_different
    assert ttest_ind(values["a"], values["b"], equal_var=False).pvalue > 0.05
    assert standing["a"].std == pytest.approx(0.01)
    assert compare(values, higher_is_better=False)["c"].best


def test_untestable_values_are_marked_only_if_best():
    assert compare({"a": [0.8], "b": [0.79]})["b"].not_different is False
    assert compare({"a": [0.8], "b": [0.79]})["a"].std is None
    equal = compare({"a": [0.8, 0.8], "b": [0.8, 0.8], "c": [0.7, 0.7]})
    assert equal["b"].best and not equal["c"].not_different
    with pytest.raises(ValueError, match="finite"):
        compare({"a": [np.nan, 1.0]})


def test_constant_values_differ_only_if_they_are_different_values():
    # the standard deviation of 0.01, ten times, is not exactly 0 in floating point
    values = {"a": [0.01] * 2, "b": [0.01] * 10, "c": [0.02] * 3}
    standing = compare(values, higher_is_better=False)
    assert standing["a"].not_different and standing["b"].not_different and not standing["c"].not_different
