"""Word vectors for the models whose topics are points among words: learned from the corpus, or pretrained."""

import logging

import numpy as np
from gensim.models import KeyedVectors, Word2Vec

from softtopics.corpora.vector_files import read_vectors
from softtopics.errors import InputError

log = logging.getLogger(__name__)


def word_vectors(
    words: list[list[str]],
    vocabulary: list[str],
    *,
    kind: str,
    size: int = 300,
    epochs: int = 50,
    path: str | None = None,
    name: str | None = None,
) -> tuple[np.ndarray, dict]:
    """V x E vectors, centred, because what all words share carries no information and lets beta collapse to one topic.

    Args:
        words: for each of N documents, its vocabulary words in reading order.
        vocabulary: V words.
        kind: `corpus` (skip-gram vectors of these documents, Mikolov et al. 2013), `file` (word2vec's or GloVe's text
            format) or `gensim` (a model of gensim's downloader).
        size: E of vectors of kind `corpus`.
        epochs: passes over the corpus for vectors of kind `corpus`; small corpora need many.
        path: for kind `file`.
        name: for kind `gensim`, e.g. glove-wiki-gigaword-200.

    Returns:
        float32 vectors of unit variance, and an account: kind, source, size and the words that have no vector and get a
        random one.

    Raises:
        InputError: the pretrained vectors cannot be read or contain none of the words.
    """
    source = {"corpus": "corpus", "file": path, "gensim": name}[kind]
    if source is None:
        raise InputError(f"word_vectors: kind {kind} needs a {'path' if kind == 'file' else 'name'}; give one")
    if kind == "corpus":
        # One worker: with several, the vectors would depend on which is faster.
        model = Word2Vec(words, vector_size=size, epochs=epochs, sg=1, window=10, min_count=1, seed=0, workers=1).wv
    else:
        model = read_vectors(source, vocabulary) if kind == "file" else download(source)
    known = [word for word in vocabulary if word in model]
    if not known:
        raise InputError(f"word_vectors: {source} has none of the vocabulary's words; take other vectors")
    spread = model[known].std()
    rng = np.random.default_rng(0)
    rows = [model[w] if w in model else rng.normal(scale=spread, size=model.vector_size) for w in vocabulary]
    matrix = centred(np.stack(rows).astype(np.float32), source)
    lacking = sorted(set(vocabulary) - set(known))
    log.info("%d vectors of %d dimensions (%s), %d of them random", len(rows), model.vector_size, source, len(lacking))
    return matrix, {"kind": kind, "source": source, "size": model.vector_size, "lacking": lacking}


def encoded(rows: np.ndarray, about: dict, teacher: str) -> tuple[np.ndarray, dict]:
    """The same of what a sentence encoder, a teacher, made of the V words: V x E rows and an account of the reading."""
    return centred(rows, teacher), {"kind": "encoder", "source": teacher, "size": rows.shape[1], "lacking": [], **about}


def centred(matrix: np.ndarray, source: str) -> np.ndarray:
    """V x E float32 vectors without their mean, at unit variance.

    Raises:
        InputError: all words have the same vector.
    """
    matrix = matrix - matrix.mean(axis=0)
    if not matrix.any():
        raise InputError(f"word_vectors: {source} has the same vector for all words; take other vectors")
    return matrix / matrix.std()


def download(name: str) -> KeyedVectors:
    from gensim import downloader  # here, because importing it looks into the user's home folder

    try:
        return downloader.load(name)
    except (OSError, ValueError) as error:
        raise InputError(
            f"word_vectors: gensim's downloader gave no {name} ({error}); check the name and the network, or download "
            "the vectors elsewhere and give kind: file"
        ) from error
