"""Metrics against hand-computed values, brute force, OCTIS and scikit-learn."""

import itertools
import os
import subprocess
import sys
import tracemalloc

import numpy as np
import pytest
import torch
from conftest import ROOT
from scipy import sparse
from scipy.stats import t, ttest_ind

from softtopics.metrics.clustering import clustering_scores
from softtopics.metrics.diversity import inverted_rbo, topic_diversity
from softtopics.metrics.retrieval import (
    matches,
    nearest,
    nearest_on_device,
    precision_by_cosine,
    precision_by_divergence,
)
from softtopics.metrics.significance import compare, holm

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


def equation_32(one: list[str], other: list[str], p: float = 0.9) -> float:
    """Webber et al. 2010, as it is printed."""
    short, long = sorted((one, other), key=len)
    s, l = len(short), len(long)  # noqa: E741
    x = {d: len(set(short[:d]) & set(long[:d])) for d in range(1, l + 1)}
    found = sum(x[d] / d * p**d for d in range(1, l + 1))
    found += sum(x[s] * (d - s) / (s * d) * p**d for d in range(s + 1, l + 1))
    return (1 - p) / p * found + ((x[l] - x[s]) / l + x[s] / s) * p**l


def test_inverted_rbo_of_topics_of_different_lengths_is_equation_32():
    topics = [list(rng.choice(WORDS[:12], size=size, replace=False)) for size in (9, 2, 1, 7, 9)]
    expected = np.mean([equation_32(*pair) for pair in itertools.combinations(topics, 2)])
    assert inverted_rbo(topics) == pytest.approx(1 - expected, abs=1e-9)
    assert inverted_rbo([["a", "b"], []]) == inverted_rbo([[], []]) == 0  # without words a topic differs from none


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
    """Row by row; what is tied at the k-th place fills the places left in random order."""
    np.fill_diagonal(distances, np.inf)
    found = []
    for row, same in zip(distances, labels[:, None] == labels, strict=True):
        tied = np.abs(row - np.sort(row)[k - 1]) <= 1e-12
        nearer = (row < np.sort(row)[k - 1]) & ~tied
        found.append(same[nearer].sum() + (k - nearer.sum()) * same[tied].mean())
    return np.mean(found) / k


@pytest.mark.parametrize(
    ("concentration", "device", "groups"),
    [(0.3, None, 1024), (0.3, None, 64), (0.3, "cpu", 64), (1e6, None, 64), (1e6, None, 11), (0.01, None, 300)],
    ids=["one column a group", "groups", "torch", "all but equal", "few groups", "sharp"],
)
def test_retrieval_by_divergence_equals_the_plain_matrix(monkeypatch, concentration, device, groups):
    monkeypatch.setattr("softtopics.metrics.retrieval.BLOCK_BYTES", 8 * 300 * 7)  # blocks of 7 rows
    monkeypatch.setattr("softtopics.metrics.retrieval.GROUPS", groups)
    theta, labels = rng.dirichlet(np.full(8, concentration), size=300) + 1e-9, rng.integers(0, 5, size=300)
    theta /= theta.sum(axis=1, keepdims=True)
    divergence = (theta * np.log(theta)).sum(axis=1)[:, None] - theta @ np.log(theta).T
    scores = precision_by_divergence(theta, labels, device=device)
    for k in (1, 5, 10):
        assert scores[f"p_at_{k}"] == pytest.approx(plain_precision(divergence.copy(), labels, k), abs=1e-12)


def test_wide_rows_are_ranked_without_a_copy_in_float64(monkeypatch):
    monkeypatch.setattr("softtopics.metrics.retrieval.BLOCK_BYTES", 8 * 1500 * 32)  # blocks of 32 rows
    monkeypatch.setattr("softtopics.metrics.retrieval.STEP", 128)
    said, labels = rng.dirichlet(np.full(600, 0.3), size=1500).astype(np.float32) + 1e-9, rng.integers(0, 5, size=1500)
    tracemalloc.start()
    scores = precision_by_divergence(said, labels), precision_by_cosine(said, labels)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 1.9 * said.nbytes  # one copy in float32 and some blocks; in float64 one alone were twice as much
    exact = said.astype(np.float64) / said.sum(axis=1, keepdims=True, dtype=np.float64)
    unit = exact / np.linalg.norm(exact, axis=1, keepdims=True)
    for k in (1, 5, 10):
        by_divergence = plain_precision(-exact @ np.log(np.maximum(exact, 1e-12)).T, labels, k)
        assert scores[0][f"p_at_{k}"] == pytest.approx(by_divergence, abs=2e-3)
        assert scores[1][f"p_at_{k}"] == pytest.approx(plain_precision(-(unit @ unit.T), labels, k), abs=2e-3)


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
    divergence = -(theta @ np.log(theta).T)
    np.fill_diagonal(divergence, np.inf)
    near = nearest(divergence[:3], 5)
    found = matches(near, labels[near.column] == labels[:3][near.row], 5)
    np.testing.assert_allclose(found / 5, expected, rtol=1e-12)


