"""The neural topic models as one: what is read, what is reconstructed, by which decoder.

The proposed model (DSL, "Improving Neural Topic Modeling with Semantically-Grounded Soft Label Distributions", arXiv
2602.17907) reads hidden states and reconstructs soft labels with ProdLDA's decoder. ProdLDA (Srivastava and Sutton
2017), CombinedTM and ZeroShotTM (Bianchi et al. 2021), ETM (Dieng et al. 2020) and ECRTM (Wu et al. 2023) are other
settings.
"""

import logging
import math
import time
from typing import Self

import numpy as np
import torch
from torch import Tensor

from softtopics.errors import InputError
from softtopics.models import ensemble
from softtopics.models.base import TopicModel, TrainingData
from softtopics.models.ensemble import Documents, Member, Schedule
from softtopics.models.family import Shape
from softtopics.models.inputs import standardized
from softtopics.models.targets import CountTargets, SoftTargets, mean_entropy
from softtopics.runtime import device

log = logging.getLogger(__name__)

CHOICES = {
    "reads": ("input", "bow", "both"),
    "target": ("soft_label", "bow", "counts"),
    "decoder": ("prodlda", "etm", "ecrtm"),
    "loss": ("kl", "cross_entropy"),
}
OWN = ("random_state", "temperature", "calibration", "top_k", "keep_ratio", "loss", "reconstruction_weight")


