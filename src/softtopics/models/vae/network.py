"""The neural topic models as stacked tensors: encoder of documents, logistic-normal theta, the tensors of a decoder.

M models of the same shape (the members of a training) are computed together, every parameter having a leading
dimension M. No operation mixes members, and every random number of a member comes from a stream of its seed, so a
member's result does not depend on which others are trained with it.
"""

import math
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional as F

from softtopics.models.vae.losses import EPSILON, BagAndInput, BagOfWords

Parameters = dict[str, Tensor]


@dataclass(frozen=True)
class Shape:
    """What models that are trained together have in common.

    Attributes:
        n_inputs: D of the hidden states or embeddings that are read, 0 if only the bag of words is.
        n_words: V.
        n_topics: K.
        hidden: width of the encoder's two layers.
        reads: `bow`, `input` or `both`: what the encoder sees.
        decoder: `prodlda`, `etm` or `ecrtm`.
        vector_size: E of the word and topic vectors of the last two.
        shifts: whether batch norms learn a shift, as in the code of ECRTM's authors.
    """

    n_inputs: int
    n_words: int
    n_topics: int
    hidden: int
    reads: str
    decoder: str
    vector_size: int = 0
    shifts: bool = False

    @property
    def normalizes_posterior(self) -> bool:
        """Whether mean and log variance are batch-normalised; ETM's are not."""
        return self.decoder != "etm"

    @property
    def draws_theta(self) -> bool:
        """Whether theta is the mean of draws after training; in the code of ETM and ECRTM it is that of the mean."""
        return self.decoder == "prodlda"

    @property
    def second_momentum(self) -> float:
        """Adam's second beta: .999 for ECRTM, torch's own, as in its authors' code, else OCTIS's .99."""
        return 0.999 if self.decoder == "ecrtm" else 0.99

    def learns(self, parameter: str) -> bool:
        """Whether training changes a parameter; ETM's word vectors stay as they are."""
        return not (self.decoder == "etm" and parameter == "word_vectors")


class Stream:
    """The random numbers of one seed, in the order in which training asks for them."""

    def __init__(self, seed: int, like: Tensor) -> None:
        self.generator = torch.Generator(like.device).manual_seed(seed)
        self.like = like

    def uniform(self, *shape: int, bound: float = 1.0) -> Tensor:
        """Between -bound and bound."""
        return self.like.new_empty(shape).uniform_(-bound, bound, generator=self.generator)

    def normal(self, *shape: int) -> Tensor:
        return self.like.new_empty(shape).normal_(generator=self.generator)

    def dropout(self, *shape: int, share: float) -> Tensor:
        """The factors of dropout: 0 for a `share` of the entries, 1 / (1 - share) for the others."""
        kept = self.like.new_empty(shape).uniform_(generator=self.generator) >= share
        return kept.to(self.like).div_(1 - share)

    def order(self, count: int) -> Tensor:
        """The numbers below `count` in random order."""
        return torch.randperm(count, generator=self.generator, device=self.like.device)


def initial(shape: Shape, stream: Stream, vectors: Tensor | None = None) -> Parameters:
    """The parameters of one model: linear layers as torch initialises them, beta Xavier-uniform (Glorot 2010).

    Args:
        vectors: V x E word vectors, for the decoders that start from them (etm, ecrtm).

    Raises:
        ValueError: the decoder starts from word vectors, and there are none.
    """
    made: Parameters = {}

    def linear(name: str, n_in: int, n_out: int) -> None:
        made[f"{name}_weight"] = stream.uniform(n_in, n_out, bound=n_in**-0.5)
        made[f"{name}_bias"] = stream.uniform(n_out, bound=n_in**-0.5)

    v, k = shape.n_words, shape.n_topics
    if shape.reads == "both":  # CombinedTM: embeddings are brought to the size of the bag of words beside them
        linear("adapter", shape.n_inputs, v)
    linear("first", {"bow": v, "input": shape.n_inputs, "both": 2 * v}[shape.reads], shape.hidden)
    linear("second", shape.hidden, shape.hidden)
    linear("posterior", shape.hidden, 2 * k)  # mean and log variance side by side
    if shape.shifts:
        made |= {"posterior_shift": stream.like.new_zeros(2 * k), "words_shift": stream.like.new_zeros(v)}
    if shape.decoder == "prodlda":
        made["beta"] = stream.uniform(k, v, bound=math.sqrt(6 / (k + v)))
        made["prior_mean"] = stream.like.new_zeros(k)
        made["prior_log_variance"] = stream.like.new_full((k,), math.log(1 - 1 / k))
        return made
    if vectors is None:
        raise ValueError(f"the decoder {shape.decoder} starts from word vectors")
    # Drawn for both decoders, although ECRTM replaces it: without this draw its stream, and every result, would change.
    made["topic_vectors"] = stream.uniform(k, shape.vector_size, bound=shape.vector_size**-0.5)
    made["word_vectors"] = vectors
    if shape.decoder == "ecrtm":
        made["topic_vectors"] = F.normalize(stream.normal(k, shape.vector_size), dim=1)
        made["word_vectors"] = F.normalize(vectors, dim=1)
    return made


