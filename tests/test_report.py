"""Tables, figures and the page: right marks, nothing missing, the same bytes twice, a quick start."""

import dataclasses
import html
import inspect
import itertools
import re
import subprocess
import sys
from dataclasses import replace
from importlib import import_module
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from markdown_it import MarkdownIt
from matplotlib.figure import Figure

from softtopics.artifacts import Run, write_json, write_table
from softtopics.markup import latex
from softtopics.metrics.catalogue import COHERENCE, METRICS, Metric
from softtopics.report.catalogue import FIGURES, TABLES
from softtopics.report.figures.style import save
from softtopics.report.layout import Layout
from softtopics.report.material import Material
from softtopics.report.page import Part, write_page
from softtopics.report.render import Cell, Section, Table, shortened
from softtopics.report.scores import COLUMNS, read_scores

SOURCE = Path(__file__).parents[1] / "src"
METHODS = {"lda": "LDA", "dsl": "DSL & co_1", "weak": "Weak"}
LEVEL = {"lda": 0.80, "dsl": 0.81, "weak": 0.2}


@pytest.fixture
def layout() -> Layout:
    return Layout(
        corpora={"a": "Corpus A", "b": "Corpus B"},
        methods=METHODS,
        teachers={"t": "Teacher"},
        readings={"t": "Model"},
        topics=[10, 20],
        seeds=[0, 1],
        alpha=0.05,
        labelled=frozenset({"a"}),
    )


@pytest.fixture
def scores() -> pd.DataFrame:
    """Two methods that do not differ and a weak one; corpus b has no labels."""
    noise = itertools.cycle([0.0, 0.02, 0.03, -0.02, 0.01])
    rows = []
    for corpus, method, k, seed, metric in itertools.product("ab", METHODS, (10, 20), (0, 1), METRICS):
        if metric == "llm_rating" or (corpus == "b" and METRICS[metric].needs_labels):
            continue
        for variant in ("default", "temperature-1", "temperature-9"):
            value = 0.0 if metric == "empty_topics" else LEVEL[method] + next(noise)
            rows.append((corpus, method, variant, k, seed, metric, value))
    rows += [("a", "kmeans/t", "default", k, s, "purity", 0.9) for k in (10, 20) for s in (0, 1)]
    rows += [("a", "hidden/t", "default", 0, 0, f"p_at_{k}", 0.95) for k in (1, 5, 10)]
    return pd.DataFrame(rows, columns=COLUMNS)


def table(name: str, layout: Layout, settings: dict | None = None, **read: object) -> Table:
    """A table of the catalogue, with the settings of its row if none are given."""
    row = TABLES[name]
    settings = row.settings({}, "") if settings is None else settings
    return import_module(f"softtopics.report.tables.{row.module}").table(Material(row.title, layout, settings, **read))


def figure(name: str, layout: Layout, settings: dict | None = None, **read: object) -> Figure:
    row = FIGURES[name]
    material = Material(row.title or "tau", layout, settings or {}, **read)
    return import_module(f"softtopics.report.figures.{row.module}").figure(material)


PAIRS = [(1, "temperature-1"), (9, "temperature-9")]


def ablated(method: str = "dsl", metrics: tuple[str, ...] = ("c_v", "purity"), **defaults: dict) -> dict:
    """The settings of an ablation of the temperature of one method on both corpora."""
    lines = {corpus: {method: PAIRS} for corpus in "ab"}
    defaults = {corpus: {method: None} for corpus in "ab"} | defaults
    return {"parameter": "temperature", "metrics": list(metrics), "lines": lines, "defaults": defaults}


def test_the_best_and_what_does_not_differ_are_bold_and_references_do_not_compete(scores, layout):
    text = table("main", layout, scores=scores).markdown()
    lines = {
        line.split("|")[1].strip(): line for line in text.split("### Corpus B")[0].splitlines() if line.startswith("|")
    }
    purity = [cell.strip() for cell in lines["Method"].split("|")].index("Purity")
    cell = {name: line.split("|")[purity].strip() for name, line in lines.items()}
    assert cell["LDA"].startswith("**") and cell["DSL & co_1"].startswith("**") and not cell["Weak"].startswith("**")
    assert cell["*k-means, Model states*"].startswith(".900")


