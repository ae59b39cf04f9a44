"""A chat model rates topics from 1 to 3, through any OpenAI-compatible server."""

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import openai

from softtopics.errors import InputError
from softtopics.metrics.raters.base import PROMPT, RATINGS, Cache, Rate, Topics, place_words
from softtopics.runtime import Progress


def rater(*, cache: str | Path, parallel: int = 4, **server: Any) -> Rate:
    """A rater that asks a server once for every topic.

    Args:
        cache: file of earlier ratings.
        parallel: requests under way at once.
        server: base_url, model, api_key_env, prompt and retries, see `ask`.
    """
    store = Cache(cache)

    def rate(topics: Topics) -> np.ndarray:
        different = list(dict.fromkeys(map(tuple, topics)))
        found = {}
        with ThreadPoolExecutor(parallel) as pool, Progress("topics rated", len(different)) as progress:
            try:
                for words, rating in zip(
                    different, pool.map(lambda w: ask(w, store, **server), different), strict=True
                ):
                    found[words] = rating
                    progress.advance(1)
            finally:
                pool.shutdown(cancel_futures=True)  # after an error: no further questions
        return np.array([found[tuple(words)] for words in topics], dtype=float)

    return rate


def ask(
    words: Sequence[str],
    cache: Cache,
    *,
    base_url: str,
    model: str,
    api_key_env: str,
    prompt: str = PROMPT,
    retries: int = 5,
) -> float:
    """1, 2 or 3 for one topic, at temperature 0 and one token.

    Args:
        words: the topic's top words.
        cache: is asked first and told the answer.
        base_url: of the server.
        model: its name there.
        api_key_env: environment variable that holds the key.
        prompt: with `{words}`.
        retries: after a refused connection, 429 or 5xx, with exponential pauses.

    Raises:
        InputError: the prompt has no `{words}`, there is no key, the server cannot be reached or refuses, or its
            answer is no rating.
    """
    question = place_words(prompt, ", ".join(words))
    key = cache.key(base_url, model, question)
    if key in cache.ratings:
        return cache.ratings[key]
    if not os.environ.get(api_key_env):
        raise InputError(
            f"rating.api_key_env: the environment variable {api_key_env} is not set; export your key in it"
        )
    with openai.OpenAI(base_url=base_url, api_key=os.environ[api_key_env], max_retries=retries) as client:
        for _ in range(2):  # a stray answer gets one more chance
            try:
                response = client.chat.completions.create(
                    model=model, messages=[{"role": "user", "content": question}], temperature=0, max_tokens=1
                )
            except openai.OpenAIError as error:
                said = str(error).replace(client.api_key, "***")  # a server may say whose key it refuses
                raise InputError(
                    f"rating.base_url: {base_url} did not rate a topic ({said}); what is rated is kept"
                ) from None
            answer = (response.choices[0].message.content or "").strip()
            if answer in map(str, RATINGS):
                cache.add(key, int(answer))
                return cache.ratings[key]
    raise InputError(f"rating.model: {model} answered {answer!r}, which is not 1, 2 or 3; choose another model")
