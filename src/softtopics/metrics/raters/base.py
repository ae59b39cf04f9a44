"""What raters have in common: topics in, ratings out; a prompt with a place for words; what was said once is kept."""

import hashlib
import json
import logging
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from softtopics.errors import InputError

log = logging.getLogger(__name__)

Topics = Sequence[Sequence[str]]
Rate = Callable[[Topics], np.ndarray]

RATINGS = (1, 2, 3)
PROMPT = """\
Below are the words that a topic model found for one topic. Judge how closely the words are related to each other.
Answer with one digit and nothing else: 1 if they are not related, 2 if they are moderately related, 3 if they are \
very related.

Words: {words}"""


def place_words(prompt: str, words: str) -> str:
    """The prompt with `words` in the place of `{words}`.

    Raises:
        InputError: it has no such place.
    """
    if "{words}" not in prompt:
        raise InputError("rating.prompt: the prompt has no {words}; put it where the words of a topic should be")
    return prompt.replace("{words}", words)


class Cache:
    """Ratings that were asked for once, one JSON line each; a killed run keeps what it has."""

    def __init__(self, path: str | Path) -> None:
        self.path = Path(path)
        self.ratings: dict[str, float] = {}
        lines = self.path.read_text(encoding="utf-8").splitlines() if self.path.is_file() else []
        for number, line in enumerate(lines, start=1):
            try:
                entry = json.loads(line) if line else None
            except json.JSONDecodeError:
                log.warning("%s: line %d was cut short; its topic will be rated again", path, number)
                continue
            if entry:
                self.ratings[entry["key"]] = entry["rating"]

    @staticmethod
    def key(*what: object) -> str:
        """A name for all that a rating depends on (JSON)."""
        return hashlib.sha256(json.dumps(what).encode()).hexdigest()

    def add(self, key: str, rating: float) -> None:
        self.ratings[key] = rating
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self.path.open("a", encoding="utf-8") as stream:  # one short write: whole lines, also from several jobs
            # The line break comes first: it also ends a line that a kill cut short.
            stream.write("\n" + json.dumps({"key": key, "rating": rating}))
