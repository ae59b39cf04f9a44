"""Are topics better told by other words than those of the largest weights? `python benchmarks/top_words.py RESULTS`.

Five rules for a topic's ten words, each for every method, averaged over corpora, K and seeds: NPMI, diversity and the
rating. Nothing is trained.

- weight: the largest entries of beta (what all tables show).
- relevance: Sievert and Shirley (2014), lambda .6.
- c-TF-IDF: what the documents say, shared out by theta, as BERTopic weighs words in its clusters (Grootendorst 2022).
- both: the product of c-TF-IDF and beta.
- once: c-TF-IDF, and each word only in the topic that it marks most: at a diversity near 1, all methods' NPMI can be
  compared.
"""

import argparse
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
from scipy import sparse

from softtopics.artifacts import Run, load_cell, read_words
from softtopics.metrics.coherence import coherence
from softtopics.metrics.counts import Counts
from softtopics.metrics.diversity import topic_diversity
from softtopics.metrics.raters.likelihood import rater
from softtopics.models.merging import c_tf_idf

N_WORDS = 10


def weightings(run: Run, bow: sparse.csr_matrix) -> dict[str, np.ndarray]:
    """K x V for each rule; a topic's words are those of its largest entries."""
    marks = c_tf_idf(run.theta.astype(np.float64), bow)
    with np.errstate(divide="ignore"):
        both = run.relevance(1.0) + np.log(marks)
    return {
        "weight": run.beta,
        "relevance": run.relevance(0.6),
        "c-TF-IDF": marks,
        "both": both,
        "once": np.where(marks == marks.max(axis=0), marks, -1.0),
    }


def measured(results: Path) -> Iterator[dict]:
    """A row for every run and rule."""
    for path in sorted(results.glob("runs/*/*/default/k*[0-9].npz")):
        corpus, method = path.parts[-4:-2]
        runs = load_cell(path)
        files = (results / "corpora" / corpus).glob("v*/vocabulary.txt")
        words = next(file for file in files if read_words(file) == runs[0].vocabulary)
        folder = f"{corpus}/{words.parent.name}"
        counts = Counts.load(results / f"counts/{folder}/corpus.npz")
        bow = sparse.load_npz(words.with_name("bow.npz")).astype(np.float64)
        rate = rater(logits=results / f"ratings/{folder}/associations.npy", vocabulary=words)
        for run in runs:
            for rule, weights in weightings(run, bow).items():
                order = np.argsort(-weights, axis=1, kind="stable")[:, :N_WORDS]
                topics = [[run.vocabulary[word] for word in row] for row in order]
                yield {
                    "method": method,
                    "rule": rule,
                    "NPMI": coherence(topics, counts)["c_npmi"].mean(),
                    "diversity": topic_diversity(topics),
                    "rating": rate(topics).mean(),
                }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("results", type=Path, help="the folder of an experiment that has run, rated by likelihood")
    rows = pd.DataFrame(measured(parser.parse_args().results))
    order = list(dict.fromkeys(rows["rule"]))
    for measure in ("NPMI", "diversity", "rating"):
        table = rows.pivot_table(index="method", columns="rule", values=measure)[order]
        print(f"{measure}\n{table.round(3).to_string()}\n")


if __name__ == "__main__":
    main()
