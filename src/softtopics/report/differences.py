"""How far two runs of an experiment are apart: yours and the one under version control, or before and after an edit.

`make differences` compares results/embedded with results/reference/embedded. Another processor adds up in another order
and may read in another floating-point type, so that values differ in later digits, and through them trainings diverge.
"""

import argparse
from pathlib import Path

import pandas as pd

from softtopics.errors import InputError
from softtopics.metrics.catalogue import METRICS
from softtopics.metrics.significance import holm, welch
from softtopics.report.render import shortened

PLACE = ["corpus", "method", "reference", "metric"]
NOT_COMPARED = ("seconds",)


def main_table(folder: Path) -> pd.DataFrame:
    """The main table of an experiment's results, or of a copy under version control.

    Raises:
        InputError: there is none.
    """
    paths = [folder / "tables/main.csv", folder / "main.csv"]
    found = next((path for path in paths if path.is_file()), None)
    if found is None:
        raise InputError(f"{folder}: there is no tables/main.csv and no main.csv; run the experiment first")
    table = pd.read_csv(found)
    return table[~table["metric"].isin(NOT_COMPARED)]


def paired(one: pd.DataFrame, other: pd.DataFrame) -> pd.DataFrame:
    """The values that both tables have side by side (suffixes _a and _b), with the absolute `difference` of the means.

    `p` is Welch's, as if the runs of both were independent, and `corrected` Holm's over all values. Neither is a number
    where no run of either differs from the others, where a side has a single run, and for metrics whose values are not
    compared. Runs of several K count as one sample, whose spread is mostly that over K: little differs then.
    """
    both = one.merge(other, on=PLACE, suffixes=("_a", "_b"))
    both["difference"] = (both["mean_a"] - both["mean_b"]).abs()
    spread = ((both["std_a"] > 0) | (both["std_b"] > 0)) & both[["std_a", "std_b"]].notna().all(axis=1)
    spread &= both["metric"].map(
        lambda metric: (about := METRICS.get(metric.partition("@")[0])) is not None and about.compared
    )
    own = both[spread]
    of = {side: (own[f"std_{side}"] ** 2 / own[f"cells_{side}"], own[f"cells_{side}"] - 1) for side in "ab"}
    p = welch(*(moment.to_numpy() for moment in (own["mean_a"] - own["mean_b"], *of["a"], *of["b"])))
    both.loc[spread, "p"], both.loc[spread, "corrected"] = p, holm(p)
    return both


def described(both: pd.DataFrame, names: tuple[str, str], alpha: float = 0.05) -> str:
    """Markdown: a row for every metric, then the values that differ and what is bold in one table alone."""
    lines = ["| metric | values | equal | median difference | largest | where |"]
    lines += ["| --- | ---: | ---: | ---: | ---: | --- |"]
    lines += [row_of(metric, rows) for metric, rows in both.groupby("metric", sort=False)]
    below, tested = int((both["p"] < alpha).sum()), int(both["p"].notna().sum())
    bold = both[both["not_different_a"] != both["not_different_b"]]
    return "\n".join(
        [
            *lines,
            "",
            f"Welch's t-test: p < {alpha} for {below} of {tested} values; chance has {alpha * tested:.0f}.",
            f"With Holm's correction: {listed(both[both['corrected'] < alpha])}.",
            f"Bold in {names[0]} alone: {listed(bold[bold['not_different_a']])}.",
            f"Bold in {names[1]} alone: {listed(bold[bold['not_different_b']])}.",
        ]
    )


def row_of(metric: object, rows: pd.DataFrame) -> str:
    equal = int((rows["difference"] == 0).sum())
    median, most = rows["difference"].median(), rows.loc[rows["difference"].idxmax()]
    where = f"{most['method']}, {most['corpus']}: {shown(most, 'a')} and {shown(most, 'b')}"
    numbers = f"{shortened(median, 4)} | {shortened(most['difference'], 4)}"
    return f"| {metric} | {len(rows)} | {equal} | {numbers} | {where if most['difference'] else ''} |"


def shown(row: pd.Series, side: str) -> str:
    spread = row[f"std_{side}"]
    return shortened(row[f"mean_{side}"], 3) + ("" if pd.isna(spread) else f" ±{shortened(spread, 3)}")


def listed(rows: pd.DataFrame) -> str:
    named = [f"{row['metric']} of {row['method']}, {row['corpus']}" for _, row in rows.iterrows()]
    return f"{len(named)} ({'; '.join(named)})" if named else "none"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("one", type=Path, help="the results of an experiment, such as results/embedded")
    parser.add_argument("other", type=Path, nargs="?", help="others; default: its copy under results/reference")
    arguments = parser.parse_args()
    other = arguments.other or Path("results/reference") / arguments.one.name
    try:
        tables = [main_table(folder) for folder in (arguments.one, other)]
    except InputError as error:
        parser.error(str(error))
    both = paired(*tables)
    print(f"{arguments.one} and {other}: {len(both)} values of {both['method'].nunique()} methods and references.\n")
    print(described(both, (str(arguments.one), str(other))))
    for table, folder in zip(tables, (arguments.one, other), strict=True):
        if alone := len(table) - len(both):
            print(f"{alone} more values are in {folder} alone.")


if __name__ == "__main__":
    main()
