"""What an experiment consists of: its cells, readings of documents, word scores, and how large all of that is."""

import json
import math
import struct
from pathlib import Path
from typing import NamedTuple

import numpy as np

from softtopics.artifacts import read_documents
from softtopics.config import grid, teachers
from softtopics.corpora.prepare import SELECTION, read, select
from softtopics.errors import InputError
from softtopics.hub import local_folder

CHARACTERS = 3.6  # in a token of a language model; SmolLM2's have 3.3 (newsgroups), 3.5 (tweets) and 4.2 (titles)


class Plan(NamedTuple):
    """What runs.

    Attributes:
        cells: of the main tables and the ablations, each with every seed.
        readings, scores: what the cells and the reference rows need of models; published soft labels cost nothing.
        lengths: LM tokens of every document, by corpus.
        models: parameters and hidden size, by LM.
        known: where sizes come from, by corpus or LM.
    """

    cells: list[grid.Cell]
    readings: list[grid.Reading]
    scores: list[grid.WordScores]
    lengths: dict[str, np.ndarray]
    models: dict[str, tuple[float, int]]
    known: dict[str, str]

    def width(self, teacher: dict) -> int:
        """D of the states of a teacher's block; nothing is known of a dataset's."""
        return self.models[teacher["lm"]][1] if "lm" in teacher else 0


def plan(config: dict) -> Plan:
    """All of an experiment, whether or not some of it is done.

    Raises:
        InputError: a corpus or a model is not on this machine and the config does not say its size.
    """
    cells, readings = grid.all_cells(config), grid.used_readings(config)
    scores = [one for one in grid.used_word_scores(config) if teachers.is_model(config, one.teacher)]
    lengths, models, known = {}, {}, {}
    for corpus in dict.fromkeys(cell.corpus for cell in cells):
        lengths[corpus], known[corpus] = document_lengths(config, corpus)
    for lm in dict.fromkeys(reading.lm for reading in readings):
        models[lm], known[lm] = lm_size(config, lm)
    return Plan(cells, readings, scores, lengths, models, known)


def jobs(config: dict, planned: Plan) -> dict[str, int]:
    """Jobs of the rules that take time; those of tables and figures take seconds."""
    cells = len(planned.cells)
    counts = {
        "corpus": len(planned.lengths),
        "lm": len(planned.models),
        "hidden": len(planned.readings) - len(grid.branched(config)),
        "teacher": len(planned.scores),
        "train": cells,
        "evaluate": cells,
        **rating_jobs(config),
        "representations": len(config["run"]["corpora"]),
    }
    return {rule: count for rule, count in counts.items() if count}


def rating_jobs(config: dict) -> dict[str, int]:
    """Jobs that rate, by rule."""
    if not config["rating"]["enabled"]:
        return {}
    rated = grid.rating_jobs(config)
    read = {job[:2] for job in rated} if config["rating"]["kind"] == "likelihood" else {}
    return {"associations": len(read), "rate": len(rated), "validity": len(config["run"]["corpora"])}


def document_lengths(config: dict, corpus: str) -> tuple[np.ndarray, str]:
    """LM tokens of every document, and how they are known: prepared, read from the source, or said by the config."""
    block = config["corpora"][corpus]
    prepared = Path(config["results"]) / config["experiment"] / "corpora" / corpus / "documents.parquet"
    if prepared.is_file():
        texts = read_documents(prepared, ["text"])["text"]
        return texts.str.len().to_numpy() / CHARACTERS, "prepared"
    source = block["source"]
    table, dataset = source.get("path"), source.get("id")
    if source["kind"] == "wordnet" or (table and Path(table).is_file()) or (dataset and local_folder(dataset)):
        options = {name: block["preparation"][name] for name in SELECTION}
        texts = select(read(source, options["held_out"]), corpus, **options)[0]["text"]
        return texts.str.len().to_numpy() / CHARACTERS, "source"
    if "size" in block:
        documents = min(block["size"]["documents"], block["preparation"]["max_documents"] or math.inf)
        return np.full(int(documents), block["size"]["tokens"], dtype=float), "config"
    raise InputError(
        f"config: corpora.{corpus} is not on this machine; give it `size: {{documents: ..., tokens: ...}}` to count by"
    )


def lm_size(config: dict, lm: str) -> tuple[tuple[float, int], str]:
    """Parameters and hidden size of a model, and how they are known: fetched, or said by the config."""
    folder = Path(config["results"]) / "lms" / lm
    if weights := sorted(folder.glob("model*.safetensors")):
        about = json.loads((folder / "config.json").read_text(encoding="utf-8"))
        about = about.get("text_config", about)  # models that see and hear keep the language part there
        return (sum(map(entries, weights)), about["hidden_size"]), "fetched"
    if size := config["lms"][lm].get("size"):
        return (size["parameters"], size["hidden"]), "config"
    raise InputError(
        f"config: lms.{lm} is not on this machine; give it `size: {{parameters: ..., hidden: ...}}` to count by"
    )


def entries(path: Path) -> float:
    """How many numbers a .safetensors file holds, by its header alone."""
    with path.open("rb") as file:
        header = json.loads(file.read(struct.unpack("<Q", file.read(8))[0]))
    return float(sum(math.prod(part["shape"]) for name, part in header.items() if name != "__metadata__"))
