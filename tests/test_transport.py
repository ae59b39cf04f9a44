"""FASTopic's plans, likelihood and whole training beside the package of its authors."""

import numpy as np
import pytest
import torch
from scipy import sparse
from torch.autograd import gradcheck
from torch.nn.functional import normalize

from softtopics.models.base import TrainingData
from softtopics.models.distances import SquaredDistances
from softtopics.models.fastopic import FASTopic, without
from softtopics.models.transport import TINY, Likelihood, Plan, in_rows

with without("plotly", "sentence_transformers", stand_in=True):
    from fastopic._ETP import ETP
    from fastopic._fastopic import fastopic as Package
    from fastopic._model_utils import pairwise_euclidean_distance


def points(count: int, seed: int) -> torch.Tensor:
    return normalize(torch.randn(count, 20, generator=torch.Generator().manual_seed(seed)))


def test_distances_of_batches_are_those_of_all_pairs_and_have_their_gradients():
    left, right = (torch.randn(2, n, 5, dtype=torch.float64, requires_grad=True) for n in (4, 3))
    plain = (left[:, :, None] - right[:, None]).square().sum(dim=-1)
    torch.testing.assert_close(SquaredDistances.apply(left, right), plain)
    assert gradcheck(SquaredDistances.apply, (left, right))
    assert gradcheck(SquaredDistances.apply, (left.detach(), right))


@pytest.mark.parametrize("sharpness", [2.0, 10.0, 40.0])
@pytest.mark.parametrize("scale", [1.0, 3.0])
def test_plans_and_their_gradients_are_the_packages(sharpness, scale):
    """Also where exp(-sharpness * cost) vanishes in single precision."""
    left, right = points(150, 0), (scale * points(9, 1)).requires_grad_()
    weights = torch.randn(9, 1, generator=torch.Generator().manual_seed(2)).requires_grad_()
    factors = torch.rand(150, 9, generator=torch.Generator().manual_seed(3))
    cost, plan = ETP(sharpness, init_b_dist=weights)(left, right)
    expected = torch.autograd.grad(cost + (factors * plan).sum(), [right, weights])
    costs = SquaredDistances.apply(left, right)
    torch.testing.assert_close(costs, pairwise_euclidean_distance(left, right))
    ours = Plan.apply(costs, weights.squeeze(1).softmax(dim=0), sharpness)
    found = torch.autograd.grad((ours * costs).sum() + (factors * ours).sum(), [right, weights])
    torch.testing.assert_close(ours, plan, rtol=1e-3, atol=1e-7)
    for mine, theirs in zip(found, expected, strict=True):
        torch.testing.assert_close(mine, theirs, rtol=1e-3, atol=1e-4 * theirs.abs().max().item())


def test_the_likelihood_is_that_of_dense_counts():
    rng = np.random.default_rng(0)
    counts = sparse.csr_matrix(rng.poisson(0.3, size=(6, 11)))
    theta = torch.rand(6, 3, dtype=torch.float64, requires_grad=True)
    beta = torch.rand(3, 11, dtype=torch.float64, requires_grad=True)
    entries = in_rows(counts, theta)
    dense = -(torch.from_numpy(counts.toarray()) * (theta @ beta + TINY).log()).sum(dim=1).mean()
    torch.testing.assert_close(Likelihood.apply(theta, beta, *entries), dense)
    assert gradcheck(lambda *own: Likelihood.apply(*own, *entries), (theta, beta))


def test_a_training_is_the_packages_but_for_rounding():
    rng = np.random.default_rng(0)
    counts = sparse.csr_matrix(rng.poisson(0.3, size=(80, 30)))
    inputs = points(80, 4).numpy()
    data = TrainingData([""] * 80, [[]] * 80, [f"w{word}" for word in range(30)], counts, inputs)
    model = FASTopic(5, random_state=3, epochs=20).fit(data)

    torch.manual_seed(3)
    package = Package(5, 1.0, 10.0, 2.0)
    package.init(30, 20)
    optimizer = torch.optim.Adam(package.parameters(), lr=1e-2)
    for _ in range(20):
        loss = package(torch.from_numpy(counts.toarray()), torch.from_numpy(inputs))["loss"]
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    np.testing.assert_allclose(model.beta_, package.get_beta().detach().numpy(), rtol=2e-3, atol=1e-6)
    theta = package.get_theta(torch.from_numpy(inputs), torch.from_numpy(inputs)).detach().numpy()
    np.testing.assert_allclose(model.theta_, theta, rtol=2e-3, atol=1e-6)


def test_a_document_without_words_has_a_place_and_no_likelihood():
    counts = sparse.csr_matrix(np.array([[0, 0], [1, 0]]))
    theta, beta = torch.full((2, 2), 0.5), torch.tensor([[1.0, 0.0], [0.5, 0.5]])
    assert Likelihood.apply(theta, beta, *in_rows(counts, theta)).item() == pytest.approx(-np.log(0.75) / 2)
