"""How time and memory grow with the corpus: a figure from the benchmark files that Snakemake writes for `scale`.

    snakemake --cores 1 --until evaluate --configfile workflow/experiments/scale.yaml -- scores
    python benchmarks/scale.py

writes results/benchmarks/scale.md, .pdf and .png.
"""

import argparse
from pathlib import Path

import numpy as np
import pandas as pd
import yaml
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator

from softtopics.artifacts import write_text
from softtopics.report.figures.panels import panels
from softtopics.report.figures.style import color, marker, save

ROOT = Path(__file__).parents[1]
STAGES = ("corpora", "hidden", "teachers", "counts", "runs", "scores")
STARTING = 10  # seconds that a process takes to start; with fewer, growth is not measured


def measure(results: Path) -> pd.DataFrame:
    """Rows stage, documents, seconds, gigabytes; each model is a stage, and the seconds of a stage's jobs are added up.

    Seconds are the processor's, which other processes hardly affect.
    """
    rows = []
    for path in sorted((results / "benchmarks").rglob("*.tsv")):
        parts = path.relative_to(results / "benchmarks").with_suffix("").parts
        audit = results / "corpora" / (parts[1] if len(parts) > 1 else "") / "audit.json"
        if parts[0] not in STAGES or not audit.is_file():
            continue
        stage = f"model {parts[2]}" if parts[0] == "runs" else parts[0]
        count = len(pd.read_parquet(audit.with_name("documents.parquet"), columns=["id"]))
        cost = pd.read_csv(path, sep="\t", na_values="-").iloc[0]
        rows.append((stage, count, cost["cpu_time"], cost["max_rss"] / 1024))
    table = pd.DataFrame(rows, columns=["stage", "documents", "seconds", "gigabytes"])
    return table.groupby(["stage", "documents"], sort=False, as_index=False).agg({"seconds": "sum", "gigabytes": "max"})


def growth(rows: pd.DataFrame) -> float | None:
    """The exponent b of seconds ~ documents^b between the two largest corpora; None if a job is too short."""
    (n0, t0), (n1, t1) = rows.sort_values("documents")[["documents", "seconds"]].to_numpy()[-2:]
    return None if t0 < STARTING else float(np.log(t1 / t0) / np.log(n1 / n0))


def draw(table: pd.DataFrame, titles: dict[str, str]) -> Figure:
    figure, axes = panels(1, 2, 3.0)
    for axis, quantity, label in zip(
        axes[0], ("seconds", "gigabytes"), ("Processor seconds", "Peak memory (GB)"), strict=True
    ):
        for position, (stage, rows) in enumerate(table.sort_values("documents").groupby("stage")):
            style = {"linestyle": "-" if stage.startswith("model") else ":", "marker": marker(position)}
            axis.plot(rows["documents"], rows[quantity], color=color(position), label=titles[stage], **style)
        axis.set(xscale="log", yscale="log", xlabel="Documents", ylabel=label)
        ticks = sorted(table["documents"].unique())
        axis.set_xticks(ticks, [f"{tick:,}" for tick in ticks])
        axis.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
        axis.yaxis.set_major_formatter("{x:g}")
        axis.minorticks_off()
    sizes = np.array(sorted(table["documents"].unique()), dtype=float)
    axes[0, 0].plot(sizes, sizes / sizes[0] * 2, color="#B0B0B0", linewidth=0.8, label="linear growth")
    handles, labels = axes[0, 0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=5)
    return figure


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--results", type=Path, default=ROOT / "results/scale")
    results = parser.parse_args().results
    table = measure(results)
    if table.empty:
        parser.error(f"there are no benchmark files in {results}; run the experiment first, as the first lines say")
    methods = yaml.safe_load((ROOT / "config.yaml").read_text(encoding="utf-8"))["methods"]
    titles = {s: methods[s.removeprefix("model ")]["title"] if " " in s else s.capitalize() for s in table["stage"]}
    lines = [
        "# Time and memory by corpus size",
        "",
        "Processor seconds of one core; K = 50, one seed, few passes. Scores hold exact retrieval, which is N x N.",
        "",
    ]
    sizes = sorted(table["documents"].unique())
    lines += ["| stage | " + " | ".join(f"{n:,}: s, GB" for n in sizes) + " | exponent of the time |"]
    lines += ["| --- |" + " ---: |" * (len(sizes) + 1)]
    for stage, rows in table.groupby("stage", sort=False):
        cells = [f"{row.seconds:.0f}, {row.gigabytes:.1f}" for row in rows.sort_values("documents").itertuples()]
        power = growth(rows)
        lines.append(f"| {titles[stage]} | " + " | ".join(cells) + f" | {'–' if power is None else f'{power:.2f}'} |")
    write_text(ROOT / "results/benchmarks/scale.md", "\n".join(lines) + "\n")
    save(draw(table, titles), ROOT / "results/benchmarks/scale")
    print("\n".join(lines))


if __name__ == "__main__":
    main()
