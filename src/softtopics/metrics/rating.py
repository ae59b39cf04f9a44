"""A chat model rates how related a topic's words are, from 1 to 3, through any OpenAI-compatible server."""

import hashlib
import json
import logging
import os
from pathlib import Path

import openai
import pandas as pd

from softtopics.artifacts import Run
from softtopics.errors import InputError
from softtopics.runtime import Progress

log = logging.getLogger(__name__)

PROMPT = """\
Below are the words that a topic model found for one topic. Judge how closely the words are related to each other.
Answer with one digit and nothing else: 1 if they are not related, 2 if they are moderately related, 3 if they are \
very related.

Words: {words}"""


class Cache:
    """Answers that were paid for, one JSON line each; a killed run keeps what it has."""

    def __init__(self, path: str | Path) -> None:
        self.path = Path(path)
        self.answers: dict[str, int] = {}
        lines = self.path.read_text(encoding="utf-8").splitlines() if self.path.is_file() else []
        for number, line in enumerate(lines, start=1):
            try:
                entry = json.loads(line) if line else None
            except json.JSONDecodeError:
                log.warning("%s: line %d was cut short; its topic will be asked again", path, number)
                continue
            if entry:
                self.answers[entry["key"]] = entry["rating"]

    def add(self, key: str, rating: int) -> None:
        self.answers[key] = rating
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self.path.open("a", encoding="utf-8") as stream:  # one short write: whole lines, also from several jobs
            # The line break comes first: it also ends a line that a kill cut short.
            stream.write("\n" + json.dumps({"key": key, "rating": rating}))


def rate_cell(
    runs: list[Run], *, top_words: int, cache: str | Path, prompt: str = PROMPT, **server: str | int
) -> pd.DataFrame:
    """The mean rating of the topics of every seed, as tidy rows.

    Args:
        runs: the runs of a cell.
        top_words: how many words the chat model sees of a topic.
        cache: file of earlier answers.
        prompt: with `{words}` for a topic's words.
        server: base_url, model, api_key_env and retries, see `rate`.

    Returns:
        Columns seed, metric (`llm_rating`), value.
    """
    store = Cache(cache)
    rows = []
    with Progress("topics rated", sum(len(run.beta) for run in runs)) as progress:
        for run in runs:
            ratings = []
            for words in run.top_words(top_words):
                ratings.append(rate(words, store, prompt=prompt, **server))
                progress.advance(1)
            rows.append((run.seed, "llm_rating", sum(ratings) / len(ratings)))
    return pd.DataFrame(rows, columns=["seed", "metric", "value"])


def rate(
    words: list[str],
    cache: Cache,
    *,
    base_url: str,
    model: str,
    api_key_env: str,
    prompt: str = PROMPT,
    retries: int = 5,
) -> int:
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
    if "{words}" not in prompt:
        raise InputError("rating.prompt: the prompt has no {words}; put it where the words of a topic should be")
    question = prompt.replace("{words}", ", ".join(words))
    key = hashlib.sha256(json.dumps([model, question]).encode()).hexdigest()
    if key in cache.answers:
        return cache.answers[key]
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
                raise InputError(
                    f"rating.base_url: {base_url} did not rate a topic ({error}); what is rated is kept"
                ) from error
            answer = (response.choices[0].message.content or "").strip()
            if answer in {"1", "2", "3"}:
                cache.add(key, int(answer))
                return int(answer)
    raise InputError(f"rating.model: {model} answered {answer!r}, which is not 1, 2 or 3; choose another model")
