"""Hidden states -> word scores: one matrix product, the language model is not run again."""

from collections import Counter
from pathlib import Path

import numpy as np
from safetensors.torch import load_file
from transformers import AutoTokenizer, PreTrainedTokenizerBase

from softtopics.teachers.lms import HEAD

FORMS = {
    "written": lambda word: word,
    "capitalized": str.capitalize,
    "upper": str.upper,
}


def score_words(
    hidden: np.ndarray, vocabulary: list[str], folder: str | Path, *, forms: list[str], trust_remote_code: bool = False
) -> tuple[np.ndarray, dict]:
    """Next-token scores of words, read at the first token of each of their surface forms.

    A word's score is log sum exp over the distinct first tokens of " " + form: the log-probability, up to a
    constant of the document, that the next token begins one of the forms. `forms = ["written"]` is the paper's.

    Args:
        hidden: N x D last states.
        vocabulary: V words.
        folder: the language model's folder.
        forms: of `written`, `capitalized`, `upper`.
        trust_remote_code: run code that the model's folder carries.

    Returns:
        N x V float32 logits, and an account of words that share all their tokens with another word.
    """
    tokenizer = AutoTokenizer.from_pretrained(folder, trust_remote_code=trust_remote_code)
    weight, bias = head(folder)
    logits = None
    seen: list[list[int]] = []
    for form in forms:
        tokens = first_tokens(tokenizer, [FORMS[form](word) for word in vocabulary])
        scores = hidden @ weight[tokens].T + (bias[tokens] if bias is not None else 0)
        for earlier in seen:  # a token counts once, also where two forms begin alike
            scores[:, [a == b for a, b in zip(tokens, earlier, strict=True)]] = -np.inf
        logits = scores if logits is None else np.logaddexp(logits, scores)
        seen.append(tokens)
    readings = Counter(zip(*seen, strict=True))
    shared = {
        word: tokenizer.decode(list(tokens))
        for word, *tokens in zip(vocabulary, *seen, strict=True)
        if readings[tuple(tokens)] > 1
    }
    return logits.astype(np.float32, copy=False), {"collisions": len(shared), "collided_words": shared}


def first_tokens(tokenizer: PreTrainedTokenizerBase, words: list[str]) -> list[int]:
    """The first token of " " + word; after a tokenizer's lone space token, the token that follows it."""
    encoded = tokenizer([" " + word for word in words], add_special_tokens=False)["input_ids"]
    return [next((t for t in tokens if tokenizer.decode([t]).strip()), tokens[0]) for tokens in encoded]


def head(folder: str | Path) -> tuple[np.ndarray, np.ndarray | None]:
    """The language model's output matrix (tokens x D, float32) and its bias, without loading the model."""
    tensors = load_file(Path(folder) / HEAD)
    bias = tensors["bias"].float().numpy() if "bias" in tensors else None
    return tensors["weight"].float().numpy(), bias