def with_wikipedia(scores: pd.DataFrame, layout: Layout) -> tuple[pd.DataFrame, Layout]:
    """The same, coherence being measured in Wikipedia, too."""
    own = scores[scores.metric.isin([*COHERENCE, "missing_words"])]
    external = own.assign(metric=own.metric + "@wiki", value=own.value / 2)
    kept = scores[scores.metric != "missing_words"]
    both = dataclasses.replace(layout, references={"corpus": "corpus", "wiki": "Wikipedia"})
    return pd.concat([kept, external], ignore_index=True), both


def test_coherence_stands_in_the_tables_once_for_each_reference(scores, layout):
    assert table("coherence", layout, scores=scores).columns == ["Method", "C_V", "NPMI", "UCI", "UMass"]
    found, both = with_wikipedia(scores, layout)
    main = table("main", both, scores=found)
    assert main.columns[1:4] == ["C_V", "C_V (Wikipedia)", "NPMI"] and "NPMI (Wikipedia)" not in main.columns
    assert "measured in Wikipedia where so named, else in the corpus itself" in main.caption
    assert "Wikipedia" not in table("clustering", both, scores=found).caption
    every = table("coherence", both, scores=found)
    assert every.columns[1:5] == ["C_V", "C_V (Wikipedia)", "NPMI", "NPMI (Wikipedia)"]
    assert every.columns[-1] == "Missing words (Wikipedia)"
    means = every.data[(every.data.corpus == "a") & (every.data.method == "LDA")].set_index("metric")["mean"]
    assert means["c_v@wiki"] == pytest.approx(means["c_v"] / 2)
    alone = dataclasses.replace(both, references={"wiki": "Wikipedia"})
    made = table("main", alone, scores=found)
    assert made.columns[1:3] == ["C_V (Wikipedia)", "NPMI (Wikipedia)"]
    assert "Coherence is measured in Wikipedia." in made.caption and "corpus itself" not in made.caption


def test_figures_have_a_panel_for_each_reference(scores, layout):
    found, both = with_wikipedia(scores, layout)
    titles = [axis.get_title(loc="left") for axis in figure("main", both, scores=found).axes]
    assert titles[:2] == ["Corpus A\nC_V", "Corpus A\nC_V\n(Wikipedia)"] and len(titles) == 8
    curves = figure("ablation", both, ablated("lda"), scores=found)
    assert [curves.axes[row].get_ylabel() for row in (0, 2, 4)] == ["C_V", "C_V (Wikipedia)", "Purity"]


def test_what_is_left_out_has_its_reason_in_the_caption(scores, layout):
    main = table("main", layout, scores=scores)
    assert "Corpus B: no labels" in main.caption and "Rating is left out" in main.caption
    assert not any("Rating" in column for column in main.columns)
    assert main.markdown().split("### Corpus B")[1].count("–") == 3 * 3  # purity, NMI, P@10 of three methods


def test_the_caption_says_how_many_cells_are_compared_and_whether_that_is_corrected_for(scores, layout):
    assert "3 cells compared, no correction" in table("main", layout, scores=scores).caption
    corrected = replace(layout, correction="holm")
    assert "3 cells compared, Holm's correction" in table("main", corrected, scores=scores).caption
    assert "2 cells compared, Holm's" in table("ablation", corrected, ablated(), scores=scores).caption


@pytest.mark.parametrize("name", ["coherence", "retrieval_by_k", "backbones", "ablation"])
def test_every_table_that_marks_the_best_corrects_for_many_tests_where_that_is_asked_for(name, layout):
    """`near` differs from the best by one test, not by one of nine."""
    values = {"best": [0.80, 0.82, 0.81, 0.83], "near": [0.78, 0.80, 0.79, 0.79]}
    values |= {f"like {i}": [0.70, 0.95, 0.75, 0.79] for i in range(8)}
    rows = [
        ("a", "m" if name == "ablation" else row, row if name == "ablation" else "default", 10, seed, "c_v", value)
        for row, found in values.items()
        for seed, value in enumerate(found)
    ]
    methods = {"m": "M"} if name == "ablation" else {row: row for row in values}
    one = replace(layout, corpora={"a": "Corpus A"}, methods=methods, topics=[10], seeds=[0, 1, 2, 3])
    settings = {"metrics": ["c_v"], "representations": [], "every_reference": False, "about_methods": False}
    settings |= {"backbones": {"B": list(values)}, "parameter": "x", "lines": {"a": {"m": [(v, v) for v in values]}}}
    near = {}
    for correction in ("none", "holm"):
        made = table(name, replace(one, correction=correction), settings, scores=pd.DataFrame(rows, columns=COLUMNS))
        near[correction] = made.sections[0].rows[1][-1]
        said = {"none": "no correction", "holm": "Holm's correction"}
        assert f"10 cells compared, {said[correction]}" in made.caption
        assert made.data["not_different"].tolist()[:2] == [True, correction == "holm"]
    assert {cell.text for cell in near.values()} == {".790"}
    assert (near["none"].marked, near["holm"].marked) == (False, True)


