"""FASTopic: optimal transport between documents, topics and words; the network of its authors' package.

Wu et al., "FASTopic: Pretrained Transformer is a Fast, Adaptive, Stable, and Transferable Topic Model", NeurIPS 2024.
"""

from typing import Any, Literal, Self

import numpy as np
import torch
from scipy import sparse
from sklearn.preprocessing import normalize

from softtopics.config.kinds import Count, Positive
from softtopics.errors import InputError
from softtopics.lean import without
from softtopics.models.base import TopicModel, TrainingData
from softtopics.models.distances import SquaredDistances
from softtopics.models.transport import Likelihood, Plan, in_rows
from softtopics.models.vae.adam import Adam
from softtopics.models.vae.data import SoftTargets, moments, standardized
from softtopics.runtime import Progress, device

PLOTS = ("plotly", "plotly.figure_factory", "plotly.graph_objects", "plotly.subplots")
with without(*PLOTS, "sentence_transformers", stand_in=True):
    from fastopic._fastopic import fastopic as Package

ADAM = (0.9, 0.999)  # torch's defaults, which the package has


class Network(Package):
    """The authors' network with our plans, likelihood and distances, which are the same but for rounding."""

    def plan(self, left: torch.Tensor, right: torch.Tensor, weights: torch.Tensor, sharpness: float) -> tuple[Any, Any]:
        """The transport plan between two sets of points, and its cost."""
        costs = SquaredDistances.apply(left, right)
        plan = Plan.apply(costs, weights.squeeze(1).softmax(dim=0), sharpness)
        return plan, (plan * costs).sum()

    def words(self) -> tuple[torch.Tensor, torch.Tensor]:
        """beta K x V, and the cost of its plan."""
        plan, cost = self.plan(self.topic_embeddings, self.word_embeddings, self.word_weights, self.TW_alpha)
        return plan * len(plan), cost

    def forward(self, counts: torch.Tensor, row_of: torch.Tensor, documents: torch.Tensor) -> torch.Tensor:
        """The loss of N x V counts (see `transport.in_rows`) of documents with N x D embeddings."""
        plan, cost = self.plan(documents, self.topic_embeddings, self.topic_weights, self.DT_alpha)
        beta, cost_of_words = self.words()
        return Likelihood.apply(plan * len(plan), beta, counts, row_of) + cost + cost_of_words