class NeuralTopicModel(TopicModel):
    """A point of the family; the defaults are the paper's proposed model.

    Loss of a document: KL(q || prior) + `reconstruction_weight` * KL(y || y_hat), summed over the batch.

    Args:
        n_topics: K.
        random_state: seeds the initial weights, the batches, the noise and the dropout.
        reads: `input` (hidden states or embeddings), `bow` (the bag of words) or `both`.
        target: `soft_label` (the teacher's), `bow` (relative word frequencies) or `counts` (of words).
        decoder: `prodlda`, `etm` or `ecrtm`.
        loss: `kl` or `cross_entropy`; they differ by the target's entropy, a constant of the data.
        temperature: tau of a soft label and of its reconstruction (not by ETM, whose y_hat is no softmax).
        calibration: share of the corpus-mean logit removed from the soft label, see `SoftTargets`.
        top_k: words of a document that keep their probability; None: all.
        keep_ratio: the same as a share of the vocabulary.
        standardize: inputs to zero mean and unit variance, dimension by dimension (the paper does not).
        reconstruction_weight: lambda; None: 1000 for distributions, as in the paper, 1 for counts.
        momentum: Adam's first beta; None: .99, as in the paper, and .9 for etm and ecrtm: at .99 ETM does not
            get off the ground.
        samples: draws that theta is the mean of (not with etm, whose theta is that of the posterior's mean).
        clustering_weight: of ECRTM's regulariser.
        precision: of matrix products, as in `torch.set_float32_matmul_precision`; `medium` lets a CPU with AVX512-BF16
            multiply in bfloat16, which changes results by rounding.
    """

    packages = ("torch",)

    def __init__(
        self,
        n_topics: int,
        *,
        random_state: int,
        reads: str = "input",
        target: str = "soft_label",
        decoder: str = "prodlda",
        loss: str = "kl",
        temperature: float = 3.0,
        calibration: float = 0.0,
        top_k: int | None = None,
        keep_ratio: float | None = None,
        standardize: bool = False,
        hidden: int = 200,
        dropout: float = 0.2,
        reconstruction_weight: float | None = None,
        learning_rate: float = 2e-3,
        momentum: float | None = None,
        batch_size: int = 64,
        epochs: int = 100,
        samples: int = 10,
        clustering_weight: float = 100.0,
        precision: str = "highest",
    ) -> None:
        super().__init__(n_topics, random_state=random_state)
        self.reads, self.target, self.decoder, self.loss = reads, target, decoder, loss
        self.temperature, self.calibration = temperature, calibration
        self.top_k, self.keep_ratio = top_k, keep_ratio
        self.standardize = standardize
        self.hidden, self.dropout = hidden, dropout
        self.reconstruction_weight = reconstruction_weight
        self.learning_rate = learning_rate
        self.momentum = momentum if momentum is not None else 0.99 if decoder == "prodlda" else 0.9
        self.batch_size, self.epochs, self.samples = batch_size, epochs, samples
        self.clustering_weight = clustering_weight
        self.precision = precision

    def fit(self, data: TrainingData) -> Self:
        """As `fit_all` with one model."""
        self.fit_all([self], data)
        return self

    @classmethod
    def fit_all(cls, models: list[Self], data: TrainingData) -> list[float]:
        """Train models that differ in what `OWN` names together; each gets the result that it gets alone.

        Returns:
            The seconds of each: an equal share of the time of all.

        Raises:
            InputError: a setting has a value that there is not, or the input or teacher it asks for is not there.
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
        inputs = None if lead.reads == "bow" else lead.prepared_inputs(data).to(like)
        documents = Documents(data.bow.astype(np.float32), inputs, relative=lead.decoder == "etm", like=like)
        vectors = None
        if lead.decoder != "prodlda":
            vectors = [torch.from_numpy(data.vectors).to(like)] * len(models)
        shape = Shape(
            n_inputs=0 if inputs is None else inputs.shape[1],
            n_words=len(data.vocabulary),
            n_topics=lead.n_topics,
            hidden=lead.hidden,
            reads=lead.reads,
            decoder=lead.decoder,
            vector_size=vectors[0].shape[1] if vectors else 0,
        )
        schedule = Schedule(**{name: getattr(lead, name) for name in Schedule.__dataclass_fields__})
        targets = cls.targets(models, data, like)
        members = [Member(m.random_state, m.reconstruction_temperature, m.weight) for m in models]
        results = ensemble.train(shape, schedule, members, documents, targets, vectors)
        # KL(y || y_hat) is the cross-entropy less the entropy of y, which no weight changes: taken off at the end, and
        # computed once for the members (seeds, say) whose targets are the same.
        alike = [(m.loss, m.temperature, m.calibration, m.keep(len(data.vocabulary))) for m in models]
        entropies = {
            one: mean_entropy(targets, len(documents), alike.index(one)) for one in set(alike) if one[0] == "kl"
        }
        for model, one, result in zip(models, alike, results, strict=True):
            model.beta_, model.theta_ = result.beta, result.theta
            entropy = entropies.get(one, 0.0)
            model.losses_ = (result.losses - model.weight * entropy).tolist()
            log.info("K = %d, loss a document %.2f -> %.2f", model.n_topics, model.losses_[0], model.losses_[-1])
        return [(time.perf_counter() - started) / len(models)] * len(models)

    def check(self, data: TrainingData) -> None:
        for name, known in CHOICES.items():
            if getattr(self, name) not in known:
                raise InputError(f"methods: neural's {name} is {getattr(self, name)!r}; write {' or '.join(known)}")
        if self.reads != "bow" and data.inputs is None:
            raise InputError("methods: this model reads hidden states; name a teacher in `input`, or set reads: bow")
        if self.target == "soft_label" and data.logits is None:
            raise InputError("methods: this model learns from soft labels; name a `teacher`, or set target: bow")
        if self.decoder != "prodlda" and data.vectors is None:
            raise InputError(f"methods: {self.decoder} starts from word vectors; name some in `word_vectors`")

    @property
    def weight(self) -> float:
        if self.reconstruction_weight is not None:
            return self.reconstruction_weight
        return 1.0 if self.target == "counts" else 1000.0

    @property
    def reconstruction_temperature(self) -> float:
        return self.temperature if self.target == "soft_label" else 1.0

    def prepared_inputs(self, data: TrainingData) -> Tensor:
        inputs = torch.from_numpy(np.asarray(data.inputs, dtype=np.float32))
        return standardized(inputs) if self.standardize else inputs

    def keep(self, n_words: int) -> int:
        """How many words of a document keep their probability."""
        keep = n_words if self.top_k is None else min(self.top_k, n_words)
        return keep if self.keep_ratio is None else min(keep, math.ceil(self.keep_ratio * n_words))

    @staticmethod
    def targets(models: list["NeuralTopicModel"], data: TrainingData, like: Tensor) -> SoftTargets | CountTargets:
        if models[0].target != "soft_label":
            return CountTargets(data.bow, relative=models[0].target == "bow", like=like)
        return SoftTargets(
            data.logits,
            temperatures=[model.temperature for model in models],
            calibrations=[model.calibration for model in models],
            keeps=[model.keep(len(data.vocabulary)) for model in models],
            like=like,
        )


MODEL = NeuralTopicModel
