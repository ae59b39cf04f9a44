"""The page itself: its frame, style and script beside each other, and what it knows before it loads data."""

import shutil
from collections.abc import Mapping
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from softtopics import __version__
from softtopics.artifacts import write_text
from softtopics.report.explorer.encoding import write_script
from softtopics.report.explorer.numbers import ablation_rows, main_rows, metric_titles
from softtopics.report.layout import Layout
from softtopics.report.rating import read_validity, sentence

HERE = Path(__file__).parent
FRAME, STYLE = "index.html.jinja", "explorer.css"
SCRIPTS = (  # in this order one script, since a page from a file manager may not import modules
    *("data.js", "address.js", "elements.js", "topics.js", "documents.js", "map.js", "document.js", "compare.js"),
    *("numbers.js", "start.js"),
)


def write_site(
    folder: str | Path, experiment: dict, main: str, ablations: Mapping[str, str], validity: list[str]
) -> None:
    """Write `index.html`, its style and script, and the data that is not of one corpus; drop data of other experiments.

    Args:
        folder: of the explorer.
        experiment: of `plan.experiment`.
        main: the `.csv` of the main table.
        ablations: the `.csv` of each ablation's table, by its name.
        validity: files that say what the rating is worth, of every corpus; none where nobody rates.
    """
    settings = experiment["layout"]
    layout = Layout(**settings, validity=read_validity(validity))
    rows = main_rows(main, experiment["methods"])
    tables = {name: {**experiment["ablations"][name], "rows": ablation_rows(path)} for name, path in ablations.items()}
    metrics = metric_titles([*rows, *(row for table in tables.values() for row in table["rows"])], layout)
    content = {key: value for key, value in experiment.items() if key != "layout"} | {
        "colors": layout.colors,
        "spread": {"topics": list(layout.topics), "seeds": len(layout.seeds)},
        "rating": sentence(layout.validity, layout.rater, layout.corpora) if layout.rated else "",
        "metrics": metrics,
        "main": rows,
        "ablations": tables,
    }
    folder = Path(folder)
    write_script(folder / "data", "experiment", content)
    drop_others(folder / "data", experiment)
    environment = Environment(loader=FileSystemLoader(HERE), autoescape=True, undefined=StrictUndefined)
    frame = environment.get_template(FRAME).render(experiment=experiment["name"], version=__version__)
    write_text(folder / "index.html", frame)
    write_text(folder / STYLE, (HERE / STYLE).read_text(encoding="utf-8"))
    write_text(folder / "explorer.js", "\n".join((HERE / name).read_text(encoding="utf-8") for name in SCRIPTS))


def drop_others(data: Path, experiment: dict) -> None:
    """Take out corpora and methods that are not in the experiment: the folder may be passed on, and has their texts."""
    for folder in data.iterdir():
        if folder.is_dir() and folder.name not in experiment["corpora"]:
            shutil.rmtree(folder)
    for folder in data.glob("*/methods/*"):
        if folder.name not in experiment["methods"]:
            shutil.rmtree(folder)