@pytest.mark.parametrize("name", ["coherence", "retrieval_by_k", "backbones", "ablation"])
def test_the_lowest_is_the_best_where_lower_is_better(name, layout, monkeypatch):
    monkeypatch.setitem(METRICS, "perplexity", Metric("Perplexity", "fit", higher_is_better=False))
    level = {("low", "v-1"): 0.1, ("low", "v-2"): 0.5} if name == "ablation" else {("low", "default"): 0.1}
    level |= {} if name == "ablation" else {("high", "default"): 0.5}
    rows = [
        ("a", method, variant, 10, seed, "perplexity", value + 0.01 * seed)
        for (method, variant), value in level.items()
        for seed in range(2)
    ]
    methods = {method: method.upper() for method, _ in level}
    one = replace(layout, corpora={"a": "Corpus A"}, methods=methods, topics=[10])
    settings = {"metrics": ["perplexity"], "representations": [], "every_reference": False, "about_methods": False}
    settings |= {"backbones": {"B": list(methods)}, "parameter": "x"}
    settings |= {"lines": {"a": {"low": [(1, "v-1"), (2, "v-2")]}}}
    made = table(name, one, settings, scores=pd.DataFrame(rows, columns=COLUMNS))
    assert [row[-1].marked for row in made.sections[0].rows] == [True, False]
    assert made.data["best"].tolist() == [True, False]


def test_a_missing_score_is_named_and_stops_the_table(scores, layout):
    missing = scores[~((scores.method == "dsl") & (scores.k == 20) & (scores.seed == 1) & (scores.metric == "c_v"))]
    with pytest.raises(
        ValueError, match="no score for corpus a, method dsl, variant default, k 20, seed 1, metric c_v"
    ):
        table("main", layout, scores=missing)
    with pytest.raises(ValueError, match="no score for corpus a, method dsl"):
        figure("main", layout, scores=missing)


def test_repeated_or_missing_values_in_score_files_are_refused(scores, tmp_path):
    path = tmp_path / "s.csv"
    pd.concat([scores, scores.head(1)]).to_csv(path, index=False)
    with pytest.raises(ValueError, match="a score appears twice: corpus a, method lda, variant default, k 10, seed 0"):
        read_scores([path])
    scores.assign(value=np.nan).to_csv(path, index=False)
    with pytest.raises(ValueError, match="a score is missing: corpus a"):
        read_scores([path])


@pytest.mark.parametrize("name", ["NA", "null", "nan", "2020", "007", "1e3", "True"])
def test_a_corpus_or_a_method_is_called_as_its_key_whatever_that_reads_like(scores, tmp_path, name):
    write_table(tmp_path / "scores.csv", scores.assign(corpus=name, method=name).drop_duplicates(COLUMNS[:-1]))
    found = read_scores([tmp_path / "scores.csv"])
    assert set(found["corpus"]) == set(found["method"]) == {name} and found["value"].dtype == float


def test_latex_and_html_escape_what_is_special(scores, layout):
    retrieval = table("retrieval", layout, scores=scores)
    assert r"DSL \& co\_1" in retrieval.latex() and r"\toprule" in retrieval.latex()
    assert "DSL &amp; co_1" in retrieval.html()
    body = retrieval.latex().split(r"\toprule")[1]
    assert all(line.count("&") - line.count(r"\&") in (0, 3) for line in body.splitlines())


def test_numbers_are_shortened_as_in_papers():
    assert [shortened(v, 3) for v in (0.8124, 1.0, -0.25, 12.0, -1e-4)] == [".812", "1.000", "-.250", "12.000", ".000"]


