"""theta as features of documents that no model was trained on: retrieval of training documents, and a linear probe."""

from typing import Any, TypeAlias

import numpy as np
from scipy import sparse
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score, f1_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MaxAbsScaler, StandardScaler

from softtopics.artifacts import Corpus
from softtopics.metrics.evaluation import Evaluation
from softtopics.metrics.retrieval import precision_by_cosine, precision_by_divergence

ITERATIONS = 1000  # of the probe's solver
Rows: TypeAlias = Any  # N x D, an array or a sparse matrix


def scores(evaluation: Evaluation) -> dict[str, float]:
    """P@k of held-out documents by the divergence of theta, and the probe on theta.

    Raises:
        ValueError: there are no classes, or no held-out documents.
    """
    run = evaluation.run
    if evaluation.corpus.held_out is None or run.held_out_theta is None:
        raise ValueError("no documents are held out: a metric that needs them says needs_split in the catalogue")
    return held_out_scores(evaluation.corpus, evaluation.labels, run.theta, run.held_out_theta, distributions=True)


def held_out_scores(
    corpus: Corpus, labels: np.ndarray, train: Rows, test: Rows, *, distributions: bool = False
) -> dict[str, float]:
    """`held_out_p_at_<k>`, `probe_accuracy` and `probe_macro_f1` of any rows of documents.

    Args:
        corpus: N training and N' held-out documents.
        labels: N classes of the training documents.
        train, test: N x D and N' x D rows of them.
        distributions: whether rows are compared by divergence, else by cosine.
    """
    ranked = precision_by_divergence if distributions else precision_by_cosine
    precision = ranked(train, labels, queries=test, query_labels=corpus.held_out_labels)
    found = {f"held_out_{name}": value for name, value in precision.items()}
    return found | probe(train, test, labels, corpus.held_out_labels)


def probe(train: Rows, test: Rows, labels: np.ndarray, test_labels: np.ndarray) -> dict[str, float]:
    """Logistic regression (scikit-learn's defaults: L2, C = 1) on training rows, asked for the classes of the others.

    Columns are first brought to one scale, by the training rows, so that the penalty means the same for shares of
    topics, embeddings and hidden states: to zero mean and unit variance, sparse ones to a largest value of 1.

    Args:
        train, test: N x D and N' x D.
        labels, test_labels: their classes; a class that no training document has, -1, is never found.

    Returns:
        `probe_accuracy`; `probe_macro_f1`, the mean of F1 over the classes of the test documents.
    """
    scaler = MaxAbsScaler() if sparse.issparse(train) else StandardScaler()
    model = make_pipeline(scaler, LogisticRegression(max_iter=ITERATIONS))
    said = model.fit(as_floats(train), labels).predict(as_floats(test))
    classes = np.unique(test_labels)
    return {
        "probe_accuracy": float(accuracy_score(test_labels, said)),
        "probe_macro_f1": float(f1_score(test_labels, said, average="macro", labels=classes, zero_division=0)),
    }


def as_floats(rows: Rows) -> Rows:
    return rows.astype(np.float64)
