"""Word association: which words of a vocabulary a language model would say after each of them."""

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
    batch_tokens: int | None = None,
    dtype: str = "auto",
    trust_remote_code: bool = False,
) -> tuple[np.ndarray, dict]:
    """Next-token scores of every word's first token after every word.

    Args:
        vocabulary: V words, each of which is read like a document.
        folder: the language model's folder.
        prompt: what surrounds a word.
        batch_tokens, dtype: see `causal_lm.read`.
        trust_remote_code: run code that the model's folder carries.

    Returns:
        V x V float32 logits (a row for each word that is read), and an account of the reading.

    Raises:
        InputError: the prompt is not for this model, or the model cannot be read in batches.
    """
    states, about = causal_lm.read(
        vocabulary, folder, prompt, batch_tokens=batch_tokens, dtype=dtype, trust_remote_code=trust_remote_code
    )
    logits, collisions = score_words(states, vocabulary, folder, forms=["written"], trust_remote_code=trust_remote_code)
    return logits, about | collisions
