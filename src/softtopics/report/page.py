"""Tables and figures -> one self-contained HTML page."""

import base64
from pathlib import Path
from typing import NamedTuple

import yaml
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from softtopics import __version__
from softtopics.artifacts import write_text
from softtopics.metrics.catalogue import CORPUS
from softtopics.storage import check, reading


class Part(NamedTuple):
    """A table (an .html fragment that `Table.write` made) or a figure (a .png) with its heading."""

    name: str
    title: str
    caption: str
    path: str

    @property
    def is_figure(self) -> bool:
        return self.path.endswith(".png")

    @property
    def image(self) -> str:
        check(self.path)
        return base64.b64encode(Path(self.path).read_bytes()).decode()

    @property
    def table(self) -> Markup:
        with reading(self.path, whole=True):
            return Markup(Path(self.path).read_text(encoding="utf-8"))


def write_page(path: str | Path, config: dict, parts: list[Part]) -> None:
    """One page without outside resources: it can be mailed.

    Args:
        path: of the page.
        config: the settings; `experiment` is the heading, all of it stands at the end. Where they want an explorer, the
            page links to it: the one address that leads elsewhere, to the folder beside the page.
        parts: tables and figures in order.
    """
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent), autoescape=True, undefined=StrictUndefined
    )
    page = environment.get_template("page.html.jinja").render(
        experiment=config["experiment"],
        version=__version__,
        parts=parts,
        coherence_in=reference_titles(config),
        explorer=config["report"]["explorer"]["enabled"],
        settings=yaml.safe_dump(config, sort_keys=False, allow_unicode=True, width=100),
    )
    write_text(path, page)


def reference_titles(config: dict) -> str:
    """What coherence is measured in."""
    names = config["evaluation"]["coherence"]["references"]
    titles = ["the corpus itself" if n == CORPUS else config["reference_texts"][n]["title"] for n in names]
    return " and in ".join(titles)
