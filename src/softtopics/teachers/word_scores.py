"""Hidden states -> word scores: one matrix product, without running the language model again."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple, cast

import numpy as np
import torch
from transformers import AutoTokenizer, PreTrainedTokenizerBase

from softtopics.errors import InputError
from softtopics.storage import check_folder
from softtopics.teachers.lm_head import Head

FORMS = {
    "written": lambda word: word,
    "capitalized": str.capitalize,
    "upper": str.upper,
}
ROWS = 4096  # documents in one matrix product


class Spellings(NamedTuple):
    """The token sequences that spell words; those of one word follow each other, each once.

    Attributes:
        tokens: P sequences.
        starts: for each of V words, the place of its first sequence.
    """

    tokens: list[tuple[int, ...]]
    starts: np.ndarray

    def per_word(self, scores: np.ndarray) -> np.ndarray:
        """B x P log-probabilities -> B x V: log sum exp over the spellings of each word."""
        return np.logaddexp.reduceat(scores, self.starts, axis=1)


def spell(
    tokenizer: PreTrainedTokenizerBase,
    vocabulary: list[str],
    *,
    forms: list[str],
    unspaced: bool = False,
    first: bool = False,
) -> Spellings:
    """Every way to spell each word: in each surface form, after a space and, if `unspaced`, without one.

    Args:
        tokenizer: the language model's.
        vocabulary: V words.
        forms: of `written`, `capitalized`, `upper`.
        unspaced: whether each form is also spelled without the space in front.
        first: whether only the first token is kept, as in the paper.

    Raises:
        InputError: the tokenizer has no token for a word.
    """
    spaces = ("", " ") if unspaced else (" ",)
    spelled = []
    for form in forms:
        for space in spaces:
            words = [space + FORMS[form](word) for word in vocabulary]
            tokens = tokenizer(words, add_special_tokens=False)["input_ids"]
            if [] in tokens:
                raise InputError(
                    f"vocabulary: {tokenizer.name_or_path} has no token for {words[tokens.index([])]!r}; take the word "
                    "out of the texts, or another model"
                )
            spelled.append(tokens)
    sequences: list[tuple[int, ...]] = []
    starts = []
    for ways in zip(*spelled, strict=True):
        starts.append(len(sequences))
        kept = (tuple(without_lone_space(tokenizer, tokens)) for tokens in ways)
        sequences += dict.fromkeys(tokens[:1] if first else tokens for tokens in kept)
    return Spellings(sequences, np.array(starts))


def without_lone_space(tokenizer: PreTrainedTokenizerBase, tokens: list[int]) -> list[int]:
    """Some tokenizers put a token of only white space before a word, which says nothing about the word."""
    while len(tokens) > 1 and not decode(tokenizer, tokens[:1]).strip():
        tokens = tokens[1:]
    return tokens


def decode(tokenizer: PreTrainedTokenizerBase, tokens: Sequence[int]) -> str:
    return cast(str, tokenizer.decode(list(tokens)))  # of a batch of sequences it would be a list


def score_words(
    hidden: np.ndarray,
    vocabulary: list[str],
    folder: str | Path,
    *,
    forms: list[str],
    unspaced: bool = False,
    trust_remote_code: bool = False,
) -> tuple[np.ndarray, dict]:
    """Next-token scores of words, read at the first token of each of their spellings.

    A word's score is log sum exp over the distinct first tokens of its spellings: the log-probability, up to a constant
    of the document, that the next token is one of them. The paper's score is that of `forms = ["written"]`.

    Args:
        hidden: N x D last states.
        vocabulary: V words.
        folder: the language model's folder.
        forms: surface forms, see `spell`.
        unspaced: whether words are also spelled without the space in front.
        trust_remote_code: run code that the model's folder carries.

    Returns:
        N x V float32 logits, and an account of the words that share all their tokens with another word.
    """
    check_folder(folder)
    tokenizer = AutoTokenizer.from_pretrained(folder, trust_remote_code=trust_remote_code)
    spellings = spell(tokenizer, vocabulary, forms=forms, unspaced=unspaced, first=True)
    head = Head.load(folder).only([tokens[0] for tokens in spellings.tokens])
    logits = np.empty((len(hidden), len(vocabulary)), dtype=np.float32)
    for start in range(0, len(hidden), ROWS):
        states = torch.from_numpy(np.array(hidden[start : start + ROWS]))
        logits[start : start + ROWS] = spellings.per_word(head.logits(states).numpy())
    return logits, collisions(tokenizer, vocabulary, spellings)


def collisions(tokenizer: PreTrainedTokenizerBase, vocabulary: list[str], spellings: Spellings) -> dict:
    """Words that are spelled by the same tokens as another word, and therefore have the same score."""
    ends = [*spellings.starts[1:], len(spellings.tokens)]
    spelled = [tuple(spellings.tokens[a:b]) for a, b in zip(spellings.starts, ends, strict=True)]
    count = Counter(spelled)
    shared = {
        word: " | ".join(decode(tokenizer, tokens) for tokens in ways)
        for word, ways in zip(vocabulary, spelled, strict=True)
        if count[ways] > 1
    }
    return {"collisions": len(shared), "collided_words": shared}
