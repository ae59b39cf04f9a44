"""The neural topic models: trained together, the plain computation of each, decoders, the optimizer."""

from dataclasses import replace
from functools import partial

import numpy as np
import pytest
import torch

from softtopics.artifacts import Run
from softtopics.errors import InputError
from softtopics.models.base import TopicModel, TrainingData, load_model, train_cell
from softtopics.models.neural import NeuralTopicModel as Neural
from softtopics.models.vae import decoders
from softtopics.models.vae.adam import Adam
from softtopics.models.vae.data import CountTargets, Documents, SoftTargets
from softtopics.models.vae.decoders import transport
from softtopics.models.vae.network import Shape
from softtopics.models.vae.plain import train_one
from softtopics.models.vae.training import Member, Schedule, train


class Watched(CountTargets):
    """Notes whether denormal numbers count as zero while a batch is computed."""

    def gather(self, rows: torch.Tensor) -> torch.Tensor:
        self.zero = torch.tensor(1e-39).item() == 0
        return super().gather(rows)


def test_numbers_too_small_for_full_precision_are_zero_while_a_model_is_trained_and_not_after(planted):
    data, _ = planted
    counts, like = data.bow.astype(np.float32), torch.zeros(0)
    targets = Watched(counts, relative=False, like=like)
    documents = Documents(counts, torch.zeros(200, 0), relative=False, like=like)
    shape = Shape(n_inputs=0, n_words=40, n_topics=4, hidden=8, reads="bow", decoder="prodlda")
    schedule = Schedule(1, 64, 2e-3, 0.99, 0.2, 2, 100.0)
    train(shape, schedule, [Member(0, 1.0, 1.0)], documents, targets)
    assert targets.zero
    assert torch.tensor(1e-39).item() > 0


SETTINGS = {
    "proposed": {"reads": "input", "decoder": "prodlda"},
    "prodlda": {"reads": "bow", "decoder": "prodlda"},
    "combinedtm": {"reads": "both", "decoder": "prodlda"},
    "etm": {"reads": "bow", "decoder": "etm", "vector_size": 6},
    "ecrtm": {"reads": "input", "decoder": "ecrtm", "vector_size": 6},
    "ecrtm with shifts": {"reads": "input", "decoder": "ecrtm", "vector_size": 6, "shifts": True},
}


SCHEDULE = Schedule(
    epochs=4,
    batch_size=32,
    learning_rate=1e-2,
    momentum=0.99,
    dropout=0.2,
    samples=3,
    clustering_weight=100.0,
)


def pieces(data: TrainingData, setting: str, members: list[Member]):
    """The arguments of `train`, in double precision, so that rounding cannot hide a difference."""
    like = torch.zeros(0, dtype=torch.float64)
    shape = Shape(**{"n_inputs": 4, "n_words": 40, "n_topics": 5, "hidden": 8, "vector_size": 0} | SETTINGS[setting])
    documents = Documents(data.bow.astype(np.float64), torch.from_numpy(data.inputs).to(like), setting == "etm", like)
    vectors = [torch.randn(40, 6, generator=torch.Generator().manual_seed(m.seed)).to(like) for m in members]
    if setting == "prodlda":
        targets = CountTargets(data.bow, relative=False, like=like)
    else:
        targets = SoftTargets(
            data.logits,
            temperatures=[member.temperature for member in members],
            calibrations=[0.5 * (member.temperature > 1) for member in members],
            keeps=[40 if member.temperature < 3 else 10 for member in members],
            like=like,
        )
    return shape, documents, targets, vectors if shape.vector_size else None


@pytest.mark.parametrize("setting", SETTINGS)
def test_members_that_train_together_equal_the_plain_computation_of_each(planted, setting):
    data, _ = planted
    # Two members share a seed; each has a temperature, calibration, mask and weight of its own.
    members = [Member(1, 1.0, 1000.0), Member(2, 2.0, 1000.0), Member(1, 3.0, 10.0), Member(3, 0.05, 1.0)]
    shape, documents, targets, vectors = pieces(data, setting, members)
    together = train(shape, SCHEDULE, members, documents, targets, vectors)
    for position, (member, found) in enumerate(zip(members, together, strict=True)):
        own = vectors[members.index(next(m for m in members if m.seed == member.seed))] if vectors else None
        plain = train_one(shape, SCHEDULE, member, documents, targets, own, position)
        # The gradient of the prior's mean is rounding noise (batch norm keeps the means at zero), which Adam enlarges:
        # the divergence carries it into the loss, and a little of it into theta.
        np.testing.assert_allclose(found.losses, plain.losses, rtol=1e-4)
        np.testing.assert_allclose(found.beta, plain.beta, atol=1e-6)
        np.testing.assert_allclose(found.theta, plain.theta, atol=1e-4)


