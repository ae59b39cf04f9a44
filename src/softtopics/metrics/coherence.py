"""Do a topic's words go together in a reference text? C_V, NPMI, UCI and UMass, from counts made once.

The values are those of gensim's CoherenceModel. C_V can also be Palmetto's, the program of its authors (Röder et
al. 2015; github.com/dice-group/Palmetto). Both segment a topic into each word against all (S_one_set), add 1e-12 to
joint probabilities, do not weight confirmations (gamma = 1), and count windows within documents, a short document
being one. They differ in three things:

- a word that occurs twice in a window (`cooccurrence.count`);
- Palmetto takes a word or pair found in fewer than 10 x 110 windows to be never found;
- where a word is never found, its confirmations in Palmetto, and so its part in the mean, are 0; gensim leaves it out.

So Palmetto's is meant for a large reference: in a small corpus of short documents nothing reaches 1,100 windows.
"""

import logging
from collections.abc import Sequence

import numpy as np

from softtopics.metrics.catalogue import CORPUS, measured_in
from softtopics.metrics.counts import Counts, Windows
from softtopics.metrics.evaluation import Evaluation

log = logging.getLogger(__name__)

MEASURES = ("c_v", "c_npmi", "c_uci", "u_mass")
EPSILON = 1e-12
# Of a topic of which fewer than two words are known. (C_V is a cosine of NPMI values, about 0 for words without a tie.)
LOWEST = {"c_v": 0.0, "c_npmi": -1.0, "c_uci": np.log(EPSILON), "u_mass": np.log(EPSILON)}
RARE = 1100  # Palmetto.getSWProbabilityEstimator: 10 times the size of the window


def scores(evaluation: Evaluation) -> dict[str, float]:
    """Means over topics in every reference text, and how many of all top words an external one lacks."""
    found: dict[str, float] = {}
    for reference, counts in evaluation.counts.items():
        means = {name: float(values.mean()) for name, values in coherence(evaluation.topics, counts).items()}
        if reference != CORPUS:
            means["missing_words"] = float(sum(map(len, missing_words(evaluation.topics, counts))))
        found |= {measured_in(name, reference): value for name, value in means.items()}
        warn(evaluation.topics, counts, f"{reference}, seed {evaluation.run.seed}")
    if short := sum(len(words) < evaluation.n_words for words in evaluation.topics):
        log.warning(
            "seed %d: %d of %d topics have fewer than %d words of weight above 0, and are scored by those they have",
            evaluation.run.seed,
            short,
            len(evaluation.topics),
            evaluation.n_words,
        )
    return found


def warn(topics: Sequence[Sequence[str]], counts: Counts, where: str) -> None:
    """Name in the log the words that count for nothing in a reference, and the topics that are left with too few."""
    missing = missing_words(topics, counts)
    for words, problem in (
        (missing, "not there and are left out"),
        (rare_words(topics, counts), "in fewer than 1,100 windows, which Palmetto's C_V takes for never"),
    ):
        if number := sum(map(len, words)):
            named = " ".join(sorted({word for topic in words for word in topic}))
            log.warning("%s: %d of %d top words are %s: %s", where, number, sum(map(len, topics)), problem, named)
    for topic, absent in zip(topics, missing, strict=True):
        if len(topic) - len(absent) < 2:
            log.warning("%s: there is nothing to score in the topic %s", where, " ".join(topic) or "without words")


def coherence(topics: Sequence[Sequence[str]], counts: Counts) -> dict[str, np.ndarray]:
    """Coherence of each topic.

    C_V (Röder et al. 2015): the mean cosine between each word's NPMI with all words and the sum of these vectors;
    windows of 110 tokens. NPMI (Bouma 2009) and UCI (Newman et al. 2010; PMI): means over pairs; windows of 10.
    UMass (Mimno et al. 2011): the mean of log P(word | earlier word); documents.

    Words that the reference lacks are left out. A topic with fewer than two words in it, or at all, says nothing: it
    scores 0, and log(1e-12) by UMass, whose best value is 0.

    Args:
        topics: T lists of distinct words of the vocabulary, the strongest first; they may be of different lengths.
        counts: of the reference.

    Returns:
        T values for each of `MEASURES`.

    Raises:
        ValueError: there is no topic, or one has a word twice, or one outside the vocabulary.
    """
    words, here = places(topics, counts.vocabulary)
    known = here & (counts.documents.occurrences[words] > 0)
    pairs = known[:, :, None] & known[:, None, :]
    different = pairs & ~np.eye(words.shape[1], dtype=bool)
    ratio, npmi = confirmation(counts.narrow, words, pairs)
    scores = {
        "c_v": one_set(counts, words, here, known),
        "c_npmi": mean(npmi, different),
        "c_uci": mean(ratio, different),
        "u_mass": mean(log_conditional(counts.documents, words, pairs), np.tril(different)),
    }
    nothing = known.sum(axis=1) < 2
    return {name: np.where(nothing, LOWEST[name], scores[name]) for name in MEASURES}


