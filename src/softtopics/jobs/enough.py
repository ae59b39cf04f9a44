"""Are there enough documents for all that an experiment does with a corpus? Asked as soon as they are counted."""

from collections.abc import Iterator

from softtopics.config import grid
from softtopics.errors import InputError
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
