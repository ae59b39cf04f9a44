"""A causal language model rates topics from 1 to 3: the expectation over its next-token probabilities of the digits.

No answer is sampled, so the rating is deterministic and finer than three steps (as in G-Eval, Liu et al. 2023).
"""

from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from transformers import AutoTokenizer, PreTrainedTokenizerBase

from softtopics.errors import InputError
from softtopics.metrics.rating import PROMPT, RATINGS, Cache, Rate, Topics, place_words
from softtopics.teachers import causal_lm
from softtopics.teachers.heads import Head
from softtopics.teachers.lms import describe
from softtopics.teachers.prompts import Prompt


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
    reading = {"dtype": dtype, "trust_remote_code": trust_remote_code}
    template = Prompt(place_words(prompt, "{document}"), chat=chat)

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
def expected_ratings(topics: Topics, folder: Path, prompt: Prompt, **reading: object) -> np.ndarray:
    """sum_r r P(r) / sum_r P(r) over the ratings r = 1, 2, 3 for each of T topics.

    Args:
        topics: T lists of words.
        folder: the language model's folder.
        prompt: what surrounds the words.
        reading: dtype, batch_tokens and trust_remote_code of `causal_lm.read`.

    Raises:
        InputError: the prompt is not for this model, or its tokenizer writes a digit in several tokens.
    """
    texts = [", ".join(words) for words in topics]
    tokenizer = AutoTokenizer.from_pretrained(folder, trust_remote_code=reading.get("trust_remote_code", False))
    prompt, digits = before_the_digit(prompt, texts, tokenizer)
    states, _ = causal_lm.read(texts, folder, prompt, **reading)
    logits = Head.load(folder).only(digits).logits(torch.from_numpy(states)).double()
    return (logits.softmax(dim=1) @ torch.tensor(RATINGS, dtype=logits.dtype)).numpy()


def before_the_digit(prompt: Prompt, texts: list[str], tokenizer: PreTrainedTokenizerBase) -> tuple[Prompt, list[int]]:
    """The prompt up to where its next token is the digit, and the tokens of the digits there.

    After "Rating:" comes " 1". For one tokenizer that is one token; another writes a token of space first, and
    predicts the digit only after it. After white space, as at the beginning of a chat's answer, comes "1".

    Raises:
        InputError: the ratings differ in more than one token.
    """
    gap = "" if prompt.fill(texts[:1], tokenizer)[0][-1:].isspace() else " "
    rated = [replace(prompt, answer=f"{prompt.answer}{gap}{rating}").tokens(texts, tokenizer) for rating in RATINGS]
    digits = [tokens[0][-1] for tokens in rated]
    for ending in dict.fromkeys(("", gap)):
        asked = replace(prompt, answer=prompt.answer + ending)
        before = asked.tokens(texts, tokenizer)
        if all(
            [[*row, digit] for row in before] == tokens for digit, tokens in zip(digits, rated, strict=True)
        ) and len(set(digits)) == len(RATINGS):
            return asked, digits
    raise InputError(
        f"rating.lm: the tokenizer of {tokenizer.name_or_path} does not write 1, 2 and 3 as one token each behind the "
        "prompt; take another model or kind"
    )
