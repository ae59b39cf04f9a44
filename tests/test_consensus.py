"""Consensus topics: what is merged, and that its parts are the trainings they are said to be."""

import numpy as np
import pytest
from scipy import sparse

from softtopics.errors import InputError
from softtopics.models import merging
from softtopics.models.base import TrainingData, train_cell
from softtopics.models.consensus import ConsensusTopicModel
from softtopics.models.neural import NeuralTopicModel
from softtopics.teachers.neighbours import adjacency, nearest

SETTINGS = {"temperature": 1.0, "epochs": 5}


@pytest.fixture(scope="module")
def data(planted) -> TrainingData:
    return planted[0]


def fitted(data: TrainingData, **settings: object) -> ConsensusTopicModel:
    return ConsensusTopicModel(4, random_state=7, **(SETTINGS | settings)).fit(data)


def test_one_training_of_no_finer_topics_is_the_model_itself_but_for_the_order_of_topics(data):
    alone = NeuralTopicModel(4, random_state=7, **SETTINGS).fit(data)
    model = fitted(data, trainings=1, fineness=1.0)
    order = model.learned_["groups"].argmax(axis=1)
    np.testing.assert_array_equal(model.theta_[:, order], alone.theta_)
    np.testing.assert_allclose(model.beta_[order], alone.beta_, rtol=1e-6)
    assert model.losses_ == alone.losses_


def test_topics_are_means_of_those_of_their_group_weighted_by_their_share_of_the_corpus(data):
    model = fitted(data, trainings=3, fineness=1.5)
    parts = model.parts()
    NeuralTopicModel.fit_all(parts, data)
    assert [part.n_topics for part in parts] == [6, 6, 6]
    groups = model.learned_["groups"]
    assert groups.shape == (18, 4) and (groups.sum(axis=1) == 1).all() and (groups.sum(axis=0) >= 1).all()
    theta = np.concatenate([part.theta_ for part in parts], axis=1) / 3
    np.testing.assert_allclose(model.theta_, theta @ groups, atol=1e-6)
    np.testing.assert_allclose(model.theta_.sum(axis=1), 1, atol=1e-5)
    own = groups[:, 0] == 1
    expected = np.average(np.concatenate([part.beta_ for part in parts])[own], axis=0, weights=theta.sum(axis=0)[own])
    np.testing.assert_allclose(model.beta_[0], expected, rtol=1e-4, atol=1e-6)


def test_no_training_is_shared_by_two_random_states():
    seeds = [part.random_state for seed in range(10) for part in ConsensusTopicModel(4, random_state=seed).parts()]
    assert len(set(seeds)) == 30
    assert seeds[::3] == list(range(10))


def test_topics_of_the_same_documents_are_merged_and_a_topic_of_no_direction_stays_alone():
    rows = np.array([[1.0, 0], [1, 0], [-1, 0], [0, 1], [0, -1], [-1, 0]])
    theta = np.array([[0.5, 0.5, 0, 0], [0.5, 0.5, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1], [0, 0, 0, 1], [0, 0, 1, 0]])
    for given in (rows, sparse.csr_matrix(rows)):
        groups = merging.merged(merging.by_places(theta.astype(np.float32), given), 3)
        assert groups[0].tolist() == groups[1].tolist()
        assert groups.sum(axis=0).tolist().count(1) == 2 and groups.dtype == np.float32


def test_topics_are_alike_whose_documents_stand_around_the_same_documents():
    rng = np.random.default_rng(0)
    around, theta = (
        adjacency(nearest(rng.normal(size=(30, 5)).astype(np.float32)), 4),
        rng.dirichlet(np.ones(6), size=30),
    )
    steps = (around @ around).toarray()
    together = steps.T @ steps  # of two documents
    mass = theta.sum(axis=0)
    np.testing.assert_allclose(
        merging.by_neighbours(theta, around), theta.T @ together @ theta / np.outer(mass, mass), rtol=1e-5
    )


