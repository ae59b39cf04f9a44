"""Word association: which words of a vocabulary a language model says after each of them."""

from pathlib import Path

import numpy as np

from softtopics.teachers import causal_lm
from softtopics.teachers.prompts import Prompt
from softtopics.teachers.word_scores import score_words

PROMPT = Prompt("A list of related words: {document},")


def associations(
    vocabulary: list[str],
    folder: str | Path,
    *,
    prompt: Prompt = PROMPT,
    trust_remote_code: bool = False,
    **reading: object,
) -> tuple[np.ndarray, dict]:
    """Next-token scores of every word's first token after every word.

    Args:
        vocabulary: V words, each of which is read as a document is.
        folder: the language model's folder.
        prompt: what surrounds a word.
        trust_remote_code: run code that the model's folder carries.
        reading: batch_tokens and dtype of `causal_lm.read`.

    Returns:
        V x V float32 logits (a row for each word that is read), and an account of the reading.

    Raises:
        InputError: the prompt is not for this model, or the model cannot be read in batches.
    """
    states, about = causal_lm.read(vocabulary, folder, prompt, trust_remote_code=trust_remote_code, **reading)
    logits, collisions = score_words(states, vocabulary, folder, forms=["written"], trust_remote_code=trust_remote_code)
    return logits, about | collisions
