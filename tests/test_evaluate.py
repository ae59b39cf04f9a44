"""All scores of a cell at once."""

import numpy as np
import pandas as pd
import pytest
from scipy import sparse

from softtopics.artifacts import Corpus, Run
from softtopics.metrics.catalogue import METRICS
from softtopics.metrics.clustering import clustering_scores
from softtopics.metrics.coherence import coherence
from softtopics.metrics.diversity import inverted_rbo, topic_diversity
from softtopics.metrics.evaluate import evaluate_cell
from softtopics.metrics.retrieval import precision_by_divergence

WORDS = [f"w{i}" for i in range(30)]
N_DOCUMENTS = 60


@pytest.fixture
def corpus() -> Corpus:
    rng = np.random.default_rng(1)
    tokens = [rng.choice(WORDS, size=20) for _ in range(N_DOCUMENTS)]
    documents = pd.DataFrame({"label": np.arange(N_DOCUMENTS) % 3, "tokens": [" ".join(row) for row in tokens]})
    counts = np.array([[np.count_nonzero(row == word) for word in WORDS] for row in tokens])
    return Corpus(documents, WORDS, sparse.csr_matrix(counts))


def run(seed: int, n_topics: int) -> Run:
    rng = np.random.default_rng(seed)
    beta, theta = rng.normal(size=(n_topics, len(WORDS))), rng.dirichlet(np.ones(n_topics), size=N_DOCUMENTS)
    return Run(beta, theta, WORDS, seed=seed, seconds=1.5 * seed, versions={})


def test_every_seed_gets_the_scores_of_its_own_topics(corpus):
    runs = [run(seed=3, n_topics=4), run(seed=7, n_topics=6)]  # the second found more topics
    scores = evaluate_cell(runs, corpus, top_words=5).pivot(index="seed", columns="metric", values="value")
    assert list(scores.index) == [3, 7]
    for one in runs:
        topics = [[WORDS[word] for word in row] for row in np.argsort(-one.beta, axis=1)[:, :5]]
        expected = {name: values.mean() for name, values in coherence(topics, corpus.tokens).items()}
        expected |= clustering_scores(corpus.labels, one.theta.argmax(axis=1))
        expected |= precision_by_divergence(one.theta, corpus.labels)
        expected |= {"topic_diversity": topic_diversity(topics), "i_rbo": inverted_rbo(topics)}
        expected |= {"topics_found": len(one.beta), "seconds": one.seconds}
        assert scores.loc[one.seed].to_dict() == pytest.approx(expected)


def test_the_scores_are_those_of_the_catalogue(corpus):
    scores = evaluate_cell([run(seed=0, n_topics=4)], corpus, top_words=5)
    assert set(scores["metric"]) == set(METRICS) - {"llm_rating"}  # that one is asked for apart
    assert not scores.duplicated(["seed", "metric"]).any()


def test_without_labels_only_the_scores_that_need_none_are_given(corpus):
    unlabelled = Corpus(corpus.documents.assign(label=None), corpus.vocabulary, corpus.bow)
    scores = evaluate_cell([run(seed=0, n_topics=4)], unlabelled, top_words=5)
    assert set(scores["metric"]) == {name for name, m in METRICS.items() if not m.needs_labels} - {"llm_rating"}


def test_a_score_that_is_not_a_number_is_refused(corpus):
    broken = run(seed=5, n_topics=4)
    object.__setattr__(broken, "seconds", float("nan"))
    with pytest.raises(ValueError, match="seconds of seed 5 is nan"):
        evaluate_cell([broken], corpus, top_words=5)
