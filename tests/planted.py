"""A corpus whose topics are known, for the neural models."""

import numpy as np
import pytest
from scipy import sparse

from softtopics.models.base import TrainingData


@pytest.fixture(scope="module")
def planted() -> tuple[TrainingData, np.ndarray]:
    """200 documents of 4 topics with 10 words each; inputs and logits both know the topic."""
    rng = np.random.default_rng(0)
    topic = np.arange(200) % 4
    logits = rng.normal(size=(200, 40)).astype(np.float32)
    logits[np.arange(40)[None, :] // 10 == topic[:, None]] += 6
    inputs = (np.eye(4)[topic] * 3 + rng.normal(size=(200, 4)) * 0.3).astype(np.float32)
    words = [f"w{topic}{i}" for topic in range(4) for i in range(10)]
    bow = sparse.csr_matrix((rng.random((200, 40)) < 0.2).astype(np.int32))
    tokens = [[words[word] for word in row.indices] for row in bow]
    vectors = rng.normal(size=(40, 6)).astype(np.float32)
    return TrainingData([""] * 200, tokens, words, bow, inputs, logits, vectors), topic
