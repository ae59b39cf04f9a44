"""The grid that a config spells out: variants of methods, cells, and what they need."""

from typing import Any, NamedTuple

from softtopics.config.model_parameters import defaults_of
from softtopics.config.teachers import (
    graphs_behind,
    is_model,
    parts_of,
    parts_of_views,
    reading,
    scored_by,
    views_behind,
)
from softtopics.errors import InputError

DEFAULT = "default"  # the variant that is the method as its config block says
# Parameters of an ablation that are not the model's own: what it learns from, what it reads, both, its
# word vectors, and the corpus's V.
SPECIAL = ("teacher", "input", "reader", "word_vectors", "vocabulary_size")


class Cell(NamedTuple):
    """What one job trains, with every seed."""

    corpus: str
    method: str
    variant: str
    k: int


def variant_name(ablation: str, value: Any) -> str:
    text = "+".join(map(str, value)) if isinstance(value, list) else str(value)
    return f"{ablation}-{text}"


def own_size(config: dict, corpus: str) -> int:
    """V as the corpus's own block asks for it."""
    return config["corpora"][corpus]["preparation"]["vocabulary_size"]


def own_value(config: dict, corpus: str, method: str, parameter: str) -> Any:
    """What a method on a corpus has without an ablation, be it by the model's default.

    Its `reader` is its teacher if it reads that teacher's hidden states and nothing else, else None.
    """
    block = config["methods"][method]
    if parameter == "vocabulary_size":
        return own_size(config, corpus)
    if parameter == "reader":
        alone = block["teacher"] and [reading(config, t) for t in block["input"]] == [reading(config, block["teacher"])]
        return block["teacher"] if alone else None
    if parameter in SPECIAL:
        return block[parameter]
    return (defaults_of(block["model"]) | block["parameters"]).get(parameter)


def variant_of(config: dict, ablation: str, corpus: str, method: str, value: Any) -> str:
    """The variant with that value: `default` where the method has it on this corpus anyway."""
    same = own_value(config, corpus, method, config["ablations"][ablation]["parameter"]) == value
    return DEFAULT if same else variant_name(ablation, value)


def variants(config: dict, method: str) -> list[str]:
    """Every variant of a method that some ablation may define, `default` first."""
    names = [DEFAULT]
    for name, ablation in config["ablations"].items():
        if method in ablation["methods"]:
            names += [variant_name(name, value) for value in ablation["values"]]
    return names


def method_settings(config: dict, method: str, variant: str) -> dict:
    """All that the result of a method's variant depends on.

    Returns:
        model, teacher, input, word_vectors, parameters, and vocabulary_size: None for the corpus's own.
    """
    block = config["methods"][method]
    settings = {name: block[name] for name in ("model", "teacher", "input", "word_vectors")}
    settings |= {"parameters": dict(block["parameters"]), "vocabulary_size": None}
    if variant == DEFAULT:
        return settings
    for name, ablation in config["ablations"].items():
        for value in ablation["values"]:
            if variant == variant_name(name, value):
                match ablation["parameter"]:
                    case "reader":
                        settings |= {"teacher": value, "input": [value]}
                    case parameter if parameter in SPECIAL:
                        settings[parameter] = value
                    case parameter:
                        settings["parameters"][parameter] = value
                return settings
    raise InputError(f"config: no ablation defines the variant {variant!r} of {method}")


def vocabulary_size(config: dict, corpus: str, method: str, variant: str) -> int:
    """V that a cell asks for: the variant's, or the corpus's own."""
    size = method_settings(config, method, variant)["vocabulary_size"]
    return size or own_size(config, corpus)


def default_cells(config: dict) -> list[Cell]:
    """The cells of the main tables: every method as its block says."""
    run = config["run"]
    return [Cell(c, m, DEFAULT, k) for c in run["corpora"] for m in run["methods"] for k in run["topics"]]


def ablation_cells(config: dict, ablation: str) -> list[Cell]:
    """The cells of one ablation, in the order corpus, method, value, K."""
    block = config["ablations"][ablation]
    return [
        Cell(corpus, method, variant_of(config, ablation, corpus, method, value), k)
        for corpus in ablation_corpora(config, ablation)
        for method in block["methods"]
        for value in block["values"]
        for k in ablation_topics(config, ablation)
    ]


def all_cells(config: dict) -> list[Cell]:
    """Everything that is trained, once."""
    cells = default_cells(config)
    for ablation in config["run"]["ablations"]:
        cells += ablation_cells(config, ablation)
    return list(dict.fromkeys(cells))


def ablation_corpora(config: dict, ablation: str) -> list[str]:
    return config["ablations"][ablation]["corpora"] or config["run"]["corpora"]


def ablation_topics(config: dict, ablation: str) -> list[int]:
    return config["ablations"][ablation]["topics"] or config["run"]["topics"]


class RatingJob(NamedTuple):
    """What one job rates: cells of one corpus and vocabulary."""

    corpus: str
    v: int
    part: str  # main, or the ablation that adds the cells


