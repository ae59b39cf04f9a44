"""What raters there are: what each takes from the config and reads, and what tables say of it.

A new rater is a module with `rater(**settings) -> Rate` (`metrics.rating`) and a row here.
"""

from dataclasses import dataclass

from softtopics.config.teachers import extraction, parts_of


@dataclass(frozen=True)
class Rater:
    """A row of the catalogue; its key is `rating.kind` and the name of the module in `raters`.

    Attributes:
        title: what the tables say of its ratings, with {lm} for the title of the language model, {model} for the
            server's.
        settings: keys of the config's `rating` that its `rater` takes.
        reads: the files that it takes beside them: `lm` (a model's record), `logits` (word associations) and
            `vocabulary`.
        needs_lm: `rating.lm` names the language model that it asks.
        loads_lm: it loads that model itself, and so takes what `extraction` says, and several threads.
        keeps_answers: it takes a `cache` of earlier answers.
        lowest: of its scale; the rating of a topic of fewer than two words, which it is not asked about.
    """

    title: str
    settings: tuple[str, ...] = ()
    reads: tuple[str, ...] = ()
    needs_lm: bool = False
    loads_lm: bool = False
    keeps_answers: bool = False
    lowest: float = 0.0


RATERS = {
    "likelihood": Rater(
        "likelihood of a topic's words given each other under {lm}, 0 to 1",
        reads=("logits", "vocabulary"),
        needs_lm=True,
    ),
    "lm": Rater(
        "the expected answer of {lm}, 1 to 3",
        settings=("prompt", "chat"),
        reads=("lm",),
        needs_lm=True,
        loads_lm=True,
        keeps_answers=True,
        lowest=1.0,
    ),
    "server": Rater(
        "the answer of {model}, 1 to 3",
        settings=("prompt", "base_url", "model", "api_key_env", "retries", "parallel"),
        keeps_answers=True,
        lowest=1.0,
    ),
}


def settings(config: dict, cache: str) -> dict:
    """What `rating.load_rater` takes beside files: the kind, and what that kind takes from the config.

    Args:
        config: the whole of it.
        cache: the file of answers that were given before.
    """
    rating, row = config["rating"], RATERS[config["rating"]["kind"]]
    own = {key: rating[key] for key in row.settings if rating[key] is not None}
    if row.loads_lm:
        own |= {**extraction(config), "trust_remote_code": config["lms"][rating["lm"]]["trust_remote_code"]}
    return {"kind": rating["kind"], **own, **({"cache": cache} if row.keeps_answers else {})}


def title(config: dict) -> str:
    """What tables say of the rater and its scale; nothing where nobody rates."""
    rating = config["rating"]
    if not rating["enabled"]:
        return ""
    row = RATERS[rating["kind"]]
    if not row.needs_lm:
        return row.title.format(model=rating["model"])
    learned = [config["methods"][method]["teacher"] for method in config["run"]["methods"]]
    teachers = [name for teacher in filter(None, learned) for name in (teacher, *parts_of(config, teacher))]
    taught = any(config["teachers"][teacher].get("lm") == rating["lm"] for teacher in teachers)
    said = row.title.format(lm=config["lms"][rating["lm"]]["title"])
    return said + (" (it may favour the methods that it teaches)" if taught else "")
