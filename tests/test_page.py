"""The page of a report, and the catalogue of what stands on it."""

import inspect
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest
from reported import figure, table

from softtopics.report.catalogue import FIGURES, TABLES
from softtopics.report.figures.style import save
from softtopics.report.page import Part, write_page

SOURCE = Path(__file__).parents[1] / "src"


def settings_of_a_page(*references: str) -> dict:
    """As much of a config as a page reads."""
    coherence = {"references": list(references)}
    texts = {"wikipedia": {"title": "Wikipedia"}}
    return {
        "experiment": "test",
        "key": "<value>",
        "evaluation": {"coherence": coherence},
        "reference_texts": texts,
        "report": {"explorer": {"enabled": True}},
    }


def test_the_page_holds_everything_and_needs_nothing_from_outside(scores, layout, tmp_path):
    table("main", layout, scores=scores).write(tmp_path / "main")
    save(figure("main", layout, scores=scores), tmp_path / "figure")
    parts = [
        Part("figure_main", "Figure", "Shown <here>.", str(tmp_path / "figure.png")),
        Part("table_main", "Main", "", str(tmp_path / "main.html")),
    ]
    write_page(tmp_path / "page.html", settings_of_a_page("corpus"), parts)
    page = (tmp_path / "page.html").read_text(encoding="utf-8")
    assert "data:image/png;base64," in page and "<table>" in page and "Shown &lt;here&gt;" in page
    assert "&lt;value&gt;" in page and "http://" not in page and "https://" not in page


@pytest.mark.parametrize("there", [True, False])
def test_the_page_leads_to_the_explorer_where_there_is_one(tmp_path, there):
    config = settings_of_a_page("corpus") | {"report": {"explorer": {"enabled": there}}}
    write_page(tmp_path / "page.html", config, [])
    assert ('href="explorer/index.html"' in (tmp_path / "page.html").read_text(encoding="utf-8")) == there


@pytest.mark.parametrize(
    ("references", "said"),
    [
        (["corpus"], "the corpus itself."),
        (["wikipedia"], "Wikipedia."),
        (["corpus", "wikipedia"], "the corpus itself and in Wikipedia."),
    ],
)
def test_the_page_says_what_coherence_is_measured_in(references, said, tmp_path):
    write_page(tmp_path / "page.html", settings_of_a_page(*references), [])
    page = " ".join((tmp_path / "page.html").read_text(encoding="utf-8").split())
    assert f"Coherence is measured in {said}" in page
    assert ("the corpus itself" in page) == ("corpus" in references)


@pytest.mark.parametrize(("kind", "catalogue"), [("table", TABLES), ("figure", FIGURES)])
def test_every_row_of_the_catalogue_names_a_module_that_makes_it(kind, catalogue):
    modules = {path.stem for path in (SOURCE / f"softtopics/report/{kind}s").glob("*.py")}
    for name, row in catalogue.items():
        make = getattr(import_module(f"softtopics.report.{kind}s.{row.module}"), kind)
        assert list(inspect.signature(make).parameters) == ["material"], name
        assert bool(row.title) != row.ablations, name  # an ablation has a title of its own
        assert bool(row.caption) == (kind == "figure"), name
    helpers = {"__init__", "lettering", "panels", "style"} if kind == "figure" else {"__init__"}
    assert modules - helpers == {row.module for row in catalogue.values()}


def test_a_report_starts_without_torch_gensim_and_scikit_learn():
    modules = [f"softtopics.report.tables.{row.module}" for row in TABLES.values()]
    modules += [f"softtopics.report.figures.{row.module}" for row in FIGURES.values()]
    code = (
        f"import sys, softtopics.report.page, softtopics.report.catalogue, {', '.join(modules)}\n"
        "print([name for name in ('torch', 'gensim', 'sklearn', 'transformers') if name in sys.modules])"
    )
    run = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env={"PYTHONPATH": str(SOURCE)}, check=True
    )
    assert run.stdout.strip() == "[]"
