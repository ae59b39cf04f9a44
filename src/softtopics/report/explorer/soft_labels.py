"""What each teacher says of each document: the likeliest words of its soft label, before and after neighbours."""

from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np

from softtopics.artifacts import Corpus, read_array, read_counts
from softtopics.report.explorer.documents import largest
from softtopics.report.explorer.encoding import packed, parts_of, write_script
from softtopics.teachers.mixed import Part, mixed_scores
from softtopics.teachers.views import soft_labels

WORDS = 6  # of each document


def write_labels(
    folder: str | Path,
    name: str,
    labels: Sequence[dict],
    logits: Iterable[str],
    parts: Iterable[str],
    corpus: Corpus,
) -> None:
    """A script `<name>/label-0`, `label-1` ... for each label: `after` neighbours and, where it has some, `before`.

    Args:
        folder: of the explorer's data.
        name: of the corpus's scripts.
        labels: of `plan.label_settings`.
        logits: the file of each label's scores.
        parts: the files that mixed labels are made of, one label after the other.
        corpus: whose documents are shown.
    """
    waiting = iter(parts)
    for position, (label, path) in enumerate(zip(labels, logits, strict=True)):
        content = {"after": label_words(corpus.of(read_array(path)), label["temperature"], label["calibration"])}
        own = [part_of(part, next(waiting), corpus) for part in label["parts"]]
        if label["around"]:
            content["before"] = label_words(mixed_scores(own)[0])
        write_script(folder, f"{name}/label-{position}", content)


def part_of(part: dict, path: str, corpus: Corpus) -> Part:
    scores = read_counts(path) if part["of"] == "words" else read_array(path)
    return Part(corpus.of(scores), part["weight"], part["temperature"], part["calibration"])


def label_words(scores: np.ndarray, temperature: float = 1.0, calibration: float = 0.0) -> dict:
    """The likeliest words of each document's soft label, and their probabilities as 65,535ths.

    Args:
        scores: N x V word scores.
        temperature, calibration: as in `teachers.views.soft_labels`.
    """
    count = min(WORDS, scores.shape[1])
    words = np.empty((len(scores), count), dtype=np.uint32)
    shares = np.empty((len(scores), count), dtype=np.float32)
    for rows, label in soft_labels(scores, temperature, calibration):
        words[rows], shares[rows] = largest(label, count)
    return {"words": packed(words), "shares": packed(parts_of(shares, 16))}