def test_a_topic_of_too_few_documents_joins_the_one_most_alike():
    theta = np.array(
        [[1.0, 0, 0, 0]] * 4 + [[0, 1, 0, 0]] * 4 + [[0, 0, 1, 0]] + [[0, 0, 0.9, 0.1]] * 2, dtype=np.float32
    )
    likeness = np.array([[9, 1, 2, 0], [1, 9, 0, 3], [2, 0, 9, 1], [0, 3, 1, 9]], dtype=float)
    groups = np.eye(4, dtype=np.float32)
    assert merging.without_strays(groups, likeness, theta, 0).tolist() == groups.tolist()
    assert merging.without_strays(groups, likeness, theta, 1).T.tolist() == [[1, 0, 0, 0], [0, 1, 0, 1], [0, 0, 1, 0]]
    assert merging.without_strays(groups, likeness, theta, 4).T.tolist() == [[1, 0, 1, 0], [0, 1, 0, 1]]
    assert merging.without_strays(groups, likeness, theta, 100).tolist() == [[1]] * 4


def test_a_word_comes_first_in_the_topic_that_it_marks_most():
    theta = np.array([[1.0, 0], [1, 0], [0, 1], [0.2, 0.8]], dtype=np.float32)
    bow = sparse.csr_matrix(np.array([[3, 1, 0], [2, 0, 0], [0, 1, 0], [0, 2, 2]]))
    around = sparse.csr_matrix(np.array([[0.5, 0.5, 0, 0], [0.5, 0.5, 0, 0], [0, 0, 0.5, 0.5], [0, 0, 0.5, 0.5]]))
    beta = np.log(np.array([[0.2, 0.5, 0.3], [0.6, 0.3, 0.1]]))
    counts = (around.T @ theta).T @ bow.toarray()
    marks = counts / counts.sum(axis=1, keepdims=True) * np.log1p(counts.sum(axis=1).mean() / counts.sum(axis=0))
    own = np.array([[True, False, False], [False, True, True]])
    assert (own == (marks == marks.max(axis=0))).all()
    found = merging.own_words(beta, theta, around, bow)
    np.testing.assert_allclose(found, np.exp(beta) * marks * np.where(own, 1, merging.BEHIND), rtol=1e-5)
    assert np.argsort(-found, axis=1)[:, 0].tolist() == [0, 1]


def test_topics_merged_by_neighbours_have_documents_and_words_of_their_own(data):
    found = fitted(data, trainings=3, fineness=3.0, alike="neighbours", smallest=20, words="own")
    sizes = np.bincount(found.theta_.argmax(axis=1))
    assert len(found.beta_) == found.theta_.shape[1] == len(sizes) <= 4 and sizes.min() >= 20
    np.testing.assert_allclose(found.theta_.sum(axis=1), 1, atol=1e-5)
    first = np.argsort(-found.beta_, axis=1)[:, :5]
    assert len(set(first.ravel().tolist())) == first.size
    assert (found.beta_ >= 0).all()


@pytest.mark.parametrize(("name", "value"), [("alike", "words"), ("words", "c-TF-IDF")])
def test_a_way_of_merging_that_there_is_not_is_refused(data, name, value):
    with pytest.raises(InputError, match=f"consensus's {name} is '{value}'; write"):
        fitted(data, **{name: value})


NEAR = {"alike": "neighbours", "smallest": 5, "words": "own"}


@pytest.mark.parametrize(
    "settings", [{}, NEAR, {"reads": "bow", "target": "counts"}, {"reads": "both", "target": "counts"} | NEAR]
)
def test_a_saved_model_reads_other_documents(data, settings):
    run = train_cell(ConsensusTopicModel, SETTINGS | settings, data, n_topics=4, seeds=[7], held_out=data)[0]
    again = ConsensusTopicModel(4, random_state=7, **SETTINGS, **settings)
    again.learned_ = run.learned
    np.testing.assert_array_equal(again.transform(data), run.held_out_theta)
    np.testing.assert_allclose(run.held_out_theta, run.theta, atol=0.25)  # other draws of the same posterior


def test_what_a_training_lacks_is_said_as_of_the_model_itself(data):
    with pytest.raises(InputError, match="learns from soft labels"):
        fitted(TrainingData(data.texts, data.words, data.vocabulary, data.bow, data.inputs))