def test_a_table_is_written_four_ways_and_its_csv_has_the_numbers(scores, layout, tmp_path):
    table("main", layout, scores=scores).write(tmp_path / "main")
    assert {path.suffix for path in tmp_path.glob("[!.]*")} == {".csv", ".md", ".tex", ".html"}
    data = pd.read_csv(tmp_path / "main.csv").set_index(["corpus", "method", "metric"])
    values = scores.query("corpus == 'a' and method == 'lda' and metric == 'purity' and variant == 'default'").value
    assert data.loc[("a", "LDA", "purity"), "mean"] == pytest.approx(values.mean())
    assert data.loc[("a", "LDA", "purity"), "std"] == pytest.approx(values.std(ddof=1))


def test_the_ablation_table_has_a_row_for_every_value(scores, layout):
    made = table("ablation", layout, ablated(), scores=scores)
    assert [[cell.text for cell in row[:2]] for row in made.sections[0].rows] == [
        ["DSL & co_1", "1"],
        ["DSL & co_1", "9"],
    ]
    assert made.columns == ["Method", "Temperature", "C_V", "Purity"]
    assert set(made.data["value"]) == {"1", "9"} and set(made.data["method"]) == {"dsl"}


def test_the_topics_table_shows_the_most_used_topics(layout):
    theta = np.array([[0.1, 0.7, 0.2]] * 4)
    beta = np.array([[9, 8, 7, 6, 5, 4, 3, 2, 1], [1, 9, 8, 7, 6, 5, 4, 3, 2], [2, 1, 9, 8, 7, 6, 5, 4, 3]])
    run = Run(beta, theta, list("abcdefghi"), 0, 1.0, {})
    runs = {(corpus, method): run for corpus in layout.corpora for method in layout.methods}
    made = table("topics", layout, {"shown": 2, "relevance": 1}, runs=runs)
    rows = [[cell.text for cell in row] for row in made.sections[0].rows]
    assert rows[:3] == [
        ["LDA", "70.0%", "b c d e f g h i"],
        ["", "20.0%", "c d e f g h i a"],
        ["DSL & co_1", *rows[0][1:]],
    ]
    assert len(rows) == 2 * len(METHODS) and "The 2 topics" in made.caption and "K = 20" in made.caption


def test_the_corpora_table_shows_the_audit(layout):
    audit = {"rows_read": 10, "empty": 1, "repeated": 2, "repeated_with_another_label": 1, "sampled_away": 0}
    audit |= {"documents": 7, "labels": "2 classes", "vocabulary_size": 5, "documents_without_vocabulary_words": 0}
    audits = {"a": {**audit, "tokens_median": 4.5}, "b": {**audit, "tokens_median": 4.0}}
    made = table("corpora", layout, audits=audits)
    assert [cell.text for cell in made.sections[0].rows[0]][:4] == ["Corpus A", "10", "1", "2"]
    audit |= {"tokens_median": 4.5}
    rebuilt = audit | {"source": {"word_order": "not known"}}
    caption = table("corpora", layout, audits={"a": audit, "b": rebuilt}).caption
    assert "Corpus B: rebuilt from bags of words; the order of words is not known." in caption
    assert "Corpus A" not in caption


def test_the_duplicates_table_shows_groups_shares_and_what_models_see(layout):
    copies = {"distinct": 6, "groups": 2, "groups_of_several_classes": 1, "largest_group": 3, "largest_groups": []}
    copies |= {"rows_with_a_copy": 5 / 9, "documents_with_a_copy": 0.0, "nearly_repeated": 1}
    audit = {"rows_read": 21_996, "empty": 1, "repeated": 3, "documents": 6, "copies": copies}
    made = table("duplicates", layout, audits={"a": audit, "b": audit})
    cells = dict(zip(made.columns, (cell.text for cell in made.sections[0].rows[1]), strict=True))
    assert cells["Corpus"] == "Corpus B" and cells["Rows read"] == "21,996" and cells["Rows with a copy"] == "55.6%"
    assert cells["Classes disagree"] == "1" and cells["of those, with a copy"] == "0.0%"
    assert made.data["rows_with_a_copy"].tolist() == [5 / 9, 5 / 9]


def test_the_teachers_table_names_the_dataset_of_published_soft_labels(layout):
    meta = {
        "source": {"kind": "soft_labels", "id": "someone/corpus"},
        "dtype": "not known",
        "words": {"published": True},
    }
    teachers = {(corpus, "t", 2000): meta for corpus in "ab"}
    made = table("teachers", layout, {"titles": {"t": "ERNIE"}}, teachers=teachers)
    assert [cell.text for cell in made.sections[0].rows[0]] == [
        "ERNIE", "as published in someone/corpus", "not known", "", "2000", "–",
    ]  # fmt: skip


