"""What kind of teacher or view a config block is, and what others it is made of."""

from collections.abc import Iterable, Iterator


def is_precomputed(config: dict, teacher: str) -> bool:
    """Whether a teacher's states and scores are read from a dataset: it has a source in place of a model."""
    return "source" in config["teachers"][teacher]


def is_mixed(config: dict, teacher: str) -> bool:
    """Whether a teacher is made of other teachers and the corpus's own words; it has no states of its own."""
    return "parts" in config["teachers"][teacher]


def is_model(config: dict, teacher: str) -> bool:
    """Whether a teacher is a language model or an encoder, under a prompt."""
    return not is_precomputed(config, teacher) and not is_mixed(config, teacher)


def reading(config: dict, teacher: str) -> tuple[str, str]:
    """What a teacher's hidden states depend on beside the corpus: its model and its prompt, or itself if it is none.

    A view, which methods read like a teacher, is itself, too.
    """
    if teacher in config["views"]:
        return teacher, "view"
    block = config["teachers"][teacher]
    return (block["lm"], block["prompt"]) if is_model(config, teacher) else (teacher, "")


def with_states(config: dict, names: Iterable[str]) -> list[str]:
    """Of some teachers and views those with states of their own; of teachers with the same states the first alone."""
    first: dict[tuple[str, str], str] = {}
    for name in names:
        if name in config["views"] or not is_mixed(config, name):
            first.setdefault(reading(config, name), name)
    return list(first.values())


def reading_titles(config: dict) -> dict[str, str]:
    """What the states of the reference teachers and views are called.

    A teacher's by its model, with the prompt where the model has several; a dataset's and a view's by its own title.
    """
    named = with_states(config, config["run"]["references"])
    read = {name: reading(config, name) for name in named if name not in config["views"]}
    models = [lm for lm, _ in read.values()]
    found = {}
    for name in named:
        if name in config["views"]:
            found[name] = config["views"][name]["title"]
        elif is_precomputed(config, name):
            found[name] = f"{config['teachers'][name]['title']} (published)"
        else:
            lm, prompt = read[name]
            found[name] = config["lms"][lm]["title"] + (f", prompt {prompt}" if models.count(lm) > 1 else "")
    return found


def scorer(config: dict, teacher: str) -> str:
    """The module of `teachers` that scores the words of a teacher that is a model."""
    block = config["teachers"][teacher]
    if config["lms"][block["lm"]]["kind"] == "encoder":
        return "scaled_cosines"
    return "whole_words" if block["words"]["tokens"] == "all" else "word_scores"


def scored_by(config: dict, module: str) -> list[str]:
    """The teachers that are models and whose words a module of `teachers` scores."""
    return [name for name in config["teachers"] if is_model(config, name) and scorer(config, name) == module]


def extraction(config: dict) -> dict:
    """What of `extraction` a reading depends on: not the number of jobs that share it, which give the same bytes."""
    return {key: value for key, value in config["extraction"].items() if key != "jobs"}


def parts_of(config: dict, teacher: str) -> list[str]:
    """The teachers that a mixed teacher is made of; none of another."""
    return [part["teacher"] for part in config["teachers"][teacher].get("parts", ()) if part["of"] == "soft_label"]


def views_behind(config: dict, names: Iterable[str]) -> list[str]:
    """Every view among some teachers and views, and those that they average over, directly or not; each once."""
    found: dict[str, None] = {}
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        block = config["views"].get(name) or config["teachers"][name]
        if name in config["views"]:
            if name in found:
                continue
            found[name] = None
        if around := block.get("neighbours"):
            waiting.append(around["view"])
    return list(found)


def graphs_behind(config: dict, names: Iterable[str]) -> list[str]:
    """The views whose neighbours some teachers and views average over, directly or not."""
    names = list(names)
    blocks = [config["views"].get(name) or config["teachers"][name] for name in [*names, *views_behind(config, names)]]
    return list(dict.fromkeys(block["neighbours"]["view"] for block in blocks if block.get("neighbours")))


def parts_of_views(config: dict, views: Iterable[str], of: str) -> Iterator[str]:
    """The teachers whose `states` or whose `soft_label` views are made of."""
    for view in views:
        yield from (part["teacher"] for part in config["views"][view]["parts"] if part["of"] == of)
