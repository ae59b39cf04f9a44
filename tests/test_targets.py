"""What the neural topic models reconstruct, and by which loss."""

import numpy as np
import pytest
import torch
from scipy import sparse
from scipy.special import softmax

from softtopics.errors import InputError
from softtopics.models.neural import NeuralTopicModel as Neural
from softtopics.models.vae.data import CountTargets, SoftTargets

ROWS = torch.arange(3)
LIKE = torch.zeros(0)


def logits(n=3, v=7):
    return np.random.default_rng(1).normal(size=(n, v)).astype(np.float32)


def soft(temperature=1.0, calibration=0.0, keep=7, **form: list) -> np.ndarray:
    settings = {"temperatures": [temperature], "calibrations": [calibration], "keeps": [keep], **form}
    targets = SoftTargets(logits(), **settings, like=LIKE)
    return targets.form(targets.gather(ROWS), 0).numpy()


def test_the_target_is_the_softmax_of_logits_over_the_temperature():
    np.testing.assert_allclose(soft(temperature=3), softmax(logits() / 3, axis=1), rtol=1e-5)


def test_calibration_removes_its_share_of_the_corpus_mean():
    expected = softmax((logits() - 0.5 * logits().mean(axis=0)) / 2, axis=1)
    np.testing.assert_allclose(soft(temperature=2, calibration=0.5), expected, rtol=1e-5)


def test_top_k_keeps_the_likeliest_words_and_sums_to_one():
    y = soft(keep=2)
    assert ((y > 0).sum(axis=1) == 2).all()
    assert (y.argmax(axis=1) == logits().argmax(axis=1)).all()
    np.testing.assert_allclose(y.sum(axis=1), 1, rtol=1e-5)


def test_other_words_may_have_the_score_0_and_scores_may_stand_for_a_distribution():
    """As in the authors' code on ETM's and ECRTM's decoders."""
    masked = np.where(logits() >= np.sort(logits(), axis=1)[:, -2:-1], logits(), 0)
    np.testing.assert_allclose(soft(temperature=3, keep=2, others=[0.0]), softmax(masked / 3, axis=1), rtol=1e-5)
    np.testing.assert_array_equal(soft(temperature=3, keep=2, others=[0.0], raw=[True]), masked)


@pytest.mark.parametrize("decoder", ["prodlda", "etm", "ecrtm"])
def test_the_loss_of_raw_scores_is_the_cross_entropy_that_they_weight(decoder, planted):
    """It goes down, stays finite, and is another loss than that of a distribution."""
    own = {"decoder": decoder, "top_k": 5, "epochs": 15, "reconstruction_weight": 1.0, "temperature": 1.0}
    model = Neural(4, random_state=0, loss="logits", **own).fit(planted[0])
    other = Neural(4, random_state=0, loss="cross_entropy", **own).fit(planted[0])
    assert np.isfinite(model.beta_).all() and np.isfinite(model.theta_).all()
    assert model.losses_[-1] < model.losses_[0] and not np.allclose(model.beta_, other.beta_, atol=1e-3)
    with pytest.raises(InputError, match="loss logits weights by a teacher's scores"):
        Neural(4, random_state=0, loss="logits", target="bow").fit(planted[0])


def test_the_keep_ratio_is_a_share_of_the_vocabulary():
    assert Neural(4, random_state=0, keep_ratio=0.25).keep(40) == 10
    assert Neural(4, random_state=0, top_k=3).keep(40) == 3
    assert Neural(4, random_state=0).keep(40) == 40


def test_bow_targets_are_counts_or_relative_frequencies_and_empty_documents_are_zero():
    bow = sparse.csr_matrix([[1, 3], [0, 0], [2, 0]])
    relative, counts = (CountTargets(bow, relative=relative, like=LIKE).gather(ROWS) for relative in (True, False))
    np.testing.assert_allclose(relative, [[0.25, 0.75], [0, 0], [1, 0]])
    np.testing.assert_allclose(counts, bow.toarray())


def test_kl_and_cross_entropy_have_the_same_gradients(planted):
    data, _ = planted
    kl, ce = (Neural(4, random_state=0, epochs=2, loss=loss).fit(data) for loss in ("kl", "cross_entropy"))
    np.testing.assert_array_equal(kl.beta_, ce.beta_)
    assert kl.losses_[0] < ce.losses_[0]
