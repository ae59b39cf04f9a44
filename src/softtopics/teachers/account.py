"""What is known of a teacher: how the documents were read, and how words were scored."""

from pathlib import Path

from softtopics.artifacts import read_json

# What a `meta.json` says of the scores of words. A reading that scored words on the way says it of its own.
SCORING = ("words", "spellings", "beginnings", "branches", "collisions", "collided_words")


def account_of(words: str | Path, reading: str | Path) -> dict:
    """The account of a teacher.

    Args:
        words: the `meta.json` of its scores.
        reading: that of the hidden states that were scored, which several teachers may share.
    """
    read = {key: value for key, value in read_json(reading).items() if key not in SCORING}
    return read_json(words) | read
