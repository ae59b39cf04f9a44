"""What the explorer shows of an experiment, worked out from the config: runs, labels of teachers, what a map is of."""

from typing import NamedTuple

from softtopics.config import grid, teachers
from softtopics.config.grid import Cell
from softtopics.report.layout import layout_of, titles

TEMPERATURE, CALIBRATION = 3.0, 0.0  # of a neural model whose block says nothing else
WORDS = "words"  # what a map is of where no model has read the documents


class Label(NamedTuple):
    """A teacher's soft label as some method learns from it.

    Attributes:
        teacher: who says it.
        temperature, calibration: as in `teachers.views.soft_labels`.
    """

    teacher: str
    temperature: float
    calibration: float


def cells(config: dict, corpus: str, method: str) -> list[Cell]:
    """A method as its block says, at every K."""
    return [Cell(corpus, method, grid.DEFAULT, k) for k in config["run"]["topics"]]


def seeds(config: dict) -> list[int]:
    """Those whose runs are shown."""
    return config["run"]["seeds"][: config["report"]["explorer"]["seeds"]]


def labels(config: dict) -> list[Label]:
    """The soft labels that methods learn from, as they do, in the order of the methods; each once.

    Behind them those of the teachers that are scored beside the methods and that nobody learns from: at temperature 1.
    """
    found = []
    for method in config["run"]["methods"]:
        block = config["methods"][method]
        if teacher := block["teacher"]:
            own = block["parameters"]
            found.append(
                Label(teacher, own.get("temperature", TEMPERATURE), own.get("calibration", CALIBRATION)),
            )
    taught = {label.teacher for label in found}
    references = [name for name in config["run"]["references"] if name in config["teachers"] and name not in taught]
    return list(dict.fromkeys([*found, *(Label(name, 1.0, 0.0) for name in references)]))


def mapped(config: dict, corpus: str) -> str:
    """Whose states of the documents the map of a corpus is of: a teacher that read them anyway, or `WORDS`.

    An encoder's before a language model's: nearness is what its states were trained for.
    """
    read = [name for name in config["teachers"] if (corpus, name) in grid.needs(config).states]
    own = [name for name in read if not teachers.is_mixed(config, name)]
    return min(own, key=lambda name: not is_encoder(config, name), default=WORDS)


def is_encoder(config: dict, teacher: str) -> bool:
    block = config["teachers"][teacher]
    return teachers.is_model(config, teacher) and config["lms"][block["lm"]]["kind"] == "encoder"


def map_title(config: dict, corpus: str) -> str:
    """What a map is of, in words."""
    name = mapped(config, corpus)
    if name == WORDS:
        return "the documents' words (tf-idf): no model has read this corpus"
    block = config["teachers"][name]
    title = config["lms"][block["lm"]]["title"] if "lm" in block else block["title"]
    return f"{title}'s {'embeddings' if is_encoder(config, name) else 'hidden states, standardised'}"


def standardized(config: dict, corpus: str) -> bool:
    """Whether a map is of states that are no encoder's."""
    name = mapped(config, corpus)
    return name != WORDS and not is_encoder(config, name)


def shown(config: dict) -> dict:
    """What `topics.topics_of` takes from the config."""
    evaluation = config["evaluation"]
    return {
        "n_words": evaluation["top_words"],
        "relevance": evaluation["relevance"],
        "rated_words": config["rating"]["words"],
        "texts": config["report"]["explorer"]["texts"],
    }


def label_settings(config: dict) -> list[dict]:
    """What the page says of each of `labels`, and the parts of mixed ones."""
    found = []
    for label in labels(config):
        block = config["teachers"][label.teacher]
        own = {"teacher": label.teacher, "title": block["title"], "around": 0, "parts": []}
        if teachers.is_mixed(config, label.teacher):
            own["parts"] = [{key: value for key, value in part.items() if key != "teacher"} for part in block["parts"]]
            own["around"] = block["neighbours"]["count"] if block.get("neighbours") else 0
        found.append({**own, "temperature": label.temperature, "calibration": label.calibration})
    return found


def experiment(config: dict) -> dict:
    """What the page knows of the experiment before it loads data: titles in order, K, seeds, ablations."""
    run = config["run"]
    methods = titles(config, "methods", run["methods"])
    return {
        "name": config["experiment"],
        "corpora": titles(config, "corpora", run["corpora"]),
        "methods": methods,
        "proposed": [name for name in methods if config["methods"][name]["teacher"]],
        "topics": run["topics"],
        "seeds": seeds(config),
        "texts": config["report"]["explorer"]["texts"],
        "relevance": config["evaluation"]["relevance"],
        "ablations": {
            name: {"title": config["ablations"][name]["title"], "parameter": config["ablations"][name]["parameter"]}
            for name in run["ablations"]
        },
        "layout": layout_of(config, run["corpora"], run["methods"], run["topics"]),
    }
