"""Rank the methods of an experiment by what needs no labels: `python benchmarks/choice.py results/grounded_choice`.

NPMI, diversity, the rating and stability over seeds, each averaged over K and seeds and ranked within a corpus; the
choice is the method of the smallest mean rank. Neither purity nor any other score that needs classes is looked at.
"""

import argparse
from pathlib import Path

import pandas as pd

UNLABELLED = {"c_npmi": "NPMI", "topic_diversity": "Diversity", "llm_rating": "Rating", "stability_nmi": "Stability"}


def ranked(scores: pd.DataFrame, methods: str = "") -> pd.DataFrame:
    """A row for every method whose name begins with `methods`: means by corpus and measure, and the mean rank."""
    own = scores[scores["metric"].isin(UNLABELLED) & (scores["variant"] == "default")]
    own = own[own["method"].str.startswith(methods)]
    means = own.pivot_table(index="method", columns=["corpus", "metric"], values="value")
    ranks = means.rank(ascending=False).mean(axis=1).rename(("all", "mean rank"))
    return means.join(ranks).sort_values(("all", "mean rank"))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("results", type=Path, help="the folder of an experiment that has run")
    parser.add_argument("--methods", default="", help="only those whose names begin so, ranked among themselves")
    arguments = parser.parse_args()
    table = ranked(pd.read_csv(arguments.results / "scores.csv"), arguments.methods)
    table.columns = [" ".join((corpus, UNLABELLED.get(metric, metric))) for corpus, metric in table.columns]
    print(table.round(3).to_string())


if __name__ == "__main__":
    main()
