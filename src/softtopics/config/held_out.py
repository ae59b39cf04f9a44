"""Which corpora hold documents out, and what a config must be for that."""

from softtopics.config import grid
from softtopics.config.model_parameters import has_method
from softtopics.errors import InputError

FORMS = ({"column", "value"}, {"split"}, {"share"}, {"share", "seed"})
KINDS = {"column": ("table", "hub"), "split": ("hub",)}  # of sources whose rows can say where they belong


def split_corpora(config: dict) -> list[str]:
    """Of the corpora that something runs on, those of which documents are held out."""
    used = grid.used_corpora(config)
    return [corpus for corpus in used if config["corpora"][corpus]["preparation"]["held_out"] is not None]


def check_held_out(config: dict) -> None:
    """Refuse a way to hold documents out that is none, and a model that cannot say anything of them.

    Raises:
        InputError: the first mistake found.
    """
    split = split_corpora(config)
    for corpus in split:
        where = f"config: corpora.{corpus}.preparation.held_out"
        held_out, kind = (
            config["corpora"][corpus]["preparation"]["held_out"],
            config["corpora"][corpus]["source"]["kind"],
        )
        if set(held_out) not in FORMS:
            raise InputError(
                f"{where} has the keys {', '.join(held_out) or 'none'}; write column and value, split, or share and "
                "seed"
            )
        for key in KINDS.keys() & held_out.keys():
            if kind not in KINDS[key]:
                raise InputError(f"{where}.{key}: a source of kind {kind} has no {key}; hold out a share")
    for cell in grid.all_cells(config):
        model = config["methods"][cell.method]["model"]
        if cell.corpus in split and not has_method(model, "transform"):
            raise InputError(
                f"config: methods.{cell.method}: the model {model} has no `transform`, and corpora.{cell.corpus} "
                "holds documents out; leave out preparation.held_out or the method"
            )
