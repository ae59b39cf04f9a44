"""Coherence from counts made once, compared with gensim's CoherenceModel; in Wikipedia, compared with the corpus.

    make .venv/ready && .venv/bin/python benchmarks/coherence.py

Speed: random topics on data/20_newsgroups.tsv.gz. References: the topics of an experiment that has run, in its own
corpora and in data/wikipedia_sample.jsonl.xz. Writes results/benchmarks/coherence.md.
"""

import argparse
import logging
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
import pandas as pd
from gensim.corpora import Dictionary
from gensim.models.coherencemodel import CoherenceModel
from scipy.stats import spearmanr

from softtopics.artifacts import Corpus, load_cell, write_text
from softtopics.corpora.prepare import prepare, read
from softtopics.corpora.stream import encode_file
from softtopics.corpora.vocabulary import vocabulary_of
from softtopics.metrics.coherence import MEASURES, coherence
from softtopics.metrics.cooccurrence import count, encode_tokens
from softtopics.metrics.counts import Counts

TOP_WORDS = 10
ROOT = Path(__file__).parents[1]
NEWSGROUPS = ROOT / "data/20_newsgroups.tsv.gz"
WIKIPEDIA = ROOT / "data/wikipedia_sample.jsonl.xz"


def timed(work: Callable[[], Any], rounds: int = 1) -> tuple[Any, float]:
    """The result of the last round, and the median seconds of all."""
    seconds = []
    for _ in range(rounds):
        started = time.perf_counter()
        result = work()
        seconds.append(time.perf_counter() - started)
    return result, median(seconds)


def compiled() -> None:
    """Let Numba compile the counting loop, which it does on the first use on a machine, before times are measured."""
    count(encode_tokens([["a"]], ["a"]), ["a"], name="one word")


def speed(store: Path, rounds: int, n_topics: int = 100, n_words: int = 15) -> list[str]:
    """Random topics on 20 Newsgroups: counting, scoring, and gensim's own times and values."""
    rows = read({"kind": "table", "path": NEWSGROUPS, "text": "text"})
    documents, _ = prepare(rows, name="20 Newsgroups", deduplicate=False)
    vocabulary, bow, _ = vocabulary_of(documents, name="20 Newsgroups", size=2000)
    corpus = Corpus(documents, vocabulary, bow)
    rng = np.random.default_rng(0)
    topics = [list(rng.choice(corpus.vocabulary, n_words, replace=False)) for _ in range(n_topics)]
    texts = corpus.tokens
    path = store / "20_newsgroups.npz"

    def counting(c_v: str = "gensim") -> Counts:
        return count(encode_tokens(texts, corpus.vocabulary), corpus.vocabulary, name="20 Newsgroups", c_v=c_v)

    compiled()
    counts, counting_s = timed(counting, rounds)
    _, saving_s = timed(lambda: counts.save(path))
    _, evaluation_s = timed(lambda: coherence(topics, Counts.load(path)), 5 * rounds)
    ours, scoring_s = timed(lambda: coherence(topics, counts), 5 * rounds)
    palmetto = coherence(topics, counting("palmetto"))["c_v"]
    lines = [
        f"{len(corpus):,} posts of 20 Newsgroups, {sum(map(len, texts)):,} words, V = {len(corpus.vocabulary):,}, "
        f"{n_topics} random topics of {n_words} words, one core, medians of {rounds} rounds.",
        "",
        f"- Counting all words and pairs, once for the corpus: {counting_s:.1f} s; saving them: {saving_s:.1f} s; "
        f"on disk: {path.stat().st_size / 1e6:.1f} MB.",
        f"- Each evaluation, all four measures: {evaluation_s:.3f} s (reading the counts and scoring; scoring alone "
        f"{scoring_s * 1000:.1f} ms).",
        f"- Palmetto's C_V of the same topics: mean {palmetto.mean():.3f}, gensim's {ours['c_v'].mean():.3f}, "
        f"Spearman's rho over topics {spearmanr(palmetto, ours['c_v']).statistic:.2f}.",
        "",
        "| measure | gensim, s | ours, s, once counted | ratio | ratio with counting | largest difference of a topic |",
        "| --- " * 6 + "|",
    ]
    dictionary = Dictionary(texts)
    for measure in MEASURES:

        def gensim(measure: str = measure) -> np.ndarray:
            model = CoherenceModel(
                topics=topics, texts=texts, dictionary=dictionary, coherence=measure, topn=n_words, processes=1
            )
            return np.array(model.get_coherence_per_topic())

        theirs, gensim_s = timed(gensim, rounds)
        lines.append(
            f"| {measure} | {gensim_s:.1f} | {evaluation_s:.3f} | {gensim_s / evaluation_s:.0f} | "
            f"{gensim_s / (evaluation_s + counting_s):.1f} | {np.abs(theirs - ours[measure]).max():.1e} |"
        )
        print(lines[-1], flush=True)
    return lines


