"""How likely each word of a topic is, given the others, to a language model: what a small one can judge.

The model has read every word a of the vocabulary, as a list that has just begun ("A list of related words: a,"), and
said how likely each other word b comes next (`teachers.associations`). Pointwise mutual information, log P(b | a) -
log P(b), takes out how frequent b is, P(b) being the mean of P(b | a) over all a. With m the mean PMI of a word and
the topic's other words, in both directions, the word belongs to its topic with probability sigmoid(m) at even odds;
the rating is the geometric mean of that over the topic's words, 0 to 1.

Every topic is then a look-up. Chosen on nine methods of WordNet topics and nouns with SmolLM2-135M (AUC of `validity`
with 1 and 3 of 10 words swapped, all topics): this one .61, .79 and .60, .76; the mean PMI .59, .76 and .58, .74; the
likelihood of the whole list less that of its words alone .58, .71 (topics; a sample), ten times as slow; the weakest
word alone .75, .86 and .71, .82, but it puts a topic above its own swapped version less often (.77 against .87).
Whole words in place of first tokens change nothing (.61, .79), and other wordings little or for the worse. A model
that spells is fooled by words that begin alike: "subversion subdirectory subquery" is rated .9.
"""

from pathlib import Path

import numpy as np
from scipy.special import expit, log_softmax, logsumexp

from softtopics.artifacts import read_array, read_words
from softtopics.metrics.raters.base import Rate, Topics


def mutual_information(logits: np.ndarray) -> np.ndarray:
    """V x V logits -> PMI of each word (column) after each other word (row); the diagonal is 0."""
    own = np.eye(len(logits), dtype=bool)
    likely = log_softmax(np.where(own, -np.inf, logits), axis=1)
    alone = logsumexp(likely, axis=0) - np.log(len(logits))
    return np.where(own, 0, likely - alone)


def rater(*, logits: str | Path, vocabulary: str | Path) -> Rate:
    """A rater that looks topics up.

    Args:
        logits: file of what `teachers.associations` gave for the vocabulary.
        vocabulary: file of the V words; a topic has at least two of them and no others.
    """
    information = mutual_information(np.asarray(read_array(logits)))
    information = (information + information.T) / 2
    place = {word: position for position, word in enumerate(read_words(vocabulary))}

    def rate(topics: Topics) -> np.ndarray:
        return np.array([rating_of(information, [place[word] for word in words]) for words in topics])

    return rate


def rating_of(information: np.ndarray, words: list[int]) -> float:
    """The geometric mean over at least two words of sigmoid(mean PMI with the others).

    Args:
        information: V x V symmetric PMI, 0 on the diagonal.
        words: places of the topic's words.
    """
    if len(words) < 2:
        raise ValueError("a rating is about words together: a topic needs at least two")
    belongs = information[np.ix_(words, words)].sum(axis=1) / (len(words) - 1)
    return float(np.exp(np.log(expit(belongs)).mean()))
