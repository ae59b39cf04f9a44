"""Word vectors for the models whose topics are points among words: learned from the corpus, or pretrained ones."""

import logging

import numpy as np
from gensim.models import KeyedVectors, Word2Vec

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
    """V x E vectors, centred: what all words share says nothing, and lets beta collapse to one topic.

    Args:
        words: the vocabulary words of each of N documents in reading order.
        vocabulary: V words.
        kind: `corpus` (skip-gram vectors of these documents, Mikolov et al. 2013), `file` (word2vec's text format) or
            `gensim` (a model of gensim's downloader).
        size: E of the corpus's own vectors.
        epochs: passes for the corpus's own vectors; small corpora need many.
        path: of kind `file`.
        name: of kind `gensim`, say glove-wiki-gigaword-200.

    Returns:
        float32 vectors of unit variance, and an account: kind, size and the words without a vector of their own, which
        get a random one.

    Raises:
        InputError: the pretrained vectors cannot be read or know none of the words.
    """
    if kind == "corpus":
        # One worker: several would make the vectors depend on their race.
        model = Word2Vec(words, vector_size=size, epochs=epochs, sg=1, window=10, min_count=1, seed=0, workers=1).wv
        source = "corpus"
    else:
        source = path if kind == "file" else name
        model = read_file(source) if kind == "file" else download(source)
    known = [word for word in vocabulary if word in model]
    if not known:
        raise InputError(f"word_vectors: {source} has none of the vocabulary's words; take other vectors")
    spread = model[known].std()
    rng = np.random.default_rng(0)
    rows = [model[w] if w in model else rng.normal(scale=spread, size=model.vector_size) for w in vocabulary]
    matrix = np.stack(rows).astype(np.float32)
    matrix -= matrix.mean(axis=0)
    lacking = sorted(set(vocabulary) - set(known))
    log.info("%d vectors of %d dimensions (%s), %d of them random", len(rows), model.vector_size, source, len(lacking))
    return matrix / matrix.std(), {"kind": kind, "source": source, "size": model.vector_size, "lacking": lacking}


def read_file(path: str) -> KeyedVectors:
    try:
        return KeyedVectors.load_word2vec_format(path)
    except (OSError, ValueError) as error:
        raise InputError(
            f"word_vectors: {path} is no word2vec text file ({error}); convert it or correct it"
        ) from error


def download(name: str) -> KeyedVectors:
    from gensim import downloader  # it looks at a folder of the user's when it is imported

    try:
        return downloader.load(name)
    except (OSError, ValueError) as error:
        raise InputError(
            f"word_vectors: gensim's downloader gave no {name} ({error}); check the name and the network, or download "
            "the vectors elsewhere and give kind: file"
        ) from error