def references(experiment: Path, store: Path, processes: int) -> list[str]:
    """C_V of an experiment's topics in its corpora and in Wikipedia, and whether both rank the methods alike."""
    lines = []
    compiled()
    for folder in sorted(path for path in (experiment / "runs").iterdir() if path.is_dir()):
        prepared = experiment / "corpora" / folder.name
        (words_file,) = prepared.glob("v*/vocabulary.txt")
        corpus = Corpus.load(prepared / "documents.parquet", words_file, words_file.with_name("bow.npz"))
        words = corpus.vocabulary
        batches, reading_s = timed(lambda words=words: list(encode_file(WIKIPEDIA, words, processes=processes)))
        wikipedia, counting_s = timed(lambda words=words, batches=batches: count(batches, words, name="Wikipedia"))
        path = store / f"{folder.name}_wikipedia.npz"
        wikipedia.save(path)
        counted = {
            "C_V (corpus)": count(encode_tokens(corpus.tokens, words), words, name=folder.name),
            "C_V (Wikipedia)": wikipedia,
            "C_V (Wikipedia, Palmetto)": count(batches, words, name="Wikipedia", c_v="palmetto"),
        }
        rows = {}
        for method in sorted(path for path in folder.iterdir() if (path / "default").is_dir()):
            runs = [run for cell in sorted((method / "default").glob("k*[0-9].npz")) for run in load_cell(cell)]
            rows[method.name] = {
                title: np.mean([coherence(run.top_words(TOP_WORDS), counts)["c_v"].mean() for run in runs])
                for title, counts in counted.items()
            }
        table = pd.DataFrame(rows).T.sort_values("C_V (Wikipedia)", ascending=False)
        order = table.corr(method="spearman").to_numpy()
        lines += [
            f"**{folder.name}**, V = {len(words):,}, {len(table)} methods. The sample of Wikipedia: "
            f"{wikipedia.documents.total:,} articles, {sum(len(part) for part, _ in batches):,} words; reading and "
            f"tokenising {reading_s:.0f} s in {processes} processes, counting {counting_s:.1f} s, on disk "
            f"{path.stat().st_size / 1e6:.1f} MB; {np.count_nonzero(wikipedia.documents.occurrences == 0)} words of "
            "the vocabulary are not in it.",
            "",
            f"| method | {' | '.join(table.columns)} |",
            "| --- |" + " ---: |" * len(table.columns),
            *(f"| {name} | " + " | ".join(f"{value:.3f}" for value in row) + " |" for name, row in table.iterrows()),
            "",
            f"Spearman's rho over methods: corpus and Wikipedia {order[0, 1]:.2f}, corpus and Palmetto's in Wikipedia "
            f"{order[0, 2]:.2f}, gensim's and Palmetto's in Wikipedia {order[1, 2]:.2f}.",
            "",
        ]
    return lines


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument(
        "--experiment", type=Path, default=ROOT / "results/embedded", help="a folder with runs in it"
    )
    arguments.add_argument("--rounds", type=int, default=3)
    arguments.add_argument("--processes", type=int, default=2, help="that tokenise Wikipedia")
    asked = arguments.parse_args()
    logging.basicConfig(level=logging.WARNING)
    store = ROOT / "results/benchmarks/counts"
    store.mkdir(parents=True, exist_ok=True)

    parts = ["# Coherence: counted once", ""]
    if NEWSGROUPS.is_file():
        parts += speed(store, asked.rounds)
    else:
        parts.append(f"Speed was not measured: there is no {NEWSGROUPS.relative_to(ROOT)}.")
    parts += ["", "# Where it is measured", ""]
    if not WIKIPEDIA.is_file():
        parts.append(f"Wikipedia was not compared: there is no {WIKIPEDIA.relative_to(ROOT)}.")
    elif not (asked.experiment / "runs").is_dir():
        parts.append(f"Wikipedia was not compared: there are no runs in {asked.experiment}; `make all` makes some.")
    else:
        parts += references(asked.experiment, store, asked.processes)
    write_text(ROOT / "results/benchmarks/coherence.md", "\n".join(parts).rstrip("\n") + "\n")
    print("\n".join(parts))


if __name__ == "__main__":
    main()