def test_figures_are_written_in_two_formats_and_the_same_bytes_twice(scores, layout, tmp_path):
    for name in ("first", "second"):
        save(figure("main", layout, scores=scores), tmp_path / f"main_{name}")
        save(figure("ablation", layout, ablated(a={"dsl": 9}), scores=scores), tmp_path / f"curve_{name}")
    for kind, suffix in itertools.product(("main", "curve"), (".pdf", ".png")):
        first, second = (tmp_path / f"{kind}_{name}{suffix}" for name in ("first", "second"))
        assert first.read_bytes() == second.read_bytes() and first.stat().st_size > 1000


def test_a_figure_shows_every_method_and_every_value(scores, layout):
    main = figure("main", layout, scores=scores)
    assert [label.get_text() for label in main.axes[0].get_yticklabels()] == list(METHODS.values())
    curve = figure("ablation", layout, ablated(a={"dsl": 9}), scores=scores)
    assert [float(x) for x in curve.axes[0].lines[0].get_xdata()] == [1, 9]
    assert [len(axis.lines) for axis in curve.axes[:2]] == [2, 1]  # corpus a has the method's own value, open
    assert [float(x) for x in curve.axes[0].lines[1].get_xdata()] == [9]
    assert any("no labels" in text.get_text() for axis in curve.axes for text in axis.texts)


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
    helpers = {"__init__", "panels", "style"} if kind == "figure" else {"__init__"}
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


def test_markdown_keeps_a_pipe_inside_a_cell():
    piped = Table("T", "c", ["x"], [Section("", [[Cell("a|b")]])], pd.DataFrame())
    assert r"a\|b" in piped.markdown()


def test_single_runs_are_not_said_to_be_tested(scores, layout):
    alone = replace(layout, topics=[10], seeds=[0])
    settings = {"metrics": ["c_v"], "representations": [], "every_reference": False, "about_methods": False}
    said = table("main", alone, settings, scores=scores[(scores["k"] == 10) & (scores["seed"] == 0)]).caption
    assert "One run of each method, with K = 10." in said and "cannot be said of single runs" in said
    assert "standard deviation" not in said and "t-test" not in said


def test_the_table_of_teachers_names_words_that_collide(layout):
    first = {"words": {"forms": ["written"], "tokens": "first"}, "dtype": "float32", "collisions": 2}
    first["collided_words"] = {"entity": "ent", "entityset": "ent"}
    whole = {"words": {"forms": ["written", "upper"], "tokens": "all"}, "dtype": "bfloat16", "collisions": 0}
    whole |= {"collided_words": {}, "branches": 16, "beginnings": 500}
    encoder = {"words": {"scale": 20, "tokens": "first"}, "dtype": "float32"}
    metas = {(c, t, 2000): m for c in layout.corpora for t, m in {"p": first, "w": whole, "e": encoder}.items()}
    made = table("teachers", layout, {"titles": {"p": "Paper", "w": "Whole", "e": "Encoder"}}, teachers=metas)
    text = made.markdown()
    assert "| Paper | written | float32 | entity entityset | 2000 | 2 |" in text
    assert "| Whole | written + upper, whole words (16 of 500 beginnings exact) | bfloat16 |  | 2000 | 0 |" in text
    assert "| Encoder | cosine | float32 |  | 2000 | – |" in text
    assert len(made.data) == 6


def test_a_teacher_that_shares_a_reading_keeps_its_own_account_of_words(tmp_path):
    first = {"words": {"forms": ["written"], "tokens": "first"}, "collisions": 31, "collided_words": {"a": "b"}}
    whole = {"words": {"forms": ["written", "upper"], "tokens": "all"}, "collisions": 0, "collided_words": {}}
    whole |= {"branches": 16, "beginnings": 500, "spellings": 900, "dtype": "bfloat16", "thoughts": ["so"]}
    files = {"words": [str(tmp_path / "first.json")], "readings": [str(tmp_path / "whole.json")]}
    write_json(files["words"][0], first)
    write_json(files["readings"][0], whole)
    settings = {"used": [("a", "p", 2000)], "titles": {"p": "Paper"}}
    layout = {"corpora": {"a": "A"}, "methods": {}, "teachers": {}, "readings": {}, "topics": [5], "seeds": [0]}
    material = Material.load("T", layout | {"alpha": 0.05}, settings, files)
    assert material.teachers == {("a", "p", 2000): first | {"dtype": "bfloat16", "thoughts": ["so"]}}
    assert import_module("softtopics.report.tables.teachers").scored_by(material.teachers["a", "p", 2000]) == "written"


