"""Are there enough documents for all that an experiment does with a corpus? Asked as soon as they are counted."""

import json
from collections.abc import Iterator
from pathlib import Path

from softtopics.config import grid
from softtopics.errors import InputError
from softtopics.jobs import parameters
from softtopics.jobs.paths import Paths
from softtopics.metrics.catalogue import DEEPEST
from softtopics.models.least import least


def check_enough(config: dict, corpus: str, name: str, audit: dict) -> None:
    """Nothing but the first sentence: later, a library would end in an error of its own.

    Args:
        config: the whole of it.
        corpus: whose documents they are.
        name: what errors call its source.
        audit: of `corpora.prepare`.

    Raises:
        InputError: something needs more documents; the sentence names all that do.
    """
    documents = audit["documents"]
    lacking = {by: n for by, n in needs(config, corpus, len(audit["classes"]) > 1) if n > documents}
    if lacking:
        said = "; ".join(f"{by} needs {n}" for by, n in sorted(lacking.items(), key=lambda pair: pair[1]))
        raise InputError(
            f"{name}: {documents} documents are too few, for {said}; add documents, ask for fewer topics, or take out "
            "of the experiment what needs more"
        )


def check_known(config: dict, changing: set[str]) -> None:
    """The same of corpora that were prepared by an earlier run, which may have asked for less.

    Args:
        config: the whole of it.
        changing: the corpora that are about to be prepared again.

    Raises:
        InputError: as above.
    """
    paths = Paths(config)
    for corpus in grid.used_corpora(config):
        audit = Path(f"{paths.corpus}/audit.json".format(corpus=corpus))
        if corpus not in changing and audit.is_file():
            known = json.loads(audit.read_text(encoding="utf-8"))
            check_enough(config, corpus, parameters.source_name(config, corpus), known)


def needs(config: dict, corpus: str, labelled: bool) -> Iterator[tuple[str, int]]:
    """What the cells of a corpus and its metrics need, and who needs it."""
    for cell in grid.all_cells(config):
        if cell.corpus == corpus:
            own = grid.method_settings(config, cell.method, cell.variant)
            need = least(own["model"], own["parameters"])
            yield f"methods.{cell.method} ({need.reason})", need.documents
            yield f"run.topics, K = {cell.k},", cell.k
    if config["evaluation"]["judges"]["documents"]:
        yield "evaluation.judges.documents", DEEPEST + 1
    if labelled:
        yield f"P@{DEEPEST} (a corpus with labels)", DEEPEST + 1
