"""Views, neighbours and mixed teachers: against the plain computation, and as a config spells them."""

import copy
import itertools

import numpy as np
import pytest
from configs import EMBEDDED
from conftest import check_refused, load
from scipy import sparse
from scipy.special import softmax

from softtopics.config import grid, teachers
from softtopics.jobs.paths import Paths
from softtopics.teachers import neighbours, views
from softtopics.teachers.mixed import Part, account, mixed_scores
from softtopics.teachers.neighbours import adjacency, nearest
from softtopics.teachers.views import view


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(0)


def unit(rows: np.ndarray) -> np.ndarray:
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def test_a_dimension_that_does_not_vary_becomes_0_whatever_the_sum_of_its_values_rounds_to():
    rows = np.column_stack([np.full(20_000, 1000.1), np.arange(20_000) % 7, np.full(20_000, -54.321)]).astype(
        np.float32
    )
    views.standardize(rows)
    assert (rows[:, [0, 2]] == 0).all() and rows[:, 1].std() == pytest.approx(1, abs=1e-3)


def test_parts_are_brought_to_unit_rows_and_weighted(rng):
    states, scores = rng.normal(size=(30, 5)), rng.normal(size=(30, 8)).astype(np.float32)
    made = view([views.Part("states", states), views.Part("soft_label", scores, temperature=2, weight=0.5)])
    root = np.sqrt(softmax(scores / 2, axis=1))
    plain = np.hstack([unit(states), 0.5 * unit(root - root.mean(axis=0))])
    assert made.dtype == np.float32 and np.allclose(made, plain, atol=1e-5)


def test_the_corpus_mean_is_removed_and_dimensions_that_do_not_vary_say_nothing(rng):
    scores = rng.normal(size=(30, 8)).astype(np.float32)
    made = view([views.Part("soft_label", scores, calibration=1)])
    root = np.sqrt(softmax(scores - scores.mean(axis=0), axis=1))
    assert np.allclose(made, unit(root - root.mean(axis=0)), atol=1e-5)
    states = rng.normal(size=(30, 4)) * [1, 100, 1, 0] + 5
    made = view([views.Part("states", states, standardize=True)])
    assert np.isfinite(made).all() and np.all(made[:, 3] == 0)
    assert np.abs(made[:, 1]).mean() < 2 * np.abs(made[:, 0]).mean()  # the huge one counts no more than the others


def test_the_same_view_comes_out_of_small_blocks(rng, monkeypatch):
    scores = rng.normal(size=(50, 8)).astype(np.float32)
    whole = view([views.Part("soft_label", scores)])
    monkeypatch.setattr(views, "ROWS", 7)
    assert np.array_equal(view([views.Part("soft_label", scores)]), whole)


def test_nearest_are_those_of_the_largest_cosine_a_document_first(rng, monkeypatch):
    rows = rng.normal(size=(80, 6)).astype(np.float32)
    monkeypatch.setattr(neighbours, "BLOCK_BYTES", 4 * 80 * 9)  # nine documents at a time
    found = nearest(rows, 10)
    cosines = unit(rows) @ unit(rows).T
    assert np.array_equal(found[:, 0], np.arange(80))
    for document, row in enumerate(found):
        others = np.delete(np.arange(80), document)
        expected = others[np.argsort(-cosines[document, others], kind="stable")][:9]
        assert set(row[1:]) == set(expected) and np.all(np.diff(cosines[document, row[1:]]) <= 1e-6)


def test_a_document_comes_before_its_copies_and_a_small_corpus_has_fewer_neighbours():
    rows = np.ones((4, 3), dtype=np.float32)
    found = nearest(rows, 50)
    assert found.shape == (4, 4) and np.array_equal(found[:, 0], np.arange(4))
    assert all(set(row) == {0, 1, 2, 3} for row in found)