def rating_jobs(config: dict) -> dict[RatingJob, list[Cell]]:
    """Every cell once, in jobs that are worth loading a rater for; none where rating is turned off.

    A new value of an ablation is no main cell.
    """
    if not config["rating"]["enabled"]:
        return {}
    parts = {"main": default_cells(config)}
    parts |= {f"ablation_{name}": ablation_cells(config, name) for name in config["run"]["ablations"]}
    part_of: dict[Cell, str] = {}
    for part, cells in parts.items():
        for cell in cells:
            part_of.setdefault(cell, part)
    jobs: dict[RatingJob, list[Cell]] = {}
    for cell, part in part_of.items():
        job = RatingJob(cell.corpus, vocabulary_size(config, *cell[:3]), part)
        jobs.setdefault(job, []).append(cell)
    return jobs


def used_vectors(config: dict) -> list[str]:
    """Word vectors that a cell starts from, or that judge topics."""
    cells = all_cells(config)
    names = [method_settings(config, cell.method, cell.variant)["word_vectors"] for cell in cells]
    return list(dict.fromkeys(filter(None, [*names, config["evaluation"]["judges"]["words"]])))


def external_references(config: dict) -> list[str]:
    """The texts outside the corpora that coherence is measured in."""
    return [name for name in config["evaluation"]["coherence"]["references"] if name != "corpus"]


def used_corpora(config: dict) -> list[str]:
    """Corpora that something runs on: those of `run`, then those that only an ablation names."""
    names = list(config["run"]["corpora"])
    for ablation in config["run"]["ablations"]:
        names += config["ablations"][ablation]["corpora"] or []
    return list(dict.fromkeys(names))


class WordScores(NamedTuple):
    """The words of one vocabulary of a corpus, scored by one teacher."""

    corpus: str
    teacher: str
    v: int


class Needs(NamedTuple):
    """What teachers are asked for by cells and by the rows without a topic model.

    Attributes:
        scores: the words of a corpus and vocabulary, scored by a teacher.
        states: (corpus, teacher) whose states are read.
        views: (corpus, view).
        graphs: those of the views whose neighbours something is averaged over, or compared with.
    """

    scores: set[WordScores]
    states: set[tuple[str, str]]
    views: set[tuple[str, str]]
    graphs: set[tuple[str, str]]


def needs(config: dict) -> Needs:
    """Everything, with what mixed teachers and views are made of: views score words of the corpus's own vocabulary."""
    wanted = Needs(set(), set(), set(), set())
    asked = [
        (cell.corpus, vocabulary_size(config, *cell[:3]), *learned_from(config, cell)) for cell in all_cells(config)
    ]
    for corpus in config["run"]["corpora"]:
        names = config["run"]["references"]
        teachers = [name for name in names if name in config["teachers"]]
        asked.append((corpus, own_size(config, corpus), teachers, names))
    if judge := config["evaluation"]["judges"]["documents"]:
        asked += [(corpus, own_size(config, corpus), [], [judge]) for corpus in used_corpora(config)]
    for corpus, v, teachers, read in asked:
        scored = [part for teacher in teachers for part in (teacher, *parts_of(config, teacher))]
        wanted.scores.update(WordScores(corpus, teacher, v) for teacher in scored)
        views = views_behind(config, [*teachers, *read])
        wanted.views.update((corpus, view) for view in views)
        wanted.graphs.update((corpus, view) for view in graphs_behind(config, [*teachers, *read]))
        labels = parts_of_views(config, views, "soft_label")
        wanted.scores.update(WordScores(corpus, teacher, own_size(config, corpus)) for teacher in labels)
        states = [*(name for name in read if name not in config["views"]), *parts_of_views(config, views, "states")]
        wanted.states.update((corpus, teacher) for teacher in states)
        if judge in read:
            wanted.graphs.add((corpus, judge))
    wanted.states.update((scores.corpus, scores.teacher) for scores in wanted.scores)
    return wanted


def learned_from(config: dict, cell: Cell) -> tuple[list[str], list[str]]:
    """The teacher of a cell, if it has one, and the teachers and views that it reads."""
    own = method_settings(config, cell.method, cell.variant)
    return [own["teacher"]] if own["teacher"] else [], own["input"]


def used_word_scores(config: dict) -> list[WordScores]:
    """Word scores that something reads, by corpus, teacher (both in catalogue order) and V."""
    order = used_corpora(config), list(config["teachers"])
    return sorted(needs(config).scores, key=lambda s: (order[0].index(s.corpus), order[1].index(s.teacher), s.v))


class Reading(NamedTuple):
    """The documents of one corpus, read by one model under one prompt."""

    corpus: str
    lm: str
    prompt: str


def used_readings(config: dict) -> list[Reading]:
    """What models read, by corpus and teacher (both in catalogue order)."""
    used = needs(config).states
    by_model = [teacher for teacher in config["teachers"] if is_model(config, teacher)]
    ordered = ((corpus, teacher) for corpus in used_corpora(config) for teacher in by_model)
    found = (Reading(corpus, *reading(config, teacher)) for corpus, teacher in ordered if (corpus, teacher) in used)
    return list(dict.fromkeys(found))


def branched(config: dict) -> dict[Reading, WordScores]:
    """The readings in which whole words are scored, each with its first scores: of the corpus's own V if any are."""
    whole = (one for one in used_word_scores(config) if one.teacher in scored_by(config, "whole_words"))
    ordered = sorted(whole, key=lambda one: one.v != own_size(config, one.corpus))
    return {Reading(one.corpus, *reading(config, one.teacher)): one for one in reversed(ordered)}