def linear(name: str, p: Parameters, x: Tensor) -> Tensor:
    """M x B x in -> M x B x out."""
    return torch.baddbmm(p[f"{name}_bias"][:, None], x, p[f"{name}_weight"])


def encode(shape: Shape, p: Parameters, counts: list[Tensor], inputs: Tensor) -> Tensor:
    """Features M x B x hidden of documents, from counts (M sparse B x V) and/or inputs (M x B x D)."""
    if shape.reads == "input":
        x = linear("first", p, inputs)
    elif shape.reads == "bow":
        x = BagOfWords.apply(p["first_weight"], counts) + p["first_bias"][:, None]
    else:
        adapted = linear("adapter", p, inputs)
        x = BagAndInput.apply(p["first_weight"], counts, adapted) + p["first_bias"][:, None]
    return F.softplus(linear("second", p, F.softplus(x)))


class BatchNorm:
    """Batch norm without affine map over the B documents of M x B x K, and its running moments (momentum .1)."""

    def __init__(self, like: Tensor, n_members: int, size: int) -> None:
        self.mean, self.variance = like.new_zeros(n_members, size), like.new_ones(n_members, size)

    def train(self, x: Tensor) -> Tensor:
        """Normalise by the moments of the batch, and follow them."""
        variance, mean = torch.var_mean(x, dim=1, correction=0)
        scaled = (x - mean[:, None]) * torch.rsqrt(variance + EPSILON)[:, None]
        unbiased = variance.detach() * (x.shape[1] / (x.shape[1] - 1))
        self.mean.lerp_(mean.detach(), 0.1)
        self.variance.lerp_(unbiased, 0.1)
        return scaled

    def infer(self, x: Tensor) -> Tensor:
        """Normalise by the running moments, as after training."""
        return (x - self.mean[:, None]) * torch.rsqrt(self.variance + EPSILON)[:, None]


def posterior(
    shape: Shape, p: Parameters, features: Tensor, norm: BatchNorm, *, training: bool
) -> tuple[Tensor, Tensor]:
    """Mean and log variance of q, the Gaussian whose softmax is theta, each M x B x K."""
    x = linear("posterior", p, features)
    if shape.normalizes_posterior:
        x = norm.train(x) if training else norm.infer(x)
    if shape.shifts:
        x = x + p["posterior_shift"][:, None]
    mean, log_variance = x.chunk(2, dim=2)
    return mean, log_variance


def draw_theta(mean: Tensor, log_variance: Tensor, noise: Tensor) -> Tensor:
    """M x B x K shares of topics, from standard normal noise (Kingma and Welling 2014)."""
    return torch.softmax(mean + (log_variance / 2).exp() * noise, dim=2)


def divergence(shape: Shape, p: Parameters, mean: Tensor, log_variance: Tensor) -> Tensor:
    """KL(q || prior) of diagonal Gaussians M x B x K, summed over the batch: M values.

    The prior is learned with ProdLDA's decoder, standard normal with ETM's, and with ECRTM's the Laplace approximation
    of a Dirichlet of ones: mean 0, variance 1 - 1/K (Srivastava and Sutton 2017).
    """
    if shape.decoder == "prodlda":
        prior_mean, prior_log_variance = p["prior_mean"][:, None], p["prior_log_variance"][:, None]
    else:
        value = math.log(1 - 1 / shape.n_topics) if shape.decoder == "ecrtm" else 0.0
        prior_mean, prior_log_variance = mean.new_zeros(1), mean.new_full((1,), value)
    gap = log_variance - prior_log_variance
    distance = (mean - prior_mean).square() * torch.exp(-prior_log_variance)
    return 0.5 * (gap.exp() + distance - 1 - gap).sum(dim=(1, 2))
