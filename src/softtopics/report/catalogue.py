"""What tables and figures there are: what each is called, which module makes it, what it reads, when it is wanted.

A new table is a module of `report.tables` with `table(material) -> Table` and a row here, a new figure a module of
`report.figures` with `figure(material) -> Figure` and a row here; `material.Material` is what they get.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from softtopics.config import grid
from softtopics.metrics.catalogue import COHERENCE, METRICS
from softtopics.report import captions, selection
from softtopics.report.layout import layout_of
from softtopics.report.selection import of_scores


@dataclass(frozen=True)
class Row:
    """A row of the catalogue.

    Attributes:
        title: of the table or figure; an ablation has its own.
        module: a file of `report.tables` or `report.figures`.
        reads: what of `material.Material.load` it is made of.
        scope: corpora, methods, K and cells that it shows.
        settings: what it takes from the config beside the layout.
        wanted: whether an experiment has it.
        caption: of a figure, by its layout and settings; tables write their own.
        ablations: there is one for every ablation, called `<name>_<ablation>`.
    """

    title: str
    module: str
    reads: tuple[str, ...]
    scope: Callable[[dict, str], selection.Scope] = selection.main
    settings: Callable[[dict, str], dict] = lambda config, name: {}
    wanted: Callable[[dict, str], bool] = selection.always
    caption: Callable[[dict, dict], str] | None = None
    ablations: bool = False


SCORES = ("scores", "representations", "audits")
RATED_SCORES = (*SCORES, "ratings", "validity")
WITHOUT_LABELS = [name for name, metric in METRICS.items() if metric.judges]

TABLES = {
    "main": Row(
        "Main results",
        "scores",
        RATED_SCORES,
        settings=of_scores(
            "c_v",
            "c_npmi",
            "topic_diversity",
            "i_rbo",
            "stability_nmi",
            "purity",
            "nmi",
            "p_at_10",
            "llm_rating",
            "topics_found",
            "empty_topics",
            "seconds",
            representations=("kmeans",),
            about_methods=True,
        ),
    ),
    "label_free": Row(
        "Without labels",
        "scores",
        RATED_SCORES,
        settings=of_scores(*WITHOUT_LABELS, "topics_found", about_methods=True),
    ),
    "trust": Row(
        "What may be trusted without labels",
        "trust",
        RATED_SCORES,
        wanted=selection.judged,
        settings=lambda config, name: {
            "measures": list(WITHOUT_LABELS),
            "labelled": ["purity", "nmi", "p_at_10"],
            "words": config["rating"]["words"],
        },
    ),
    "rating_validity": Row(
        "Validity of the rating",
        "rating_validity",
        ("validity",),
        wanted=selection.words_judged,
        settings=lambda config, name: {"words": config["rating"]["words"]},
    ),
    "coherence": Row(
        "Coherence",
        "scores",
        SCORES,
        settings=of_scores(*COHERENCE, "missing_words", "empty_topics", every_reference=True),
    ),
    "clustering": Row(
        "Clustering",
        "scores",
        SCORES,
        settings=of_scores("purity", "inverse_purity", "harmonic_purity", "ari", "nmi", representations=("kmeans",)),
    ),
    "retrieval": Row(
        "Retrieval",
        "scores",
        SCORES,
        settings=of_scores("p_at_1", "p_at_5", "p_at_10", representations=("bow", "soft_labels", "hidden")),
    ),
    "retrieval_by_k": Row(
        "Retrieval by number of topics",
        "retrieval_by_k",
        SCORES,
        settings=of_scores("p_at_1", "p_at_5", "p_at_10", representations=("bow", "soft_labels", "hidden")),
        wanted=lambda config, name: len(config["run"]["topics"]) > 1,
    ),
    "held_out": Row(
        "Held-out documents",
        "held_out",
        SCORES,
        selection.of_split,
        of_scores(
            "held_out_p_at_1",
            "held_out_p_at_5",
            "held_out_p_at_10",
            "probe_accuracy",
            "probe_macro_f1",
            representations=("bow", "soft_labels", "hidden"),
        ),
        selection.splits,
    ),
    "backbones": Row(
        "Backbones",
        "backbones",
        RATED_SCORES,
        wanted=lambda config, name: bool(selection.backbones(config)),
        settings=lambda config, name: {
            "backbones": selection.backbones(config),
            "metrics": ["c_v", "topic_diversity", "i_rbo", "purity", "nmi", "p_at_10", "llm_rating"],
        },
    ),
    "paper": Row(
        "Published and reproduced", "paper", RATED_SCORES, selection.paired, selection.of_paper, selection.published
    ),
    "ablation": Row("", "ablation", ("scores", "audits"), selection.ablated, selection.of_ablation, ablations=True),
    "topics": Row(
        "Topics",
        "topics",
        ("runs",),
        selection.largest_k,
        settings=lambda config, name: {
            "shown": config["report"]["topics_shown"],
            "relevance": config["evaluation"]["relevance"],
        },
    ),
    "corpora": Row("Corpora", "corpora", ("audits", "vocabularies"), selection.every_corpus),
    "duplicates": Row("Duplicates", "duplicates", ("audits",), selection.every_corpus),
    "teachers": Row(
        "Teachers",
        "teachers",
        ("readings", "words"),
        selection.every_corpus,
        selection.of_teachers,
        lambda config, name: bool(grid.used_word_scores(config)),
    ),
}

FIGURES = {
    "main": Row(
        "Main results",
        "main",
        SCORES,
        caption=captions.main,
    ),
    "paper": Row(
        "Published and reproduced",
        "paper",
        RATED_SCORES,
        selection.paired,
        selection.of_paper,
        selection.published,
        caption=captions.paper,
    ),
    "ablation": Row(
        "",
        "ablation",
        ("scores", "audits"),
        selection.ablated,
        selection.of_ablation,
        selection.numeric,
        ablations=True,
        caption=captions.ablation,
    ),
}


class Item(NamedTuple):
    """One table or figure of an experiment: its catalogue row, spelled out for the config.

    Attributes:
        title, module, reads, caption: as in the row.
        corpora, cells: whose files it reads.
        layout, settings: of `Material.load`.
    """

    title: str
    module: str
    reads: tuple[str, ...]
    caption: str
    corpora: list[str]
    cells: list[grid.Cell]
    layout: dict
    settings: dict

    def for_script(self) -> dict:
        """What the script that makes it takes: the arguments of `Material.load` but files, and the module."""
        return {name: getattr(self, name) for name in ("title", "module", "layout", "settings")}


def items(catalogue: dict[str, Row], config: dict) -> dict[str, Item]:
    """The tables or figures that an experiment has, by name, in order.

    Args:
        catalogue: `TABLES` or `FIGURES`.
        config: the whole of it.

    Raises:
        InputError: a `published` of the config names nothing that was published.
    """
    found = {}
    for name, row in catalogue.items():
        for ablation in config["run"]["ablations"] if row.ablations else [""]:
            if row.wanted(config, ablation):
                scope = row.scope(config, ablation)
                layout = layout_of(config, scope.corpora, scope.methods, scope.topics)
                if catalogue is TABLES:
                    del layout["colors"]  # for a new one figures are drawn again, and no table is written
                settings = row.settings(config, ablation)
                found[f"{name}_{ablation}" if ablation else name] = Item(
                    title=config["ablations"][ablation]["title"] if ablation else row.title,
                    module=row.module,
                    reads=row.reads,
                    caption=row.caption(layout, settings) if row.caption else "",
                    corpora=scope.corpora,
                    cells=scope.cells,
                    layout=layout,
                    settings=settings,
                )
    return found