@pytest.mark.parametrize("setting", [{}, {"reads": "bow", "target": "counts"}, {"decoder": "ecrtm"}])
def test_a_result_does_not_depend_on_what_else_is_trained(planted, setting):
    data, _ = planted
    many = [Neural(5, random_state=seed, epochs=3, **setting) for seed in range(6)]
    Neural.fit_all(many, data)
    alone = Neural(5, random_state=4, epochs=3, **setting).fit(data)
    # In single precision, products of another number of members are rounded differently, and training amplifies that.
    np.testing.assert_allclose(alone.theta_, many[4].theta_, atol=1e-2)
    np.testing.assert_allclose(alone.beta_, many[4].beta_, atol=1e-2)
    assert np.abs(many[3].theta_ - many[4].theta_).max() > 0.1


def test_models_that_differ_in_shape_do_not_train_together(planted):
    data, _ = planted
    with pytest.raises(ValueError, match="may differ in random_state"):
        Neural.fit_all([Neural(4, random_state=0), Neural(4, random_state=0, hidden=10)], data)


def test_the_transport_plan_has_uniform_margins_and_prefers_what_is_cheap():
    costs = torch.tensor([[[0.0, 0, 2, 2], [2, 2, 0, 0]], [[1.0, 1, 1, 1], [1, 1, 1, 1]]])
    plans = transport(costs, tolerance=1e-6)
    torch.testing.assert_close(plans.sum(dim=1), torch.full((2, 4), 1 / 4))
    torch.testing.assert_close(plans.sum(dim=2), torch.full((2, 2), 1 / 2))
    assert plans[0, 0, :2].sum() > 0.499 and plans[0, 1, 2:].sum() > 0.499
    torch.testing.assert_close(plans[1], torch.full((2, 4), 1 / 8))


def test_the_gradient_of_the_clustering_cost_is_that_through_sinkhorns_iterations(monkeypatch):
    """As ECRTM's authors take it: with the plan held fixed instead, topics and words all end in one point."""
    monkeypatch.setattr(decoders, "transport", partial(transport, iterations=10_000, tolerance=1e-12))
    generator = torch.Generator().manual_seed(0)
    costs = torch.rand(2, 5, 30, generator=generator, dtype=torch.double).requires_grad_()
    kernel = torch.exp(-decoders.TRANSPORT * costs)
    topics = costs.new_ones(2, 5)
    for _ in range(1000):
        words = 1 / 30 / torch.einsum("mk,mkv->mv", topics, kernel)
        topics = 1 / 5 / torch.einsum("mkv,mv->mk", kernel, words)
    plan = topics[:, :, None] * kernel * words[:, None]
    (expected,) = torch.autograd.grad((plan * costs).sum(), costs)
    (found,) = torch.autograd.grad(decoders.ClusteringCost.apply(costs).sum(), costs)
    torch.testing.assert_close(found, expected, atol=1e-4 * expected.abs().max().item(), rtol=1e-3)
    assert (expected - plan).abs().max() > 0.1 * expected.abs().max()


def test_planted_topics_are_found(planted):
    data, topic = planted
    model = Neural(4, random_state=0, temperature=1.0, epochs=60, learning_rate=1e-2).fit(data)
    assert model.beta_.shape == (4, 40) and model.theta_.shape == (200, 4)
    np.testing.assert_allclose(model.theta_.sum(axis=1), 1, rtol=1e-4)
    assert model.losses_[-1] < 0.6 * model.losses_[0]
    found = model.theta_.argmax(axis=1)
    assert sum(np.bincount(topic[found == k], minlength=4).max() for k in range(4)) > 180
    for words in Run(model.beta_, model.theta_, data.vocabulary, 0, 1.0, {}).top_words(8):
        assert len({word[1] for word in words}) == 1


@pytest.mark.parametrize(
    "settings",
    [
        {"loss": "cross_entropy"},
        {"target": "bow"},
        {"top_k": 5},
        {"standardize": True},
        {"decoder": "etm"},
        {"decoder": "ecrtm"},
        {"reads": "both"},
        {"target": "counts", "reads": "both"},
    ],
)
def test_every_setting_trains_to_finite_results(planted, settings):
    data, _ = planted
    model = Neural(4, random_state=0, epochs=3, **settings).fit(data)
    assert np.isfinite(model.beta_).all() and np.isfinite(model.theta_).all()


def test_topics_among_words_ask_for_vectors_in_one_sentence(planted):
    data, _ = planted
    with pytest.raises(InputError, match="etm starts from word vectors"):
        Neural(4, random_state=0, decoder="etm").fit(replace(data, vectors=None))


def test_shifts_need_a_batch_norm(planted):
    with pytest.raises(InputError, match="etm has no batch norm"):
        Neural(4, random_state=0, decoder="etm", shifts=True).fit(planted[0])


def test_the_same_seed_gives_the_same_result_and_another_another(planted):
    data, _ = planted
    runs = train_cell(Neural, {"epochs": 2}, data, n_topics=4, seeds=[1, 2])
    (again,) = train_cell(Neural, {"epochs": 2}, data, n_topics=4, seeds=[1])
    np.testing.assert_array_equal(runs[0].theta, again.theta)
    assert not np.allclose(runs[1].theta, again.theta)