def test_the_approximate_index_finds_nearly_the_same(rng, monkeypatch):
    centres = rng.normal(size=(20, 16))
    rows = (centres[rng.integers(0, 20, 1500)] + 0.3 * rng.normal(size=(1500, 16))).astype(np.float32)
    exact = nearest(rows, 10)
    monkeypatch.setattr(neighbours, "EXACT", 1000)
    found = nearest(rows, 10)
    assert np.array_equal(found[:, 0], np.arange(1500)) and found.dtype == np.int32
    assert np.mean([len(set(a) & set(b)) / 10 for a, b in zip(exact, found, strict=True)]) > 0.9
    assert np.array_equal(found, nearest(rows, 10))


def test_averages_are_those_of_a_document_and_its_first_neighbours():
    found = np.array([[0, 2, 1], [1, 0, 2], [2, 0, 1]], dtype=np.int32)
    around = adjacency(found, 2)
    assert np.allclose(around.toarray(), [[0.5, 0, 0.5], [0.5, 0.5, 0], [0.5, 0, 0.5]])
    assert np.allclose(adjacency(found, 9).toarray(), 1 / 3)  # as many as are known


@pytest.fixture
def corpus(rng) -> tuple[np.ndarray, sparse.csr_matrix, sparse.csr_matrix]:
    """Scores of a teacher, counts of words, neighbours; the last document and its neighbours have no words."""
    scores = rng.normal(size=(12, 6)).astype(np.float32)
    bow = sparse.csr_matrix(rng.poisson(0.7, size=(12, 6)) * (np.arange(12) < 10)[:, None])
    return scores, bow, adjacency(nearest(rng.normal(size=(12, 3)).astype(np.float32)), 3)


def test_a_mixture_is_the_weighted_mean_of_its_parts_over_neighbours(corpus):
    scores, bow, around = corpus
    from sklearn.feature_extraction.text import TfidfTransformer

    words = TfidfTransformer(sublinear_tf=True, norm="l1").fit_transform(bow).toarray()
    parts = [softmax((scores - 0.5 * scores.mean(axis=0)) / 2, axis=1), words]
    averaged = [around @ part for part in parts]
    averaged = [part / np.where(part.sum(axis=1) > 0, part.sum(axis=1), 1)[:, None] for part in averaged]
    expected = 0.3 * averaged[0] + 0.7 * averaged[1]
    logits, about = mixed_scores([Part(scores, 0.3, 2, 0.5), Part(bow, 0.7)], around)
    label = softmax(logits.astype(float), axis=1)
    assert logits.dtype == np.float32 and np.allclose(label, expected / expected.sum(axis=1, keepdims=True), atol=1e-6)
    assert about["documents_without_a_part"][0] == 0


def test_a_document_without_words_has_the_mean_label_and_is_counted(corpus):
    _, bow, _ = corpus
    logits, about = mixed_scores([Part(bow, 1)])
    label = softmax(logits.astype(float), axis=1)
    empty = np.asarray(bow.sum(axis=1)).ravel() == 0
    assert about["documents_without_a_label"] == empty.sum() >= 2
    assert np.allclose(label[empty], label[~empty].mean(axis=0), atol=1e-5)


def test_words_collide_where_they_do_in_every_part():
    words = {"forms": ["written"], "tokens": "first"}
    first = {"words": words, "collided_words": {"a": "x", "b": "x", "c": "y"}}
    second = {"words": words, "collided_words": {"a": "z", "b": "z"}}
    part = {"of": "soft_label", "weight": 1}
    assert account([part, part], [first, second])["collided_words"] == {"a": "x", "b": "x"}
    both = account([part, {"of": "words", "weight": 1}], [first])
    assert both["collisions"] == 0 and both["parts"][0]["words"] == words