def missing_words(topics: Sequence[Sequence[str]], counts: Counts) -> list[list[str]]:
    """The words of each topic that the reference lacks."""
    absent = {word for word, n in zip(counts.vocabulary, counts.documents.occurrences, strict=True) if n == 0}
    return [[word for word in topic if word in absent] for topic in topics]


def rare_words(topics: Sequence[Sequence[str]], counts: Counts) -> list[list[str]]:
    """The words of each topic that Palmetto's C_V takes to be never found; none where C_V is gensim's."""
    rarest = RARE if counts.c_v == "palmetto" else 0
    rare = {word for word, n in zip(counts.vocabulary, counts.wide.occurrences, strict=True) if n < rarest}
    return [[word for word in topic if word in rare] for topic in topics]


def places(topics: Sequence[Sequence[str]], vocabulary: Sequence[str]) -> tuple[np.ndarray, np.ndarray]:
    """T x W places in the vocabulary, and which of them are words: shorter topics are filled up."""
    if not topics:
        raise ValueError("there is no topic to score")
    if twice := [topic for topic in topics if len(set(topic)) < len(topic)]:
        raise ValueError(f"a word stands twice in the topic {' '.join(twice[0])}")
    place = {word: position for position, word in enumerate(vocabulary)}
    if strange := sorted({word for topic in topics for word in topic} - place.keys()):
        raise ValueError(f"not in the vocabulary: {', '.join(strange)}")
    words = np.zeros((len(topics), max(map(len, topics))), dtype=np.int64)
    here = np.zeros(words.shape, dtype=bool)
    for row, topic in enumerate(topics):
        words[row, : len(topic)] = [place[word] for word in topic]
        here[row, : len(topic)] = True
    return words, here


def confirmation(
    windows: Windows, words: np.ndarray, pairs: np.ndarray, rare: int = 0
) -> tuple[np.ndarray, np.ndarray]:
    """PMI and NPMI of all pairs of each topic's words, T x W x W, and 0 where `pairs` is false.

    A pair found in fewer than `rare` windows counts as never found.
    """
    joint = windows.among(words)
    joint = np.where(joint < rare, 0, joint) / windows.total + EPSILON
    alone = windows.occurrences[words] / windows.total
    independent = np.where(pairs, alone[:, :, None] * alone[:, None, :], 1)
    ratio = np.where(pairs, np.log(joint / independent), 0)
    return ratio, np.where(pairs, ratio / -np.log(joint), 0)


def one_set(counts: Counts, words: np.ndarray, here: np.ndarray, known: np.ndarray) -> np.ndarray:
    """C_V: the mean over a topic's words of the cosine between each word's vector of NPMI and their sum."""
    rare = RARE if counts.c_v == "palmetto" else 0
    found = known & (counts.wide.occurrences[words] >= rare)
    _, vectors = confirmation(counts.wide, words, found[:, :, None] & found[:, None, :], rare)
    whole = vectors.sum(axis=1, keepdims=True)
    lengths = np.linalg.norm(vectors, axis=2) * np.linalg.norm(whole, axis=2)
    cosines = np.divide((vectors * whole).sum(axis=2), lengths, out=np.zeros(lengths.shape), where=lengths > 0)
    return mean(cosines, here if counts.c_v == "palmetto" else known)


def log_conditional(documents: Windows, words: np.ndarray, pairs: np.ndarray) -> np.ndarray:
    """log P(i | j) of all pairs of each topic's words, T x W x W."""
    joint = documents.among(words) / documents.total + EPSILON
    alone = (documents.occurrences[words] / documents.total)[:, None, :]
    return np.log(joint / np.where(pairs, alone, 1))


def mean(values: np.ndarray, where: np.ndarray) -> np.ndarray:
    """Over all axes but the first; 0 where there is nothing."""
    axes = tuple(range(1, values.ndim))
    return (values * where).sum(axis=axes) / np.maximum(where.sum(axis=axes), 1)