def test_a_constant_input_dimension_does_not_break_standardization(planted):
    data, _ = planted
    inputs = np.column_stack([data.inputs, np.full(200, 0.1, dtype=np.float32)])
    again = TrainingData(data.texts, data.words, data.vocabulary, data.bow, inputs, data.logits)
    model = Neural(4, random_state=0, standardize=True)
    standardized = model.prepared_inputs(again, model.moments(again))
    assert (standardized[:, -1] == 0).all() and torch.isfinite(standardized).all()


def test_more_topics_than_documents_is_one_sentence(planted):
    data, _ = planted
    with pytest.raises(InputError, match="201 topics are more than the 200 documents"):
        train_cell(Neural, {}, data, n_topics=201, seeds=[0])


def test_a_missing_teacher_or_input_is_one_sentence(planted):
    data, _ = planted
    with pytest.raises(InputError, match="name a `teacher`"):
        Neural(4, random_state=0).fit(TrainingData(data.texts, data.words, data.vocabulary, data.bow, data.inputs))
    with pytest.raises(InputError, match="reads hidden states"):
        Neural(4, random_state=0, target="bow").fit(TrainingData(data.texts, data.words, data.vocabulary, data.bow))


def test_a_model_that_is_not_there_is_one_sentence():
    with pytest.raises(InputError, match="no_such_model"):
        load_model("no_such_model")


def model_of(**made: object) -> type[TopicModel]:
    """A model of which `fit` makes just these attributes, and `transform` what `said` is."""

    class Mine(TopicModel):
        packages = tuple(made.pop("packages", ()))

        def fit(self, data: TrainingData):
            vars(self).update(made)
            return self

        def transform(self, data: TrainingData):
            return made.get("said")

    return Mine


THETA, BETA = np.full((200, 4), 0.25), np.ones((4, 40))
INCOMPLETE = {
    "no theta": (
        {"beta_": BETA},
        r"^methods: Mine's theta_ after `fit` is missing; it must be .* of 200 documents x 4 t",
    ),
    "no beta": (
        {"theta_": THETA},
        r"^methods: Mine's beta_ after `fit` is missing; it must be .* of K topics x 40 words$",
    ),
    "beta turned": (
        {"beta_": BETA.T, "theta_": THETA},
        r"beta_ after `fit` is an array of the shape \(40, 4\); it must",
    ),
    "lists": ({"beta_": BETA.tolist(), "theta_": THETA}, r"beta_ after `fit` is of type list; it must be an array"),
    "theta of some": (
        {"beta_": BETA, "theta_": THETA[:9]},
        r"theta_ after `fit` is an array of the shape \(9, 4\); it m",
    ),
    "theta of other topics": ({"beta_": BETA[:3], "theta_": THETA}, r"must be an array of 200 documents x 3 topics$"),
    "nothing of new ones": (
        {"beta_": BETA, "theta_": THETA},
        r"^methods: Mine's theta of `transform` is missing; it mu",
    ),
    "no package": (
        {"packages": ["no-such"]},
        r"^methods: Mine\.packages names 'no-such', which is not installed; inst",
    ),
}


@pytest.mark.parametrize(("made", "sentence"), INCOMPLETE.values(), ids=INCOMPLETE)
def test_a_model_that_does_not_make_what_it_must_is_one_sentence(made, sentence, planted):
    data, _ = planted
    with pytest.raises(InputError, match=sentence):
        train_cell(model_of(**made), {}, data, n_topics=4, seeds=[0], held_out=data)
    whole = model_of(beta_=BETA, theta_=THETA, said=THETA)
    assert len(train_cell(whole, {}, data, n_topics=4, seeds=[0], held_out=data)) == 1


def test_a_class_that_is_no_topic_model_is_one_sentence(monkeypatch):
    monkeypatch.setattr("softtopics.models.lda.MODEL", dict)
    with pytest.raises(
        InputError, match=r"^src/softtopics/models/lda\.py: MODEL must name a class .* from TopicModel$"
    ):
        load_model("lda")


def test_adam_is_torchs_to_the_bit():
    generator = torch.Generator().manual_seed(0)
    start = [torch.randn(3, 4, generator=generator), torch.randn(5, generator=generator)]
    ours, theirs = ([one.clone().requires_grad_() for one in start] for _ in range(2))
    optimizers = Adam(ours, 2e-3, (0.9, 0.99)), torch.optim.Adam(theirs, 2e-3, betas=(0.9, 0.99), fused=True)
    for step in range(5):
        for optimizer, (first, second) in zip(optimizers, (ours, theirs), strict=True):
            optimizer.zero_grad()
            (first.square().sum() * (step + 1) + second.exp().sum()).backward()
            optimizer.step()
    assert all(torch.equal(a, b) for a, b in zip(ours, theirs, strict=True))
    assert not torch.equal(ours[0], start[0])
