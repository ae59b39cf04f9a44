"""The scripts of one method: the topics of all its runs in one, and for each run what it says of the documents."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from softtopics.artifacts import Corpus, Run
from softtopics.metrics.counts import Counts
from softtopics.report.explorer.documents import run_documents
from softtopics.report.explorer.encoding import write_script
from softtopics.report.explorer.topics import Rate, topics_of


def write_method(
    folder: str | Path,
    name: str,
    cells: Mapping[int, Sequence[Run]],
    corpus: Corpus,
    counts: Counts,
    *,
    seeds: Sequence[int],
    rate: Rate | None,
    **shown,
) -> None:
    """Write `<name>/topics`, and `<name>/documents-<K>-<seed>` for each run.

    Args:
        folder: of the explorer's data.
        name: corpus and method, `news/methods/lda`.
        cells: the runs of the method by K.
        seeds: of the runs that are shown.
        rate, shown: see `topics.topics_of`, and so are the others.
    """
    runs = {f"{k}-{run.seed}": run for k, cell in cells.items() for run in cell if run.seed in seeds}
    topics = {key: topics_of(run, corpus, counts, rate=rate, **shown) for key, run in runs.items()}
    write_script(folder, f"{name}/topics", topics)
    for key, run in runs.items():
        write_script(folder, f"{name}/documents-{key}", run_documents(run.theta))
