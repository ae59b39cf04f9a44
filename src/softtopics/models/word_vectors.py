"""Word vectors for the models whose topics are points among words: from a file, else learned from the corpus."""

import numpy as np

from softtopics.errors import InputError
from softtopics.models.base import TrainingData


def word_vectors(data: TrainingData, path: str | None, *, size: int, epochs: int, seed: int) -> np.ndarray:
    """V x E vectors, centred: what all words share says nothing, and lets beta collapse to one topic.

    Args:
        path: pretrained vectors in word2vec's text format; None: skip-gram vectors of the corpus (Mikolov et al. 2013).
        size: E of the corpus's own vectors.
        epochs: of the corpus's own vectors; small corpora need many.
        seed: of the corpus's own vectors, and of random vectors for words that the file lacks.

    Raises:
        InputError: the file of vectors cannot be read or knows none of the words.
    """
    # Imported here: most neural models need no vectors, and gensim takes half a second.
    from gensim.models import KeyedVectors, Word2Vec

    if path is None:
        model = Word2Vec(
            data.words, vector_size=size, epochs=epochs, sg=1, window=10, min_count=1, seed=seed, workers=1
        ).wv
    else:
        try:
            model = KeyedVectors.load_word2vec_format(path)
        except (OSError, ValueError) as error:
            raise InputError(f"methods: vectors: {path} is no word2vec text file ({error})") from error
    known = [word for word in data.vocabulary if word in model]
    if not known:
        raise InputError(f"methods: vectors: {path} has none of the vocabulary's words")
    rng = np.random.default_rng(seed)
    spread = model[known].std()
    rows = [model[w] if w in model else rng.normal(scale=spread, size=model.vector_size) for w in data.vocabulary]
    matrix = np.stack(rows).astype(np.float32)
    matrix -= matrix.mean(axis=0)
    return matrix / matrix.std()
