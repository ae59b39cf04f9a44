"""A causal language model rates topics from 1 to 3: the expectation over its next-token probabilities of the digits.

No answer is sampled, so the rating is deterministic and finer than three steps (as in G-Eval, Liu et al. 2023).
"""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from transformers import AutoTokenizer, PreTrainedTokenizerBase

from softtopics.errors import InputError
from softtopics.metrics.raters.base import PROMPT, RATINGS, Cache, Rate, Topics, place_words
from softtopics.teachers import causal_lm
from softtopics.teachers.lm_head import Head
from softtopics.teachers.lms import describe
from softtopics.teachers.prompts import Prompt


@dataclass(frozen=True)
class BeforeRating(Prompt):
    """A prompt up to where its next token is the rating.

    After "Rating:" comes " 1". For one tokenizer that is one token; another writes a token of space first and predicts
    the digit only after it. After white space, as at the beginning of a chat's answer, comes "1". So the prompt is
    tokenised with a rating behind it, and the rating's token taken off.
    """

    def rated(self, texts: list[str], tokenizer: PreTrainedTokenizerBase, rating: int) -> list[list[int]]:
        gap = "" if self.fill(texts[:1], tokenizer)[0][-1:].isspace() else " "
        return Prompt.tokens(replace(self, answer=f"{self.answer}{gap}{rating}"), texts, tokenizer)

    def tokens(self, texts: list[str], tokenizer: PreTrainedTokenizerBase) -> list[list[int]]:
        return [tokens[:-1] for tokens in self.rated(texts, tokenizer, RATINGS[0])]

    def digits(self, texts: list[str], tokenizer: PreTrainedTokenizerBase) -> list[int]:
        """The token of each rating behind the prompt.

        Raises:
            InputError: the ratings differ in more than their last token.
        """
        rated = {rating: self.rated(texts, tokenizer, rating) for rating in RATINGS}
        before = {tuple(map(tuple, ([tokens[:-1] for tokens in rows]))) for rows in rated.values()}
        last = {rating: {tokens[-1] for tokens in rows} for rating, rows in rated.items()}
        if len(before) > 1 or len(set.union(*last.values())) < len(RATINGS) or max(map(len, last.values())) > 1:
            raise InputError(
                f"rating.lm: the tokenizer of {tokenizer.name_or_path} does not write 1, 2 and 3 as one token each "
                "behind the prompt; take another model or kind"
            )
        return [token for tokens in last.values() for token in tokens]


def rater(
    *,
    lm: str | Path,
    cache: str | Path,
    prompt: str = PROMPT,
    chat: bool = True,
    dtype: str = "auto",
    batch_tokens: int | None = None,
    trust_remote_code: bool = False,
) -> Rate:
    """A rater that reads each topic once, under the prompt, with the language model in the folder of `lm`.

    Args:
        lm: the model's `source.json`.
        cache: file of earlier ratings.
        prompt: with `{words}`.
        chat: the prompt is what a user says, in the model's chat format.
        dtype, batch_tokens, trust_remote_code: see `causal_lm.read`.
    """
    folder, store = Path(lm).parent, Cache(cache)
    reading: dict[str, Any] = {"dtype": dtype, "trust_remote_code": trust_remote_code}
    template = BeforeRating(place_words(prompt, "{document}"), chat=chat)

    def rate(topics: Topics) -> np.ndarray:
        keys = [store.key(describe(folder), template.template, chat, reading, ", ".join(words)) for words in topics]
        new = {key: words for key, words in zip(keys, topics, strict=True) if key not in store.ratings}
        if new:
            expected = expected_ratings(list(new.values()), folder, template, batch_tokens=batch_tokens, **reading)
            for key, rating in zip(new, expected.tolist(), strict=True):
                store.add(key, rating)
        return np.array([store.ratings[key] for key in keys])

    return rate


@torch.inference_mode()
def expected_ratings(
    topics: Topics,
    folder: Path,
    prompt: BeforeRating,
    *,
    dtype: str = "auto",
    batch_tokens: int | None = None,
    trust_remote_code: bool = False,
) -> np.ndarray:
    """sum_r r P(r) / sum_r P(r) over the ratings r = 1, 2, 3 for each of T topics.

    Args:
        topics: T lists of words.
        folder: the language model's folder.
        prompt: what surrounds the words.
        dtype, batch_tokens, trust_remote_code: see `causal_lm.read`.

    Raises:
        InputError: the prompt is not for this model, or its tokenizer writes a digit in several tokens.
    """
    texts = [", ".join(words) for words in topics]
    tokenizer = AutoTokenizer.from_pretrained(folder, trust_remote_code=trust_remote_code)
    digits = prompt.digits(texts, tokenizer)
    states, _ = causal_lm.read(
        texts, folder, prompt, dtype=dtype, batch_tokens=batch_tokens, trust_remote_code=trust_remote_code
    )
    logits = Head.load(folder).only(digits).logits(torch.from_numpy(states)).double()
    return (logits.softmax(dim=1) @ torch.tensor(RATINGS, dtype=logits.dtype)).numpy()
