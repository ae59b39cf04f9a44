"""Are topics better told by the words that mark them off? `python benchmarks/top_words.py results/embedded`.

Relevance (Sievert and Shirley 2014) at several lambda, 1 being weight alone: NPMI, diversity and the rating of every
method's ten top words, averaged over corpora, K and seeds. Nothing is trained.
"""

import argparse
from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from softtopics.artifacts import load_cell, read_words
from softtopics.metrics.coherence import coherence
from softtopics.metrics.counts import Counts
from softtopics.metrics.diversity import topic_diversity
from softtopics.metrics.raters.likelihood import rater

LAMBDAS = (1.0, 0.8, 0.6, 0.4)
N_WORDS = 10


def measured(results: Path) -> Iterator[dict]:
    """A row for every run and lambda."""
    for path in sorted(results.glob("runs/*/*/default/k*.npz")):
        corpus, method = path.parts[-4:-2]
        runs = load_cell(path)
        files = (results / "corpora" / corpus).glob("v*/vocabulary.txt")
        words = next(file for file in files if read_words(file) == runs[0].vocabulary)
        folder = f"{corpus}/{words.parent.name}"
        counts = Counts.load(results / f"counts/{folder}/corpus.npz")
        rate = rater(logits=results / f"ratings/{folder}/associations.npy", vocabulary=words)
        for run in runs:
            for weight in LAMBDAS:
                topics = run.top_words(N_WORDS, weight)
                yield {
                    "method": method,
                    "lambda": weight,
                    "NPMI": coherence(topics, counts)["c_npmi"].mean(),
                    "diversity": topic_diversity(topics),
                    "rating": rate(topics).mean(),
                }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("results", type=Path, help="the folder of an experiment that has run, rated by likelihood")
    rows = pd.DataFrame(measured(parser.parse_args().results))
    print(rows.pivot_table(index="method", columns="lambda").round(3).to_string())


if __name__ == "__main__":
    main()