class FASTopic(TopicModel):
    """FASTopic on given document embeddings; the package's defaults but for two, and the paper's number of epochs.

    A training takes a quarter of the package's time (1,454 entries, K = 50) and is the same but for rounding.

    200 full-batch steps at the package's learning rate, 0.002, leave every topic of a small corpus with the same words
    (1,200 dictionary entries, K = 50: topic diversity .02, and still .02 after 600 steps; at 0.01: .98).
    At the package's `document_topic_alpha` of 3, embeddings of short texts are too much alike, and topics coincide;
    its authors then advise 5 to 15 (5,000 titles, K = 50, 100 steps, alpha 3, 5, 10, 15: topic diversity .26, .47,
    .98, .97 and reconstruction 24.0, 21.9, 19.6, 19.5; 4,000 posts, 3, 10, 15: 399.2, 393.2, 393.2).

    Args:
        n_topics: K.
        random_state: seeds the initial topic and word embeddings.
        document_topic_alpha: Sinkhorn's alpha between documents and topics.
        topic_word_alpha: Sinkhorn's alpha between topics and words.
        theta_temperature: of the softmax that gives theta.
        learning_rate: Adam's.
        epochs: full-batch steps.
        standardize: inputs to zero mean and unit variance, dimension by dimension, as the hidden states of a language
            model need. Then all inputs are scaled to unit length, which sentence encoders give and the alphas are
            meant for. (With longer ones the Sinkhorn iterations converge slowly: 5,000 tweets take hours.)
        target: `counts` of words, or `soft_label`: the `top_k` likeliest words of the teacher, as in the DSL paper.
        temperature: tau of the soft label.
        top_k: words of a document that keep their probability.
    """

    packages = ("fastopic", "torch")
    needs = (("input", {}), ("teacher", {"target": ("soft_label",)}))

    def __init__(
        self,
        n_topics: int,
        *,
        random_state: int,
        document_topic_alpha: Positive = 10.0,
        topic_word_alpha: Positive = 2.0,
        theta_temperature: Positive = 1.0,
        learning_rate: Positive = 1e-2,
        epochs: Count = 200,
        standardize: bool = False,
        target: Literal["counts", "soft_label"] = "counts",
        temperature: Positive = 3.0,
        top_k: Count = 20,
    ) -> None:
        super().__init__(n_topics, random_state=random_state)
        self.document_topic_alpha, self.topic_word_alpha = document_topic_alpha, topic_word_alpha
        self.theta_temperature = theta_temperature
        self.learning_rate, self.epochs = learning_rate, epochs
        self.standardize = standardize
        self.target, self.temperature, self.top_k = target, temperature, top_k

    def fit(self, data: TrainingData) -> Self:
        """Raises InputError: there are no document embeddings, or no teacher for soft labels."""
        if data.inputs is None:
            raise InputError("methods.fastopic.input: FASTopic reads document embeddings; name a teacher")
        torch.manual_seed(self.random_state)
        network = Network(self.n_topics, self.theta_temperature, self.document_topic_alpha, self.topic_word_alpha)
        by = moments(data.inputs) if self.standardize else {}
        documents = torch.from_numpy(self.embeddings(data, by)).to(device())
        network.init(len(data.vocabulary), documents.shape[1])
        network.to(documents)
        counts, row_of = in_rows(self.targets(data), documents)
        optimizer = Adam(network.parameters(), self.learning_rate, ADAM)
        with Progress("steps", self.epochs) as progress:
            for _ in range(self.epochs):
                optimizer.zero_grad()
                network(counts, row_of, documents).backward()
                optimizer.step()
                progress.advance(1)
        with torch.inference_mode():
            self.beta_ = network.words()[0].cpu().numpy()
            topics = network.topic_embeddings
            near = self.log_nearness(documents, topics).logsumexp(dim=0)
        self.learned_ = by | {"topics": topics.detach().cpu().numpy(), "log_nearness": near.cpu().numpy()}
        self.theta_ = self.transform(data)
        return self

    def transform(self, data: TrainingData) -> np.ndarray:
        """theta as the package's `transform` has it: nearness to topics, each relative to its sum over training.

        In logarithms, since at a small temperature every nearness of a document would be 0.

        Raises:
            InputError: there are no document embeddings.
        """
        learned = self.learned()
        if data.inputs is None:
            raise InputError("methods: FASTopic reads document embeddings; give those of the documents as `inputs`")
        near = self.log_nearness(torch.from_numpy(self.embeddings(data, learned)), torch.from_numpy(learned["topics"]))
        return (near - torch.from_numpy(learned["log_nearness"])).softmax(dim=1).numpy()

    def embeddings(self, data: TrainingData, learned: dict[str, np.ndarray]) -> np.ndarray:
        """N x D of unit length."""
        found = np.array(data.inputs, dtype=np.float32)
        if self.standardize:
            found = standardized(torch.from_numpy(found), learned).numpy()
        return normalize(found)

    def log_nearness(self, documents: torch.Tensor, topics: torch.Tensor) -> torch.Tensor:
        """N x K: -squared distance / temperature."""
        return -SquaredDistances.apply(documents, topics) / self.theta_temperature

    def targets(self, data: TrainingData) -> sparse.csr_matrix:
        """N x V counts or soft labels."""
        if self.target not in ("counts", "soft_label"):
            raise InputError(f"methods: fastopic's target is {self.target!r}; write counts or soft_label")
        if self.target == "counts":
            return data.bow
        if data.logits is None:
            raise InputError("methods: this FASTopic learns from soft labels; name a `teacher`, or set target: counts")
        keep = min(self.top_k, len(data.vocabulary))
        soft = SoftTargets(
            data.logits, temperatures=[self.temperature], calibrations=[0.0], keeps=[keep], like=torch.zeros(0)
        )
        blocks = torch.arange(len(data.texts)).split(4096)
        return sparse.vstack([sparse.csr_matrix(soft.form(soft.gather(rows), 0).numpy()) for rows in blocks])


MODEL = FASTopic
