"""BERTopic: clusters of reduced document embeddings, described by class-based TF-IDF; its author's package.

Grootendorst, "BERTopic: Neural topic modeling with a class-based TF-IDF procedure", arXiv 2203.05794.
"""

import logging
from typing import Self

import numpy as np
from hdbscan import HDBSCAN
from sklearn.feature_extraction.text import CountVectorizer

from softtopics.config.kinds import Count, Several
from softtopics.errors import InputError
from softtopics.lean import kept_compiled, without
from softtopics.models.base import TopicModel, TrainingData
from softtopics.models.least import CLUSTER, check_enough

UNUSED = ("plotly", "sentence_transformers", "transformers", "openai", "spacy", "datasets")
with without(*UNUSED), kept_compiled():
    from bertopic import BERTopic as Package
    from umap import UMAP

log = logging.getLogger(__name__)


class Reduced:
    """A fitted reduction and what it made of the training documents, in the form that the package can call."""

    def __init__(self, reduction: UMAP, reduced: np.ndarray) -> None:
        self.reduced = reduced
        self.transform = reduction.transform

    def fit_transform(self, *_: object, **__: object) -> np.ndarray:
        return self.reduced


class BERTopic(TopicModel):
    """BERTopic on given document embeddings and the corpus's vocabulary.

    Clusters are merged down to K topics and the outlier topic, which is left out of beta. theta is HDBSCAN's soft
    membership, so an outlier belongs to the topics near it. If there are fewer clusters than K, there are fewer topics.
    With `outlier_topic` the outlier topic is one of the K, and its share of a document is what no cluster claims.

    Args:
        n_topics: K, the largest number of topics.
        random_state: of UMAP, which runs on a single thread because of it.
        min_topic_size: smallest cluster; None: the first of N / 8K, half of that and so on down to 5 that gives K
            clusters, or else the one that gives the most. (With any one size HDBSCAN may find only two clusters in a
            whole corpus: 5,790 tweets, K = 25, two of three seeds.)
        n_neighbors: of UMAP.
        n_components: of UMAP.
        outlier_topic: whether the outlier topic counts as a topic.
    """

    packages = ("bertopic", "umap-learn", "hdbscan")
    needs = (("input", {}),)

    def __init__(
        self,
        n_topics: int,
        *,
        random_state: int,
        min_topic_size: Several | None = None,
        n_neighbors: Several = 15,
        n_components: Count = 5,
        outlier_topic: bool = False,
    ) -> None:
        super().__init__(n_topics, random_state=random_state)
        self.min_topic_size = min_topic_size
        self.n_neighbors, self.n_components = n_neighbors, n_components
        self.outlier_topic = outlier_topic

    def fit(self, data: TrainingData) -> Self:
        """Raises InputError: there are no document embeddings, or too few documents."""
        if data.inputs is None:
            raise InputError("methods.bertopic.input: BERTopic reads document embeddings; name a teacher")
        check_enough("bertopic", vars(self), len(data.inputs))
        reduction = UMAP(
            n_neighbors=self.n_neighbors,
            n_components=self.n_components,
            min_dist=0.0,
            metric="cosine",
            random_state=self.random_state,
        )
        reduced = reduction.fit_transform(np.asarray(data.inputs))
        size = self.min_topic_size or self.cluster_size(reduced)
        # The package deletes everything but ASCII letters and digits before it counts words, so a word may be lost and
        # its idf become infinite. Words are therefore replaced by their numbers.
        number = {word: f"w{index}" for index, word in enumerate(data.vocabulary)}
        model = Package(
            umap_model=Reduced(reduction, reduced),
            hdbscan_model=HDBSCAN(min_cluster_size=size, prediction_data=True, core_dist_n_jobs=1),
            vectorizer_model=CountVectorizer(vocabulary=number.values(), token_pattern=r"\S+", lowercase=False),
            nr_topics=self.n_topics + (not self.outlier_topic),
            calculate_probabilities=True,
        )
        documents = [" ".join(number[word] for word in words) for words in data.words]
        model.fit(documents, embeddings=np.asarray(data.inputs))
        if not model._outliers and len(model.get_topic_info()) > self.n_topics:
            model.reduce_topics(documents, nr_topics=self.n_topics)
        keep_outliers = self.outlier_topic and bool(model._outliers)
        self.beta_ = model.c_tf_idf_.toarray()[model._outliers - keep_outliers :]
        if np.ndim(model.probabilities_) != 2:
            raise InputError("methods.bertopic: no cluster of documents was found; lower its min_topic_size")
        self.package_, self.keeps_outliers_ = model, keep_outliers
        self.theta_ = self.shares(model.probabilities_)
        return self

    def transform(self, data: TrainingData) -> np.ndarray:
        """theta by UMAP's `transform` and HDBSCAN's `membership_vector`, as the package's own `transform` calls them.

        UMAP places the documents together, so that what it says of one moves with its company. Neither is a few
        arrays: a model that is applied later is trained again (`learned_` is None).

        Raises:
            InputError: the model is not trained, or there are no document embeddings.
        """
        if data.inputs is None:
            raise InputError("methods: BERTopic reads document embeddings; give those of the documents as `inputs`")
        if not hasattr(self, "package_"):
            raise InputError("methods: this BERTopic is not trained; call `fit` first")
        _, membership = self.package_.transform(data.texts, np.asarray(data.inputs))
        return self.shares(np.nan_to_num(membership))

    def shares(self, membership: np.ndarray) -> np.ndarray:
        """N x K with rows of sum 1, from memberships of clusters."""
        if self.keeps_outliers_:
            membership = np.column_stack([(1 - membership.sum(axis=1)).clip(0), membership])
        membership = membership + 1e-9  # a row without any membership is spread evenly
        return membership / membership.sum(axis=1, keepdims=True)

    def cluster_size(self, reduced: np.ndarray) -> int:
        """The size of the smallest cluster to ask HDBSCAN for, see `min_topic_size`."""
        found = {}
        size = max(CLUSTER, len(reduced) // (8 * self.n_topics))
        while size not in found:
            found[size] = HDBSCAN(min_cluster_size=size, core_dist_n_jobs=1).fit_predict(reduced).max() + 1
            if found[size] >= self.n_topics:
                break
            size = max(CLUSTER, size // 2)
        best = max(found, key=lambda size: found[size])
        log.info("clusters of at least %d documents: %d", best, found[best])
        return best


MODEL = BERTopic
