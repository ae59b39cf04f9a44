"""Do a topic's words go together in a reference corpus? C_V and NPMI, as gensim computes them."""

from collections.abc import Sequence

import numpy as np
from gensim.corpora import Dictionary
from gensim.models.coherencemodel import CoherenceModel

MEASURES = ("c_v", "c_npmi")


def coherence(
    topics: Sequence[Sequence[str]], texts: Sequence[Sequence[str]], measures: Sequence[str] = MEASURES
) -> dict[str, np.ndarray]:
    """Coherence of each topic.

    C_V (Röder et al. 2015) uses a sliding window of 110 tokens, NPMI (Bouma 2009) one of 10. All topics, also
    those of several models, cost one pass over the texts.

    Args:
        topics: T lists of words.
        texts: the reference, tokenised.
        measures: names that gensim knows.

    Returns:
        T values for each measure.

    Raises:
        ValueError: a word is not in the texts (gensim would answer NaN), a topic has fewer than two words, or a
            value is not finite.
    """
    dictionary = Dictionary(texts)
    missing = sorted({word for topic in topics for word in topic} - dictionary.token2id.keys())
    if missing:
        raise ValueError(f"not in the reference texts: {', '.join(missing)}")
    if not topics or min(map(len, topics)) < 2:
        raise ValueError("coherence is about pairs of words: every topic needs at least two, and there must be a topic")
    scores = {}
    for measure in measures:
        # Errors in gensim's worker processes are lost; in its own process they are raised.
        model = CoherenceModel(
            topics=[list(topic) for topic in topics],
            texts=texts,
            dictionary=dictionary,
            coherence=measure,
            topn=max(map(len, topics)),
            processes=1,
        )
        scores[measure] = np.array(model.get_coherence_per_topic())
        if not np.isfinite(scores[measure]).all():
            topic = topics[int(np.flatnonzero(~np.isfinite(scores[measure]))[0])]
            raise ValueError(f"{measure} is not finite for the topic {' '.join(topic)}")
    return scores
