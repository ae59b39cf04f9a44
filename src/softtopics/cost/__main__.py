"""What an experiment costs, before it starts: `python -m softtopics.cost workflow/experiments/paper.yaml`.

Counts come from the config and from the texts where they are on this machine; times are counts times rates
(`softtopics.cost.rates`), a plan to within a factor of two or so. No network is used.
"""

import argparse
import math
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from softtopics.config import files, grid, settings, teachers
from softtopics.config.model_parameters import defaults_of
from softtopics.config.usual import BRANCHES, LSA_DIMENSIONS
from softtopics.cost.rates import BATCH, H100, UTILIZATION, Rates, measured
from softtopics.cost.workload import CHARACTERS, Plan, jobs, plan
from softtopics.errors import InputError

ENDING = 4  # tokens behind a document ("Topic:"); what stands before it is read once for all documents
DECODERS = {"etm": 1.2, "ecrtm": 2.0}  # a step of theirs beside one of ProdLDA's; rough
TRAIN_JOB, SCORE_JOB = 5.0, 2.5  # seconds until a job has loaded its libraries and data, measured on 2 cores
# Seconds of a fit at K = 50, measured on 2 cores at 1,300 and 20,000 documents: once, and for each document.
FASTOPIC, BERTOPIC = (7.0, 4.4e-3), (8.0, 4.0e-3)
LDA = 8e-5  # for each LM token of the corpus: 30 passes, measured at 1,300 documents
FASTOPIC_ON_GPU = 0.1  # of its time on 2 cores; a guess
KMEANS_STEPS, KMEANS_UTILIZATION = 50, 0.3
WITHOUT_GPU = ("lda", "bertopic")


class Work(NamedTuple):
    """A part of the experiment: how much, seconds on this machine and on the GPU's, bytes on disk."""

    name: str
    amount: str
    here: float
    gpu: float
    size: float


def reading(config: dict, planned: Plan, here: Rates) -> Iterator[Work]:
    """Every model over every corpus: 2 FLOPs a parameter and token. States come out where whole words are scored."""
    branched = grid.branched(config)
    rows = [(one, 0, "") for one in planned.readings if one not in branched]
    for corpus, teacher, _ in planned.scores:  # with whole words, once more for each size of the vocabulary
        block = config["teachers"][teacher]
        if block["words"]["tokens"] == "all":
            one = grid.Reading(corpus, block["lm"], block["prompt"])
            rows.append((one, block["words"].get("branches", BRANCHES), ", whole words"))
    for one, branches, note in rows:
        limit = config["prompts"][one.prompt]["max_document_tokens"]
        shown = np.minimum(planned.lengths[one.corpus], limit or np.inf)
        tokens = float((shown + ENDING + branches).sum())
        if think := config["prompts"][one.prompt].get("think"):  # read once more, and the thought written and read
            tokens += float((shown + ENDING + 2 * think["tokens"]).sum())
        parameters, hidden = planned.models[one.lm]
        operations = 2 * parameters * tokens / UTILIZATION
        size = 4 * len(planned.lengths[one.corpus]) * hidden
        yield Work(
            f"{' '.join(one)}{note}",
            f"{tokens / 1e6:,.2f} M tokens",
            operations / here.flops,
            operations / H100.flops,
            size,
        )


def training(config: dict, planned: Plan, here: Rates) -> Iterator[Work]:
    """Fits of every cell with every seed, by model; then their scores."""
    seeds = len(config["run"]["seeds"])
    runs: Counter[str] = Counter()
    local: defaultdict[str, float] = defaultdict(float)
    gpu: defaultdict[str, float] = defaultdict(float)
    size: defaultdict[str, float] = defaultdict(float)
    scoring = 0.0
    for cell in planned.cells:
        own = grid.method_settings(config, cell.method, cell.variant)
        model, lengths = own["model"], planned.lengths[cell.corpus]
        runs[model] += seeds
        for seconds, rates in ((local, here), (gpu, H100)):
            alone = rates is H100 and model not in WITHOUT_GPU  # one job at a time has the GPU
            fit = fit_seconds(model, own["parameters"], lengths, rates)
            seconds[model] += (TRAIN_JOB + seeds * fit) / (1 if alone else rates.workers)
        size[model] += 4 * seeds * cell.k * (len(lengths) + grid.vocabulary_size(config, *cell[:3]))
        scoring += SCORE_JOB + seeds * here.ranking * len(lengths) ** 2
    for model, count in runs.items():
        yield Work(model, f"{count:,} runs", local[model], gpu[model], size[model])
    yield Work("scores", f"{runs.total():,} runs", scoring / here.workers, scoring / H100.workers, 0)


def fit_seconds(model: str, parameters: dict, lengths: np.ndarray, rates: Rates) -> float:
    """One fit with one seed, of a corpus with documents of these lengths."""
    usual = defaults_of(model)
    own = usual | parameters
    match model:
        case "lda":
            return LDA * float(lengths.sum()) * own["passes"] / usual["passes"]
        case "bertopic":
            return BERTOPIC[0] + BERTOPIC[1] * len(lengths)
        case "fastopic":
            share = FASTOPIC_ON_GPU if rates is H100 else 1
            return share * (FASTOPIC[0] + FASTOPIC[1] * len(lengths)) * own["epochs"] / usual["epochs"]
    steps = math.ceil(len(lengths) / own.get("batch_size", BATCH)) * own.get("epochs", 100) * own.get("trainings", 1)
    return steps * rates.step * DECODERS.get(own.get("decoder", ""), 1)


