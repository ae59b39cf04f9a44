"""How the last finished run of an experiment chose the words of topics: `evaluation.json`, for `softtopics.apply`.

No job writes it: as a parameter of one, a change would start over what does not depend on it, such as training.
"""

import logging
from pathlib import Path

NAME = "evaluation.json"

log = logging.getLogger(__name__)


def write(folder: Path, evaluation: dict) -> None:
    """Write `evaluation.json` of an experiment's folder, from its `evaluation` in the config."""
    from softtopics.artifacts import write_json  # with pandas, for which no start of Snakemake should wait

    write_json(folder / NAME, {"relevance": evaluation["relevance"]})


def relevance(folder: Path) -> float:
    """The experiment's relevance, see `Run.top_words`; 1, the default, before its first run has finished."""
    from softtopics.artifacts import read_json

    path = folder / NAME
    if not path.is_file():
        log.info("%s is not there: a topic's words are those of the largest weights, by relevance 1", path)
        return 1.0
    return read_json(path)["relevance"]
