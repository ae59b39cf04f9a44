"""The neural topic models as settings of one model: what is read, what is reconstructed, by which decoder.

The proposed model (DSL, "Improving Neural Topic Modeling with Semantically-Grounded Soft Label Distributions", arXiv
2602.17907) reads hidden states and reconstructs soft labels with ProdLDA's decoder. ProdLDA (Srivastava and Sutton
2017), CombinedTM and ZeroShotTM (Bianchi et al. 2021), ETM (Dieng et al. 2020) and ECRTM (Wu et al. 2023) are other
settings.
"""

import logging
import math
import time
from collections.abc import Sequence
from typing import Literal, Self

import numpy as np
import torch
from scipy import sparse
from torch import Tensor

from softtopics.config.kinds import Count, Fraction, NotNegative, Portion, Positive, Several
from softtopics.errors import InputError
from softtopics.models.base import TopicModel, TrainingData, check_choices
from softtopics.models.vae import inference, training
from softtopics.models.vae.data import (
    CountTargets,
    Documents,
    SoftTargets,
    Targets,
    mean_entropy,
    moments,
    standardized,
)
from softtopics.models.vae.network import Shape
from softtopics.models.vae.training import Member, Schedule
from softtopics.runtime import device

log = logging.getLogger(__name__)

CHOICES = {
    "reads": ("input", "bow", "both"),
    "target": ("soft_label", "bow", "counts"),
    "decoder": ("prodlda", "etm", "ecrtm"),
    "loss": ("kl", "cross_entropy", "logits"),
    "others": ("out", "zero"),
}
# What models that are trained together may differ in.
OWN = (
    *("random_state", "temperature", "calibration", "top_k", "keep_ratio", "others", "loss"),
    *("reconstruction_weight", "reconstruction_temperature"),
)