def others(config: dict, planned: Plan, here: Rates) -> Iterator[Work]:
    """Weights of the models, word scores, and the reference rows' k-means."""
    size = sum(2 * parameters for parameters, _ in planned.models.values())
    yield Work("models in bfloat16", f"{len(planned.models)} models", 0, 0, size)
    products = size = 0.0
    for corpus, teacher, v in planned.scores:
        entries = len(planned.lengths[corpus]) * v
        products += 2 * entries * planned.models[config["teachers"][teacher]["lm"]][1]
        size += 4 * entries
    yield Work("word scores", f"{len(planned.scores)} matrices", products / here.flops, products / H100.flops, size)
    yield from near(config, planned, here)
    run = config["run"]
    products = 0.0
    for corpus in run["corpora"]:
        by_model = [t for t in run["references"] if t in config["teachers"] and teachers.is_model(config, t)]
        for lm in {config["teachers"][teacher]["lm"] for teacher in by_model}:
            distances = len(planned.lengths[corpus]) * sum(run["topics"]) * len(run["seeds"]) * KMEANS_STEPS
            products += 2 * distances * planned.models[lm][1]
    seconds = products / (KMEANS_UTILIZATION * here.flops)
    yield Work("reference rows", "k-means", seconds, seconds * here.workers / H100.workers, 0)


def near(config: dict, planned: Plan, here: Rates) -> Iterator[Work]:
    """Comparing all pairs of documents in views, and the labels of mixed teachers."""
    wanted, products = grid.needs(config), 0.0
    for corpus, view in wanted.graphs:
        parts, words = config["views"][view]["parts"], grid.own_size(config, corpus)
        states = [config["teachers"][part["teacher"]] for part in parts if part["of"] == "states"]
        width = sum(map(planned.width, states)) + words * sum(part["of"] == "soft_label" for part in parts)
        width += sum(part.get("dimensions", LSA_DIMENSIONS) for part in parts if part["of"] == "lsa")
        products += 2 * len(planned.lengths[corpus]) ** 2 * width
    mixed = [one for one in wanted.scores if teachers.is_mixed(config, one.teacher)]
    size = sum(4 * len(planned.lengths[one.corpus]) * one.v for one in mixed)
    if wanted.graphs or mixed:
        amount = f"{len(wanted.graphs)} views"
        yield Work("neighbours, mixtures", amount, products / here.flops, products / here.flops, size)


def report(config: dict, here: Rates) -> str:
    """The whole estimate as text."""
    planned, seeds = plan(config), len(config["run"]["seeds"])
    cells = len(planned.cells)
    lines = [f"{config['experiment']}: {cells:,} cells x {seeds} seeds = {cells * seeds:,} runs", ""]
    lines += [*table(["jobs", "count"], [[rule, f"{count:,}"] for rule, count in jobs(config, planned).items()]), ""]
    rows = [[c, f"{len(n):,}", f"{n.mean():.0f}", planned.known[c]] for c, n in planned.lengths.items()]
    lines += [*table(["corpus", "documents", "mean tokens", "known from"], rows), ""]
    rows = [[lm, f"{p / 1e9:.3f} G", f"{hidden:,}", planned.known[lm]] for lm, (p, hidden) in planned.models.items()]
    lines += [*table(["model", "parameters", "hidden size", "known from"], rows), ""]

    parts = {"Reading": reading, "Training": training, "Other": others}
    rows, everything = [], []
    for heading, part in parts.items():
        works = list(part(config, planned, here))
        everything += works
        rows += [row(total(heading, works)), *(row(work._replace(name=f"  {work.name}")) for work in works)]
    rows.append(row(total("All", everything)))
    lines += [*table(["step", "amount", "here", "H100", "disk"], rows), ""]
    lines += [
        f"here: {here.name}: {here.flops / 1e9:,.0f} GFLOP/s in {here.dtype}, {here.step * 1e3:.1f} ms a training "
        f"step, {here.workers} jobs side by side.",
        f"H100: {H100.name}: {H100.flops / 1e12:,.0f} TFLOP/s, {H100.step * 1e3:.1f} ms a training step, one job at a "
        f"time; {H100.workers} side by side of those that use no GPU.",
        f"Reading: 2 FLOPs a parameter and token at {UTILIZATION:.0%} of these rates, {CHARACTERS:g} characters a "
        "token.",
        "Not in it: the seconds that every other job takes to start, most of a small experiment; attention over long "
        "documents, downloads, tables and figures, the server of a rating.",
    ]
    return "\n".join(lines)


def total(name: str, works: list[Work]) -> Work:
    return Work(name, "", *(sum(getattr(work, of) for work in works) for of in ("here", "gpu", "size")))


def row(work: Work) -> list[str]:
    size = f"{work.size / 1e9:,.2f} GB" if work.size else ""
    return [work.name, work.amount, *(duration(s) if s else "" for s in (work.here, work.gpu)), size]


def duration(seconds: float) -> str:
    if seconds < 90:
        return f"{seconds:.1f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:,.1f} h"


def table(head: list[str], rows: list[list[str]]) -> list[str]:
    """Columns padded to their widest cell: the first to the left, the others to the right."""
    widths = [max(map(len, column)) for column in zip(head, *rows, strict=True)]
    lines = [head, ["-" * width for width in widths], *rows]
    sides = [str.ljust, *[str.rjust] * (len(widths) - 1)]
    return [
        "  ".join(side(*pair) for side, pair in zip(sides, zip(line, widths, strict=True), strict=True))
        for line in lines
    ]


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m softtopics.cost", description=__doc__.split("\n\n")[0])
    parser.add_argument("configfiles", nargs="*", help="merged over config.yaml in this order, as by --configfile")
    given = parser.parse_args(arguments).configfiles
    try:
        config = settings.load(files.read([*files.bases(), *given]), files.SCHEMA, files=False)
        print(report(config, measured(config["extraction"]["dtype"])))
    except InputError as error:
        sys.exit(f"error: {error}")


if __name__ == "__main__":
    main()