@pytest.fixture
def config() -> dict:
    config = copy.deepcopy(EMBEDDED)
    label = {"teacher": "smollm2_whole", "of": "soft_label", "temperature": 2}
    config["views"] |= {
        "near": {"parts": [{"teacher": "minilm"}, label]},
        "states": {"parts": [{"teacher": "smollm2", "standardize": True}], "neighbours": {"view": "near"}},
    }
    config["teachers"]["mixed"] = {
        "parts": [{"teacher": "smollm2_paper", "weight": 0.5}, {"of": "words", "weight": 0.5}],
        "neighbours": {"view": "near", "count": 5},
    }
    config["methods"]["mixed"] = {
        "model": "neural",
        "teacher": "mixed",
        "input": ["states"],
        "parameters": {"temperature": 1},
    }
    config["run"] |= {"corpora": ["wordnet_topics"], "methods": ["mixed"], "ablations": [], "references": []}
    return config


def test_what_a_mixed_teacher_and_a_view_are_made_of_is_read_and_scored(config):
    config = load(config)
    scored = {scores.teacher for scores in grid.used_word_scores(config)}
    assert scored == {"mixed", "smollm2_paper", "smollm2_whole"}  # the last for the view of the neighbours
    assert {reading.lm for reading in grid.used_readings(config)} == {"smollm2", "minilm"}
    assert grid.needs(config).views == {("wordnet_topics", view) for view in ("near", "states", "lsa")}
    assert teachers.graphs_behind(config, ["mixed", "states"]) == ["near"]


def test_paths_lead_from_parts_to_neighbours_to_labels(config):
    config = load(config)
    paths, results = Paths(config), "results/embedded"
    assert paths.of_states("wordnet_topics", "states") == f"{results}/views/wordnet_topics/states.npy"
    assert paths.of_neighbours("wordnet_topics", config["teachers"]["mixed"]) == [
        f"{results}/neighbours/wordnet_topics/near.npy"
    ]
    assert paths.of_parts("wordnet_topics", config["teachers"]["mixed"], 2000) == [
        f"{results}/teachers/wordnet_topics/smollm2_paper/v2000/logits.npy",
        f"{results}/corpora/wordnet_topics/v2000/bow.npz",
    ]
    assert paths.of_neighbours("wordnet_topics", config["views"]["near"]) == []


MISTAKES = {
    "an unknown view": (lambda c: c["views"]["states"].update(neighbours={"view": "nera"}), r"views has no 'nera'"),
    "an unknown teacher": (
        lambda c: c["views"]["near"]["parts"].append({"teacher": "mini"}),
        r"teachers has no 'mini'",
    ),
    "a view that averages over itself": (
        lambda c: c["views"]["near"].update(neighbours={"view": "states"}),
        r"averages over itself; take another view",
    ),
    "one name for two things": (
        lambda c: c["views"].update(minilm={"parts": [{"teacher": "minilm"}]}),
        r"'minilm' is a teacher and a view; give one of them another name",
    ),
    "a part of nothing": (
        lambda c: c["teachers"]["mixed"]["parts"].append({"weight": 1}),
        r"teachers\.mixed\.parts: a part is of a teacher, or of: words and of no teacher",
    ),
    "a mixture of a mixture": (
        lambda c: c["teachers"].update(more={"parts": [{"teacher": "mixed"}]}),
        r"teachers\.more\.parts: 'mixed' is mixed itself; name its parts instead",
    ),
    "parts and a model": (
        lambda c: c["teachers"]["mixed"].update(lm="smollm2"),
        r"teachers\.mixed has parts and 'lm'; a mixed teacher is nothing else",
    ),
    "too many neighbours": (
        lambda c: c["teachers"]["mixed"]["neighbours"].update(count=51),
        r"teachers\.mixed\.neighbours\.count: 51 is greater than the maximum of 50",
    ),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_one_sentence(config, mistake):
    check_refused(config, *MISTAKES[mistake])


def test_copies_of_the_config_do_not_share_parts(config):
    first, second = load(copy.deepcopy(config)), load(copy.deepcopy(config))
    for a, b in itertools.product(first["views"]["near"]["parts"], second["views"]["near"]["parts"]):
        assert a is not b