@pytest.mark.parametrize("n_columns", [12, 100, 257])
@pytest.mark.parametrize("groups", [10, 16, 64])
def test_the_nearest_are_those_of_a_full_sort_ties_and_all(monkeypatch, n_columns, groups):
    monkeypatch.setattr("softtopics.metrics.retrieval.GROUPS", groups)
    block = rng.integers(0, 30, size=(20, n_columns)).astype(float)  # much is tied
    for found in (nearest(block, 10), nearest_on_device(torch.from_numpy(block), 10)):
        np.testing.assert_array_equal(found.borders, np.sort(block, axis=1)[:, :10])
        places = set(zip(found.row.tolist(), found.column.tolist(), strict=True))
        expected = block <= np.sort(block, axis=1)[:, 9:10]
        assert places == set(zip(*map(np.ndarray.tolist, np.nonzero(expected)), strict=True))
        assert len(places) == len(found.row) and (np.diff(found.row) >= 0).all()
        np.testing.assert_array_equal(found.distance, block[found.row, found.column])


def test_retrieval_does_not_import_torch_where_there_is_no_gpu():
    code = (
        "import sys, numpy as np\nfrom softtopics import runtime\nruntime.os.path.exists = lambda path: False\n"
        "from softtopics.metrics.retrieval import precision_by_divergence\n"
        "precision_by_divergence(np.full((20, 2), 0.5), np.arange(20) % 2)\nprint('torch' in sys.modules)"
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment, check=True)
    assert run.stdout.strip() == "False"


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


def test_all_methods_at_once_get_the_p_values_of_one_test_each():
    values = {
        name: rng.normal(0.5, 0.1, size=size) for name, size in zip("abcdefgh", (2, 3, 5, 8, 13, 20, 4, 4), strict=True)
    }
    standings = compare(values)
    best = next(name for name, standing in standings.items() if standing.best)
    p = {n: ttest_ind(row, values[best], equal_var=False).pvalue for n, row in values.items() if n != best}
    for alpha in (0.01, 0.2, *(value * factor for value in p.values() for factor in (0.9999, 1.0001))):
        found = compare(values, alpha=alpha)
        assert {n: found[n].not_different for n in p} == {n: value >= alpha for n, value in p.items()}


def test_the_spread_over_k_is_no_chance():
    """Variances of means within each K add up, and so do degrees of freedom (Satterthwaite)."""
    a, b = np.array([[0.50, 0.52], [0.90, 0.93]]), np.array([[0.46, 0.48], [0.85, 0.87]])
    values = {"a": a.ravel(), "b": b.ravel()}
    assert compare(values)["b"].not_different and not compare(values, blocks=2)["b"].not_different
    parts = np.array([a[0].var(ddof=1), a[1].var(ddof=1), b[0].var(ddof=1), b[1].var(ddof=1)]) / 2 / 4
    p = 2 * t.sf((a.mean() - b.mean()) / np.sqrt(parts.sum()), parts.sum() ** 2 / (parts**2).sum())
    for factor, expected in ((0.999, True), (1.001, False)):
        assert compare(values, blocks=2, alpha=p * factor)["b"].not_different == expected
    one_seed = compare({"a": [0.5, 0.9], "b": [0.49, 0.89]}, blocks=2)
    assert not one_seed["b"].not_different and one_seed["b"].std is not None


def test_holms_correction_is_that_of_his_paper():
    # Holm (1979): reject while the i-th smallest of m is below alpha / (m - i + 1)
    np.testing.assert_allclose(holm(np.array([0.04, 0.01, 0.03, 0.005])), [0.06, 0.03, 0.06, 0.02])
    np.testing.assert_allclose(holm(np.array([0.5, 0.6])), [1, 1])
    assert len(holm(np.array([]))) == 0


def test_corrected_marks_are_more_generous():
    values = {"best": [0.80, 0.82, 0.81, 0.83], "near": [0.78, 0.80, 0.79, 0.79]} | {
        f"like {i}": [0.70, 0.95, 0.75, 0.79] for i in range(8)
    }
    assert not compare(values)["near"].not_different
    assert compare(values, correction="holm")["near"].not_different


def test_one_method_alone_is_not_the_best_of_anything():
    alone = compare({"a": [0.8, 0.82, 0.81]})["a"]
    assert not alone.best and not alone.not_different and alone.mean == pytest.approx(0.81)


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
