"""The proposed model, its targets and its losses."""

import numpy as np
import pytest
import torch
from scipy import sparse
from scipy.special import softmax

from softtopics.artifacts import Run
from softtopics.errors import InputError
from softtopics.models.base import TrainingData, load_model, train_cell
from softtopics.models.dsl import DSL, BowTargets, Network, SoftTargets

ROWS = torch.arange(3)


@pytest.fixture(scope="module")
def planted() -> tuple[TrainingData, np.ndarray]:
    """200 documents of 4 topics with 10 words each; inputs and logits both know the topic."""
    rng = np.random.default_rng(0)
    topic = np.arange(200) % 4
    logits = rng.normal(size=(200, 40)).astype(np.float32)
    logits[np.arange(40)[None, :] // 10 == topic[:, None]] += 6
    inputs = (np.eye(4)[topic] * 3 + rng.normal(size=(200, 4)) * 0.3).astype(np.float32)
    words = [f"w{topic}{i}" for topic in range(4) for i in range(10)]
    bow = sparse.csr_matrix((rng.random((200, 40)) < 0.2).astype(np.int32))
    return TrainingData([""] * 200, [[]] * 200, words, bow, inputs, logits), topic


def logits(n=3, v=7):
    return np.random.default_rng(1).normal(size=(n, v)).astype(np.float32)


def test_the_target_is_the_softmax_of_logits_over_the_temperature():
    y = SoftTargets(logits(), temperature=3, calibration=0, keep=7).rows(ROWS).numpy()
    np.testing.assert_allclose(y, softmax(logits() / 3, axis=1), rtol=1e-5)


def test_calibration_removes_its_share_of_the_corpus_mean():
    y = SoftTargets(logits(), temperature=2, calibration=0.5, keep=7).rows(ROWS).numpy()
    np.testing.assert_allclose(y, softmax((logits() - 0.5 * logits().mean(axis=0)) / 2, axis=1), rtol=1e-5)


def test_top_k_keeps_the_likeliest_words_and_sums_to_one():
    y = SoftTargets(logits(), temperature=1, calibration=0, keep=2).rows(ROWS).numpy()
    assert ((y > 0).sum(axis=1) == 2).all()
    assert (y.argmax(axis=1) == logits().argmax(axis=1)).all()
    np.testing.assert_allclose(y.sum(axis=1), 1, rtol=1e-5)


def test_the_keep_ratio_is_a_share_of_the_vocabulary(planted):
    data, _ = planted
    assert DSL(4, random_state=0, keep_ratio=0.25).targets(data).keep == 10
    assert DSL(4, random_state=0, top_k=3).targets(data).keep == 3


def test_bow_targets_are_relative_frequencies_and_empty_documents_are_zero():
    y = BowTargets(sparse.csr_matrix([[1, 3], [0, 0], [2, 0]])).rows(ROWS).numpy()
    np.testing.assert_allclose(y, [[0.25, 0.75], [0, 0], [1, 0]])


def test_the_divergence_is_that_of_two_gaussians():
    network = Network(4, 7, 5, hidden=8, dropout=0.0)
    mean, log_variance = torch.randn(6, 5), torch.randn(6, 5)
    q = torch.distributions.Normal(mean, (log_variance / 2).exp())
    p = torch.distributions.Normal(network.prior_mean, (network.prior_log_variance / 2).exp())
    expected = torch.distributions.kl_divergence(q, p).sum(dim=1)
    torch.testing.assert_close(network.divergence(mean, log_variance), expected)
    torch.testing.assert_close(network.prior_log_variance.exp(), torch.full((5,), 1 - 1 / 5))


def test_planted_topics_are_found(planted):
    data, topic = planted
    model = DSL(4, random_state=0, temperature=1.0, epochs=60, learning_rate=1e-2).fit(data)
    assert model.beta_.shape == (4, 40) and model.theta_.shape == (200, 4)
    np.testing.assert_allclose(model.theta_.sum(axis=1), 1, rtol=1e-4)
    assert model.losses_[-1] < 0.6 * model.losses_[0]
    found = model.theta_.argmax(axis=1)
    assert sum(np.bincount(topic[found == k], minlength=4).max() for k in range(4)) > 180
    for words in Run(model.beta_, model.theta_, data.vocabulary, 0, 1.0, {}).top_words(8):
        assert len({word[1] for word in words}) == 1


@pytest.mark.parametrize(
    "settings", [{"loss": "cross_entropy"}, {"target": "bow"}, {"top_k": 5}, {"standardize": True}]
)
def test_every_setting_trains_to_finite_results(planted, settings):
    data, _ = planted
    model = DSL(4, random_state=0, epochs=3, **settings).fit(data)
    assert np.isfinite(model.beta_).all() and np.isfinite(model.theta_).all()


def test_kl_and_cross_entropy_have_the_same_gradients(planted):
    data, _ = planted
    kl, ce = (DSL(4, random_state=0, epochs=2, loss=loss).fit(data) for loss in ("kl", "cross_entropy"))
    np.testing.assert_array_equal(kl.beta_, ce.beta_)
    assert kl.losses_[0] < ce.losses_[0]


def test_the_same_seed_gives_the_same_result_and_another_another(planted):
    data, _ = planted
    runs = train_cell(DSL, {"epochs": 2}, data, n_topics=4, seeds=[1, 2])
    (again,) = train_cell(DSL, {"epochs": 2}, data, n_topics=4, seeds=[1])
    np.testing.assert_array_equal(runs[0].theta, again.theta)
    assert not np.allclose(runs[1].theta, again.theta)


def test_a_constant_input_dimension_does_not_break_standardization(planted):
    data, _ = planted
    inputs = np.column_stack([data.inputs, np.full(200, 0.1, dtype=np.float32)])
    standardized = DSL(4, random_state=0, standardize=True).inputs(
        TrainingData(data.texts, data.words, data.vocabulary, data.bow, inputs, data.logits)
    )
    assert (standardized[:, -1] == 0).all() and torch.isfinite(standardized).all()


def test_more_topics_than_documents_is_one_sentence(planted):
    data, _ = planted
    with pytest.raises(InputError, match="201 topics are more than the 200 documents"):
        train_cell(DSL, {}, data, n_topics=201, seeds=[0])


def test_a_missing_teacher_or_input_is_one_sentence(planted):
    data, _ = planted
    with pytest.raises(InputError, match="name a `teacher`"):
        DSL(4, random_state=0).fit(TrainingData(data.texts, data.words, data.vocabulary, data.bow, data.inputs))
    with pytest.raises(InputError, match="reads hidden states"):
        DSL(4, random_state=0, target="bow").fit(TrainingData(data.texts, data.words, data.vocabulary, data.bow))


def test_a_model_that_is_not_there_is_one_sentence():
    with pytest.raises(InputError, match="no_such_model"):
        load_model("no_such_model")
