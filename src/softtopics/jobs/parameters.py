"""What jobs take from the config, and which of the user's files they read: parameters and inputs of rules."""

import os
from pathlib import Path

from softtopics.config import grid, teachers
from softtopics.hub import local_files
from softtopics.jobs.paths import Paths

OF_VOCABULARY = ("vocabulary_size", "min_documents")  # of a preparation; the rest is about documents


def source_name(config: dict, corpus: str) -> str:
    """What errors call the source of a corpus."""
    source = config["corpora"][corpus]["source"]
    return source.get("path") or source.get("id") or f"corpora.{corpus}"


def own_words(config: dict, corpus: str) -> dict | None:
    """The source of a corpus, if it brings its own vocabulary and BoW."""
    source = config["corpora"][corpus]["source"]
    return source if source["kind"] == "soft_labels" else None


def of_documents(config: dict, corpus: str) -> dict:
    """The part of a corpus's preparation that its documents depend on."""
    preparation = dict(config["corpora"][corpus]["preparation"])
    of_words = {key: preparation.pop(key) for key in OF_VOCABULARY}
    with_words = {"with_words_of": of_words} if preparation.pop("with_words_only") else {}
    if preparation["held_out"] is None:  # as it was before there were splits
        del preparation["held_out"]
    return preparation | with_words


def files_of(source: dict | None) -> list[str]:
    """The files on this machine that a source reads: a table, those of a folder, a vocabulary."""
    if source is None:
        return []
    if source["kind"] == "table":
        return [source["path"]]
    folder = local_files(source["id"]) if "id" in source else []
    return folder + ([str(Path(source["vocabulary"]).expanduser())] if source.get("vocabulary") else [])


def vector_files(source: dict) -> list[str]:
    """The file that word vectors are read from, if they are."""
    return [source["path"]] if source["kind"] == "file" else []


def model_files(source: dict) -> list[str]:
    """The files of a user's model folder; of these only the documentation does not count."""
    files = local_files(source["path"]) if source["kind"] == "folder" else []
    return [path for path in files if not path.endswith(".md")]


def gigabytes(lm: dict) -> float:
    """Memory of a job that loads a model: 5 bytes for each weight of its config block's `size` (in float32, and what is
    computed with them), and 3 GB for the libraries and documents; 16 GB where the block gives no size."""
    return 4 + 5e-9 * lm["size"]["parameters"] if "size" in lm else 16


def scoring(config: dict, teacher: str) -> dict:
    """How a teacher that is a model scores words.

    Returns:
        scorer (a module of `teachers`), words, settings (those of them that it takes), prompt, trust.
    """
    block, scorer = config["teachers"][teacher], teachers.scorer(config, teacher)
    others = ("tokens", "branches") if scorer == "word_scores" else ("tokens",)
    return {
        "scorer": scorer,
        "words": block["words"],
        "settings": {name: value for name, value in block["words"].items() if name not in others},
        "prompt": config["prompts"][block["prompt"]],
        "trust": config["lms"][block["lm"]]["trust_remote_code"],
    }


def parts(block: dict) -> list[dict]:
    """What a job takes of the parts of a view or a mixed teacher: everything but whose they are."""
    return [{key: value for key, value in part.items() if key != "teacher"} for part in block["parts"]]


def application(paths: Paths, cell: grid.Cell) -> dict:
    """What of the config says how a trained cell reads other documents: saved beside it, for `softtopics.apply`.

    Returns:
        corpus, input (of the method), preparation and text (the column) of the corpus, vocabulary_size (of views), and
        those entries of the catalogues that the inputs are made of; states: the file of the training documents' states
        of each teacher in them, from the experiment's folder.
    """
    config = paths.config
    own, corpus = grid.method_settings(config, cell.method, cell.variant), config["corpora"][cell.corpus]
    views = [name for name in teachers.views_behind(config, own["input"]) if name in config["views"]]
    scored = list(teachers.parts_of_views(config, views, "soft_label"))
    states = [name for name in own["input"] if name in config["teachers"]]
    read = dict.fromkeys([*states, *teachers.parts_of_views(config, views, "states"), *scored])
    named = [config["teachers"][name] for name in read if teachers.is_model(config, name)]
    return {
        "corpus": cell.corpus,
        "input": own["input"],
        "text": corpus["source"].get("text") or "text",
        "preparation": {key: corpus["preparation"][key] for key in ("language", "lower_case", "capitalized")},
        "vocabulary_size": grid.own_size(config, cell.corpus),
        "extraction": teachers.extraction(config),
        "states": {name: os.path.relpath(paths.of_hidden(cell.corpus, name), paths.results) for name in read},
        "teachers": {name: block_of(config["teachers"][name], scores=name in scored) for name in read},
        "views": {name: untitled(config["views"][name]) for name in views},
        "prompts": {block["prompt"]: config["prompts"][block["prompt"]] for block in named},
        "lms": {
            block["lm"]: {key: config["lms"][block["lm"]][key] for key in ("kind", "trust_remote_code")}
            for block in named
        },
    }


def block_of(teacher: dict, *, scores: bool) -> dict:
    """A teacher's, for who reads its states; how it scores words is a part of it only for who reads its scores, too."""
    return {key: value for key, value in untitled(teacher).items() if scores or key != "words"}


def untitled(block: dict) -> dict:
    """An entry of a catalogue without what the report calls it, for which nothing is trained again."""
    return {key: value for key, value in block.items() if key not in ("title", "published")}


def count_around(block: dict) -> int:
    """How many neighbours a view or a mixed teacher averages over; 0 for none."""
    return block["neighbours"]["count"] if block.get("neighbours") else 0