class NeuralTopicModel(TopicModel):
    """A variational autoencoder of documents; the defaults are the paper's proposed model.

    Loss of a document: KL(q || prior) + `reconstruction_weight` * KL(y || y_hat), summed over the batch.

    >>> model = NeuralTopicModel(50, random_state=0, temperature=2.0).fit(data)  # doctest: +SKIP
    >>> model.beta_.shape, model.theta_.shape  # doctest: +SKIP
    ((50, 2000), (2421, 50))
    >>> model.transform(other_data).shape  # doctest: +SKIP
    (100, 50)

    Args:
        n_topics: K.
        random_state: seeds the initial weights, the batches, the noise and the dropout.
        reads: `input` (hidden states or embeddings), `bow` (the bag of words) or `both`.
        target: `soft_label` (the teacher's), `bow` (relative word frequencies) or `counts` (of words).
        decoder: `prodlda`, `etm` or `ecrtm`.
        loss: `kl` or `cross_entropy`; they differ by the target's entropy, a constant of the data. `logits` weights
            the cross-entropy by the teacher's scores, not by a distribution, as the authors' code does on the decoders
            etm and ecrtm; words beyond `top_k` weigh nothing.
        temperature: tau of a soft label; that of a mixed teacher is 1.
        reconstruction_temperature: tau of a soft label's reconstruction (but not of ETM's, which is no softmax); None:
            the same.
        calibration: share of the corpus-mean logit removed from the soft label, see `SoftTargets`.
        top_k: words of a document that keep their probability, with those tied with the last; None: all.
        keep_ratio: the same as a share of the vocabulary.
        others: words beyond these are `out` (probability 0) or have the score `zero`, as in the authors' code on the
            decoders etm and ecrtm, which multiplies scores by the mask.
        standardize: inputs to zero mean and unit variance, dimension by dimension (the paper does not).
        hidden: width of the encoder's two layers.
        dropout: the share of features, and of topics in theta, that each step leaves out.
        reconstruction_weight: lambda; None: 1000 for distributions, as in the paper, 1 for counts.
        learning_rate: Adam's.
        momentum: Adam's first beta; None: .99, as in the paper, but .9 for etm and ecrtm: with .99 ETM hardly learns.
        batch_size: documents in one step.
        epochs: passes over the documents.
        samples: draws that theta is the mean of (etm and ecrtm: theta is that of the posterior's mean).
        clustering_weight: of ECRTM's regulariser.
        shifts: batch norms learn a shift, as in the code of ECRTM's authors; ETM has no batch norm.
        precision: of matrix products, as in `torch.set_float32_matmul_precision`; `medium` lets a CPU with AVX512-BF16
            multiply in bfloat16, which changes results by rounding.

    Attributes:
        losses_: after `fit`, the mean loss of a document in every epoch.
    """

    losses_: list[float]
    packages = ("torch",)
    needs = (
        ("input", {"reads": ("input", "both")}),
        ("teacher", {"target": ("soft_label",)}),
        ("word_vectors", {"decoder": ("etm", "ecrtm")}),
    )

    def __init__(
        self,
        n_topics: int,
        *,
        random_state: int,
        reads: Literal["input", "bow", "both"] = "input",
        target: Literal["soft_label", "bow", "counts"] = "soft_label",
        decoder: Literal["prodlda", "etm", "ecrtm"] = "prodlda",
        loss: Literal["kl", "cross_entropy", "logits"] = "kl",
        temperature: Positive = 3.0,
        reconstruction_temperature: Positive | None = None,
        calibration: float = 0.0,
        top_k: Count | None = None,
        keep_ratio: Portion | None = None,
        others: Literal["out", "zero"] = "out",
        standardize: bool = False,
        hidden: Count = 200,
        dropout: Fraction = 0.2,
        reconstruction_weight: NotNegative | None = None,
        learning_rate: Positive = 2e-3,
        momentum: Fraction | None = None,
        batch_size: Several = 64,
        epochs: Count = 100,
        samples: Count = 10,
        clustering_weight: NotNegative = 100.0,
        shifts: bool = False,
        precision: Literal["highest", "high", "medium"] = "highest",
    ) -> None:
        super().__init__(n_topics, random_state=random_state)
        self.reads, self.target, self.decoder, self.loss = reads, target, decoder, loss
        self.temperature, self.calibration = temperature, calibration
        self.reconstruction_temperature = reconstruction_temperature
        self.top_k, self.keep_ratio, self.others = top_k, keep_ratio, others
        self.standardize = standardize
        self.hidden, self.dropout = hidden, dropout
        self.reconstruction_weight = reconstruction_weight
        self.learning_rate = learning_rate
        self.momentum = momentum if momentum is not None else 0.99 if decoder == "prodlda" else 0.9
        self.batch_size, self.epochs, self.samples = batch_size, epochs, samples
        self.clustering_weight, self.shifts, self.precision = clustering_weight, shifts, precision

    def fit(self, data: TrainingData) -> Self:
        """As `fit_all` with one model."""
        self.fit_all([self], data)
        return self

    @classmethod
    def fit_all(cls, models: Sequence[Self], data: TrainingData) -> list[float]:
        """Train models that differ only in what `OWN` names together; each gets the result that it would get alone.

        Returns:
            The seconds of each: an equal share of the time of all.

        Raises:
            InputError: a setting has an unknown value, or the input or teacher that it asks for is missing.
            ValueError: the models differ in what they must share.
        """
        started = time.perf_counter()
        lead = models[0]
        for model in models:
            model.check(data)
            if any(vars(model)[name] != value for name, value in vars(lead).items() if name not in OWN):
                raise ValueError(f"models that train together may differ in {', '.join(OWN)} alone")
        torch.set_float32_matmul_precision(lead.precision)
        like = torch.zeros(0, device=device())
        by = lead.moments(data)
        documents = lead.documents(data, like, by)
        targets = cls.targets(models, data, like)
        results = training.train(
            lead.shape(data, n_inputs=documents.inputs.shape[1]),
            Schedule(**{name: getattr(lead, name) for name in Schedule.__dataclass_fields__}),
            [Member(model.random_state, model.tau, model.weight) for model in models],
            documents,
            targets,
            None if data.vectors is None else [torch.from_numpy(data.vectors).to(like)] * len(models),
        )
        entropies = cls.entropies(models, targets, data)
        for model, entropy, result in zip(models, entropies, results, strict=True):
            model.beta_, model.theta_ = result.beta, result.theta
            model.learned_ = result.encoder | by
            model.losses_ = (result.losses - model.weight * entropy).tolist()
            log.info("K = %d, loss a document %.2f -> %.2f", model.n_topics, model.losses_[0], model.losses_[-1])
        return [(time.perf_counter() - started) / len(models)] * len(models)

    def transform(self, data: TrainingData) -> np.ndarray:
        """theta by the trained encoder; its draws are others than those of `theta_`, so the two differ by their noise.

        Raises:
            InputError: the input that the model reads is missing.
        """
        learned, like = self.learned(), torch.zeros(0, device=device())
        if self.reads != "bow" and data.inputs is None:
            raise InputError("methods: this model reads hidden states; give those of the documents as `inputs`")
        torch.set_float32_matmul_precision(self.precision)
        encoder = {name: value for name, value in learned.items() if not name.startswith("input_")}
        documents = self.documents(data, like, learned)
        shape = self.shape(data, n_inputs=documents.inputs.shape[1])
        return inference.read(shape, encoder, documents, self.samples, self.random_state)

    def check(self, data: TrainingData) -> None:
        """Raises InputError: a setting has an unknown value, or the input or teacher that it asks for is missing."""
        check_choices(self, CHOICES)
        if self.reads != "bow" and data.inputs is None:
            raise InputError("methods: this model reads hidden states; name a teacher in `input`, or set reads: bow")
        if self.target == "soft_label" and data.logits is None:
            raise InputError("methods: this model learns from soft labels; name a `teacher`, or set target: bow")
        if self.loss == "logits" and self.target != "soft_label":
            raise InputError("methods: neural's loss logits weights by a teacher's scores; set target: soft_label")
        if self.shifts and self.decoder == "etm":
            raise InputError("methods: etm has no batch norm that could learn shifts; leave `shifts` out")
        if self.decoder != "prodlda" and data.vectors is None:
            raise InputError(f"methods: {self.decoder} starts from word vectors; name some in `word_vectors`")

    @property
    def weight(self) -> float:
        if self.reconstruction_weight is not None:
            return self.reconstruction_weight
        return 1.0 if self.target == "counts" else 1000.0

    @property
    def tau(self) -> float:
        """Of the reconstruction; frequencies and counts are no softmax of scores, and have 1."""
        if self.target != "soft_label":
            return 1.0
        return self.temperature if self.reconstruction_temperature is None else self.reconstruction_temperature

    def keep(self, n_words: int) -> int:
        """How many words of a document keep their probability."""
        keep = n_words if self.top_k is None else min(self.top_k, n_words)
        return keep if self.keep_ratio is None else min(keep, math.ceil(self.keep_ratio * n_words))

    def moments(self, data: TrainingData) -> dict[str, np.ndarray]:
        """By what inputs are standardised, if they are."""
        if self.reads == "bow" or not self.standardize:
            return {}
        return moments(np.asarray(data.inputs))

    def read_rows(self, data: TrainingData) -> np.ndarray | sparse.csr_matrix:
        """N x D: inputs as the encoder reads them or, where it reads none, counts of words."""
        return data.bow if self.reads == "bow" else self.prepared_inputs(data, self.learned()).numpy()

    def prepared_inputs(self, data: TrainingData, learned: dict[str, np.ndarray]) -> Tensor:
        """N x D; D is 0 if only the bag of words is read."""
        if self.reads == "bow":
            return torch.zeros(len(data.texts), 0)
        inputs = torch.from_numpy(np.asarray(data.inputs, dtype=np.float32))
        return standardized(inputs, learned) if self.standardize else inputs

    def documents(self, data: TrainingData, like: Tensor, learned: dict[str, np.ndarray]) -> Documents:
        inputs = self.prepared_inputs(data, learned).to(like)
        return Documents(data.bow.astype(np.float32), inputs, relative=self.decoder == "etm", like=like)

    def shape(self, data: TrainingData, n_inputs: int) -> Shape:
        return Shape(
            n_inputs=n_inputs,
            n_words=len(data.vocabulary),
            n_topics=self.n_topics,
            hidden=self.hidden,
            reads=self.reads,
            decoder=self.decoder,
            vector_size=0 if data.vectors is None else data.vectors.shape[1],
            shifts=self.shifts,
        )

    @staticmethod
    def targets(models: Sequence["NeuralTopicModel"], data: TrainingData, like: Tensor) -> Targets:
        """What all models learn from."""
        if models[0].target != "soft_label":
            return CountTargets(data.bow, relative=models[0].target == "bow", like=like)
        assert data.logits is not None, "`check` refuses data without logits"
        return SoftTargets(
            data.logits,
            temperatures=[model.temperature for model in models],
            calibrations=[model.calibration for model in models],
            keeps=[model.keep(len(data.vocabulary)) for model in models],
            like=like,
            others=[0.0 if model.others == "zero" or model.loss == "logits" else -np.inf for model in models],
            raw=[model.loss == "logits" for model in models],
        )

    @staticmethod
    def entropies(models: Sequence["NeuralTopicModel"], targets: Targets, data: TrainingData) -> list[float]:
        """For each model, what its cross-entropies have in excess of its loss.

        KL(y || y_hat) is the cross-entropy less the entropy of y, which no weight changes: it is computed once for all
        models (seeds, say) whose targets are the same.
        """
        alike = [(m.loss, m.temperature, m.calibration, m.others, m.keep(len(data.vocabulary))) for m in models]
        found = {one: mean_entropy(targets, len(data.texts), alike.index(one)) for one in set(alike) if one[0] == "kl"}
        return [found.get(one, 0.0) for one in alike]


MODEL = NeuralTopicModel