SIGNS = (
    "$5 to $10_a",
    "$_$ & 100% | more",
    r"^{$} $\frac",
    "_first",
    "*a* `b`",
    "<b>x</b> & &lt;",
    r"\\|\\",
    "~~x~~",
    "[a](b)",
    "C#",
)


def rendered(markdown: str) -> str:
    """What a reader sees of Markdown."""
    return MarkdownIt("commonmark").enable(["table", "strikethrough"]).render(markdown)


@pytest.mark.parametrize("title", SIGNS)
def test_titles_appear_as_they_are_written(title, scores, layout):
    titled = replace(
        layout,
        corpora={"a": title, "b": f"B {title}"},
        methods={"lda": f"M {title}", "dsl": title, "weak": "Weak"},
        readings={"t": title},
    )
    made = replace(table("main", titled, scores=scores), title=title, caption=f"Of {title}")
    seen = html.escape(title, quote=False)
    page = rendered(made.markdown())
    for place in (f"<strong>{seen}.</strong> Of {seen}</p>", f"<h3>{seen}</h3>", f"<td>{seen}</td>"):
        assert place in page
    assert f"<em>k-means, {seen} states</em>" in page and page.count("<table>") == 2
    assert all(line.count("</td>") == len(made.columns) for line in made.html().splitlines() if "<td>" in line)
    body = made.latex().split(r"\midrule", 1)[1]
    plain = re.sub(r"\\text\w+\{\}|\\[\\&%$#_{}]", "", body)  # what is written for a sign, and line ends
    assert not set("$#_~^<>|`") & set(plain.replace(r"$\pm$", "")) and r"\text" not in plain.replace(
        r"\textit{", ""
    ).replace(r"\textbf{", "")


@pytest.mark.parametrize("title", SIGNS)
def test_a_title_in_a_figure_is_no_formula_and_no_hidden_label(title, scores, layout, tmp_path):
    titled = replace(layout, corpora={"a": title, "b": "B"}, methods={"lda": "LDA", "dsl": title, "weak": "Weak"})
    drawn = figure("ablation", titled, ablated(), scores=scores)
    (legend,) = drawn.legends
    assert [text.get_text() for text in legend.get_texts()] == [title]
    assert drawn.axes[0].get_title() == title and not drawn.axes[0].title.get_parse_math()
    save(drawn, tmp_path / "figure")
    save(figure("main", titled, scores=scores), tmp_path / "main")


def test_a_row_of_latex_does_not_begin_with_what_would_be_an_option_of_the_line_before():
    assert latex("[a]") == "{[}a]" and latex("*") == "{*}" and latex("a--b\n\nc") == "a-{}-b c"


def test_names_that_look_like_numbers_or_missing_values_stay_names(tmp_path, scores):
    named = scores[scores.corpus == "a"].replace({"corpus": {"a": "2020"}, "method": {"lda": "NA", "dsl": "null"}})
    named.to_csv(tmp_path / "scores.csv", index=False)
    pd.testing.assert_frame_equal(read_scores([tmp_path / "scores.csv"]), named.reset_index(drop=True))


def test_a_topic_without_words_says_so(layout):
    beta = np.array([[3.0, 2, 1, 0], [0, 0, 0, 0]])
    run = Run(beta, np.array([[0.3, 0.7]]), ["a", "b", "c", "d"], seed=0, seconds=1, versions={})
    runs = {(corpus, method): run for corpus in "ab" for method in METHODS}
    made = table("topics", layout, {"shown": 2, "relevance": 1}, runs=runs)
    assert [row[2].text for row in made.sections[0].rows[:2]] == ["(no word of weight above 0)", "a b c"]


def test_empty_topics_have_a_column_where_there_are_some(scores, layout):
    assert "Empty topics" not in table("coherence", layout, scores=scores).columns
    scores.loc[(scores.metric == "empty_topics") & (scores.method == "weak"), "value"] = 3
    made = table("coherence", layout, scores=scores)
    assert made.columns[-1] == "Empty topics" and "fewer than two words have a weight above 0" in made.caption
