"""How much of an experiment a table or figure shows, what it takes from the config, and when it is wanted.

The functions that rows of the catalogue name. Each takes the config and the name of an ablation ("" where there is
none).
"""

from collections.abc import Callable
from typing import NamedTuple

from softtopics.config import grid, judges
from softtopics.config.held_out import split_corpora
from softtopics.report.layout import titles
from softtopics.report.paper import pairs as paper


class Scope(NamedTuple):
    """What a table or figure shows."""

    corpora: list[str]
    methods: list[str]
    topics: list[int]
    cells: list[grid.Cell]


# How large a part of the experiment a row shows; `name` is the ablation's, where there is one.


def main(config: dict, name: str) -> Scope:
    """Every method as its block says."""
    run = config["run"]
    return Scope(run["corpora"], run["methods"], run["topics"], grid.default_cells(config))


def of_split(config: dict, name: str) -> Scope:
    """The corpora that hold documents out."""
    scope, split = main(config, name), split_corpora(config)
    return scope._replace(
        corpora=[corpus for corpus in scope.corpora if corpus in split],
        cells=[cell for cell in scope.cells if cell.corpus in split],
    )


def largest_k(config: dict, name: str) -> Scope:
    scope = main(config, name)
    return scope._replace(cells=[cell for cell in scope.cells if cell.k == max(scope.topics)])


def every_corpus(config: dict, name: str) -> Scope:
    """Those of ablations, too."""
    return main(config, name)._replace(corpora=grid.used_corpora(config), cells=[])


def paired(config: dict, name: str) -> Scope:
    """The cells that have a partner among the published ones."""
    partners = {(pair.method, pair.variant) for pair in paper.pairs(config)}
    cells = [cell for cell in grid.all_cells(config) if (cell.method, cell.variant) in partners]
    return main(config, name)._replace(cells=cells)


def ablated(config: dict, name: str) -> Scope:
    corpora, topics = grid.ablation_corpora(config, name), grid.ablation_topics(config, name)
    return Scope(corpora, config["ablations"][name]["methods"], topics, grid.ablation_cells(config, name))


# What a row takes from the config beside the layout.


def backbones(config: dict) -> dict[str, list[str]]:
    """The groups of the backbones table with those of their methods that run."""
    groups = config["report"]["backbones"].items()
    running = {name: [method for method in methods if method in config["run"]["methods"]] for name, methods in groups}
    return {name: methods for name, methods in running.items() if methods}


def of_paper(config: dict, name: str) -> dict:
    blocks = {corpus: config["corpora"][corpus] for corpus in config["run"]["corpora"]}
    return {
        "pairs": [pair._asdict() for pair in paper.pairs(config)],
        "metrics": paper.metrics(config),
        "corpora": {
            corpus: {key: block[key] for key in ("published", "preparation")}
            for corpus, block in blocks.items()
            if "published" in block
        },
    }


def of_teachers(config: dict, name: str) -> dict:
    used = grid.used_word_scores(config)
    return {"used": [tuple(one) for one in used], "titles": titles(config, "teachers", [one.teacher for one in used])}


def of_ablation(config: dict, name: str) -> dict:
    """The parameter, and for every corpus and method its values with their variants, and the method's own value."""
    block = config["ablations"][name]
    scope, parameter, values = ablated(config, name), block["parameter"], block["values"]
    return {
        "parameter": parameter,
        "metrics": ["c_v", "c_npmi", "topic_diversity", "purity", "nmi", "p_at_1", "p_at_10"],
        "lines": {
            c: {m: [(v, grid.variant_of(config, name, c, m, v)) for v in values] for m in scope.methods}
            for c in scope.corpora
        },
        "defaults": {c: {m: grid.own_value(config, c, m, parameter) for m in scope.methods} for c in scope.corpora},
    }


def of_scores(
    *metrics: str, representations: tuple[str, ...] = (), every_reference: bool = False, about_methods: bool = False
) -> Callable[[dict, str], dict]:
    """Settings of a table of methods x metrics that no config changes."""
    settings: dict[str, object] = {"metrics": list(metrics), "representations": list(representations)}
    settings |= {"every_reference": every_reference, "about_methods": about_methods}
    return lambda config, name: settings


# When a row is wanted.


def always(config: dict, name: str) -> bool:
    return True


def words_judged(config: dict, name: str) -> bool:
    return judges.words_judged(config)


def judged(config: dict, name: str) -> bool:
    """Something beside counts judges topics or documents."""
    return judges.words_judged(config) or bool(judges.judges(config))


def splits(config: dict, name: str) -> bool:
    return bool(of_split(config, name).corpora)


def published(config: dict, name: str) -> bool:
    return bool(paper.pairs(config))


def numeric(config: dict, name: str) -> bool:
    """An ablation of numbers is a curve, too."""
    return all(type(value) in (int, float) for value in config["ablations"][name]["values"])
