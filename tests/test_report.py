"""Tables, figures and the page: right marks, nothing missing, the same bytes twice, a quick start."""

import dataclasses
import itertools
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from softtopics.artifacts import Run
from softtopics.metrics.catalogue import COHERENCE, METRICS
from softtopics.report.duplicates import duplicates_table
from softtopics.report.figures import ablation_figure, main_figure
from softtopics.report.page import Part, write_page
from softtopics.report.scores import COLUMNS, Layout, read_scores
from softtopics.report.style import save
from softtopics.report.table import Cell, Section, Table
from softtopics.report.tables import ablation_table, corpora_table, score_table, shortened, teachers_table, topics_table

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
            rows.append((corpus, method, variant, k, seed, metric, LEVEL[method] + next(noise)))
    rows += [("a", "kmeans/t", "default", k, s, "purity", 0.9) for k in (10, 20) for s in (0, 1)]
    rows += [("a", "hidden/t", "default", 0, 0, f"p_at_{k}", 0.95) for k in (1, 5, 10)]
    return pd.DataFrame(rows, columns=COLUMNS)


def test_the_best_and_what_does_not_differ_are_bold_and_references_do_not_compete(scores, layout):
    text = score_table("main", scores, layout).markdown()
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
    assert score_table("coherence", scores, layout).columns == ["Method", "C_V", "NPMI", "UCI", "UMass"]
    found, both = with_wikipedia(scores, layout)
    main = score_table("main", found, both)
    assert main.columns[1:4] == ["C_V", "C_V (Wikipedia)", "NPMI"] and "NPMI (Wikipedia)" not in main.columns
    assert "measured in Wikipedia where so named, else in the corpus itself" in main.caption
    assert "Wikipedia" not in score_table("clustering", found, both).caption
    every = score_table("coherence", found, both)
    assert every.columns[1:5] == ["C_V", "C_V (Wikipedia)", "NPMI", "NPMI (Wikipedia)"]
    assert every.columns[-1] == "Missing words (Wikipedia)"
    means = every.data[(every.data.corpus == "a") & (every.data.method == "LDA")].set_index("metric")["mean"]
    assert means["c_v@wiki"] == pytest.approx(means["c_v"] / 2)
    alone = dataclasses.replace(both, references={"wiki": "Wikipedia"})
    assert score_table("main", found, alone).columns[1:3] == ["C_V (Wikipedia)", "NPMI (Wikipedia)"]


def test_figures_have_a_panel_for_each_reference(scores, layout):
    figure = main_figure(*with_wikipedia(scores, layout))
    titles = [axis.get_title(loc="left") for axis in figure.axes]
    assert titles[:2] == ["Corpus A\nC_V", "Corpus A\nC_V\n(Wikipedia)"] and len(titles) == 8
    lines = {corpus: {"lda": {1: "temperature-1", 9: "temperature-9"}} for corpus in layout.corpora}
    figure = ablation_figure("tau", lines, *with_wikipedia(scores, layout))
    assert [figure.axes[row].get_ylabel() for row in (0, 2, 4)] == ["C_V", "C_V (Wikipedia)", "Purity"]


def test_what_is_left_out_has_its_reason_in_the_caption(scores, layout):
    table = score_table("main", scores, layout)
    assert "Corpus B: no labels" in table.caption and "Rating is left out" in table.caption
    assert not any("Rating" in column for column in table.columns)
    assert table.markdown().split("### Corpus B")[1].count("–") == 3 * 3  # purity, NMI, P@10 of three methods


def test_the_caption_says_how_many_cells_are_compared_and_whether_that_is_corrected_for(scores, layout):
    assert "3 cells compared, no correction" in score_table("main", scores, layout).caption
    corrected = replace(layout, correction="holm")
    assert "3 cells compared, Holm's correction" in score_table("main", scores, corrected).caption
    lines = {corpus: {"dsl": {"1": "temperature-1", "9": "temperature-9"}} for corpus in "ab"}
    assert "2 cells compared" in ablation_table("Temperature", "temperature", lines, scores, corrected).caption


def test_a_missing_score_is_named_and_stops_the_table(scores, layout):
    missing = scores[~((scores.method == "dsl") & (scores.k == 20) & (scores.seed == 1) & (scores.metric == "c_v"))]
    with pytest.raises(
        ValueError, match="no score for corpus a, method dsl, variant default, k 20, seed 1, metric c_v"
    ):
        score_table("main", missing, layout)
    with pytest.raises(ValueError, match="no score for corpus a, method dsl"):
        main_figure(missing, layout)


def test_repeated_or_missing_values_in_score_files_are_refused(scores, tmp_path):
    path = tmp_path / "s.csv"
    pd.concat([scores, scores.head(1)]).to_csv(path, index=False)
    with pytest.raises(ValueError, match="stands twice"):
        read_scores([path])
    scores.assign(value=np.nan).to_csv(path, index=False)
    with pytest.raises(ValueError, match="is missing"):
        read_scores([path])


def test_latex_and_html_escape_what_is_special(scores, layout):
    table = score_table("retrieval", scores, layout)
    assert r"DSL \& co\_1" in table.latex() and r"\toprule" in table.latex()
    assert "DSL &amp; co_1" in table.html()
    body = table.latex().split(r"\toprule")[1]
    assert all(line.count("&") - line.count(r"\&") in (0, 3) for line in body.splitlines())


def test_numbers_are_shortened_as_in_papers():
    assert [shortened(v, 3) for v in (0.8124, 1.0, -0.25, 12.0)] == [".812", "1.000", "-.250", "12.000"]


def test_a_table_is_written_four_ways_and_its_csv_has_the_numbers(scores, layout, tmp_path):
    score_table("main", scores, layout).write(tmp_path / "main")
    assert {path.suffix for path in tmp_path.iterdir()} == {".csv", ".md", ".tex", ".html"}
    data = pd.read_csv(tmp_path / "main.csv").set_index(["corpus", "method", "metric"])
    values = scores.query("corpus == 'a' and method == 'lda' and metric == 'purity' and variant == 'default'").value
    assert data.loc[("a", "LDA", "purity"), "mean"] == pytest.approx(values.mean())
    assert data.loc[("a", "LDA", "purity"), "std"] == pytest.approx(values.std(ddof=1))


def test_the_ablation_table_has_a_row_for_every_value(scores, layout):
    lines = {corpus: {"dsl": {"1": "temperature-1", "9": "temperature-9"}} for corpus in "ab"}
    table = ablation_table("Temperature", "temperature", lines, scores, layout)
    assert [row[1].text for row in table.sections[0].rows] == ["1", "9"]


def test_the_topics_table_shows_the_most_used_topics(layout):
    theta = np.array([[0.1, 0.7, 0.2]] * 4)
    beta = np.array([[3, 2, 1], [1, 3, 2], [2, 1, 3]])
    run = Run(beta, theta, ["x", "y", "z"], 0, 1.0, {})
    cells = {(corpus, method): run for corpus in layout.corpora for method in layout.methods}
    rows = topics_table(cells, layout, 3, shown=2, n_words=2).sections[0].rows
    assert [[cell.text for cell in row] for row in rows[:2]] == [["LDA", "70.0%", "y z"], ["", "20.0%", "z x"]]


def test_the_corpora_table_shows_the_audit(layout):
    audit = {"rows_read": 10, "empty": 1, "repeated": 2, "repeated_with_another_label": 1, "sampled_away": 0}
    audit |= {"documents": 7, "labels": "2 classes", "vocabulary_size": 5, "documents_without_vocabulary_words": 0}
    table = corpora_table({"a": {**audit, "tokens_median": 4.5}, "b": {**audit, "tokens_median": 4.0}}, layout)
    assert [cell.text for cell in table.sections[0].rows[0]][:4] == ["Corpus A", "10", "1", "2"]
    audit |= {"tokens_median": 4.5}
    rebuilt = audit | {"source": {"word_order": "not known"}}
    caption = corpora_table({"a": audit, "b": rebuilt}, layout).caption
    assert "Corpus B: rebuilt from bags of words; the order of words is not known." in caption
    assert "Corpus A" not in caption


def test_the_duplicates_table_shows_groups_shares_and_what_models_see(layout):
    copies = {"distinct": 6, "groups": 2, "groups_of_several_classes": 1, "largest_group": 3, "largest_groups": []}
    copies |= {"rows_with_a_copy": 5 / 9, "documents_with_a_copy": 0.0, "nearly_repeated": 1}
    audit = {"rows_read": 21_996, "empty": 1, "repeated": 3, "documents": 6, "copies": copies}
    table = duplicates_table({"a": audit, "b": audit}, layout)
    cells = dict(zip(table.columns, (cell.text for cell in table.sections[0].rows[1]), strict=True))
    assert cells["Corpus"] == "Corpus B" and cells["Rows read"] == "21,996" and cells["Rows with a copy"] == "55.6%"
    assert cells["Classes disagree"] == "1" and cells["of those, with a copy"] == "0.0%"
    assert table.data["rows_with_a_copy"].tolist() == [5 / 9, 5 / 9]


def test_the_teachers_table_names_the_dataset_of_published_soft_labels(layout):
    meta = {
        "source": {"kind": "soft_labels", "id": "someone/corpus"},
        "dtype": "not known",
        "words": {"published": True},
    }
    table = teachers_table({(corpus, "t", 2000): meta for corpus in "ab"}, {"t": "ERNIE"}, layout)
    assert [cell.text for cell in table.sections[0].rows[0]] == [
        "ERNIE", "as published in someone/corpus", "not known", "", "2000", "–",
    ]  # fmt: skip


def test_figures_are_written_in_two_formats_and_the_same_bytes_twice(scores, layout, tmp_path):
    lines = {corpus: {"dsl": {1: "temperature-1", 9: "temperature-9"}} for corpus in "ab"}
    for name in ("first", "second"):
        save(main_figure(scores, layout), tmp_path / f"main_{name}")
        save(
            ablation_figure("Temperature", lines, scores, layout, defaults={"a": {"dsl": 9}}),
            tmp_path / f"curve_{name}",
        )
    for kind, suffix in itertools.product(("main", "curve"), (".pdf", ".png")):
        first, second = (tmp_path / f"{kind}_{name}{suffix}" for name in ("first", "second"))
        assert first.read_bytes() == second.read_bytes() and first.stat().st_size > 1000


def test_a_figure_shows_every_method_and_every_value(scores, layout):
    figure = main_figure(scores, layout)
    assert [label.get_text() for label in figure.axes[0].get_yticklabels()] == list(METHODS.values())
    lines = {corpus: {"dsl": {1: "temperature-1", 9: "temperature-9"}} for corpus in "ab"}
    curve = ablation_figure("Temperature", lines, scores, layout)
    assert [float(x) for x in curve.axes[0].lines[0].get_xdata()] == [1, 9]
    assert any("no labels" in text.get_text() for axis in curve.axes for text in axis.texts)


def test_the_page_holds_everything_and_needs_nothing_from_outside(scores, layout, tmp_path):
    score_table("main", scores, layout).write(tmp_path / "main")
    save(main_figure(scores, layout), tmp_path / "figure")
    parts = [
        Part("figure_main", "Figure", "Shown <here>.", str(tmp_path / "figure.png")),
        Part("table_main", "Main", "", str(tmp_path / "main.html")),
    ]
    write_page(tmp_path / "page.html", {"experiment": "test", "key": "<value>"}, parts)
    page = (tmp_path / "page.html").read_text(encoding="utf-8")
    assert "data:image/png;base64," in page and "<table>" in page and "Shown &lt;here&gt;" in page
    assert "&lt;value&gt;" in page and "http://" not in page and "https://" not in page


def test_a_report_starts_without_torch_gensim_and_scikit_learn():
    code = (
        "import sys, softtopics.report.figures, softtopics.report.tables, softtopics.report.page\n"
        "print([name for name in ('torch', 'gensim', 'sklearn', 'transformers') if name in sys.modules])"
    )
    source = str(Path(__file__).parents[1] / "src")
    run = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env={"PYTHONPATH": source}, check=True
    )
    assert run.stdout.strip() == "[]"


def test_markdown_keeps_a_pipe_inside_a_cell():
    table = Table("T", "c", ["x"], [Section("", [[Cell("a|b")]])], pd.DataFrame())
    assert r"a\|b" in table.markdown()


def test_the_table_of_teachers_names_words_that_collide(layout):
    first = {"words": {"forms": ["written"], "tokens": "first"}, "dtype": "float32", "collisions": 2}
    first["collided_words"] = {"entity": "ent", "entityset": "ent"}
    whole = {"words": {"forms": ["written", "upper"], "tokens": "all"}, "dtype": "bfloat16", "collisions": 0}
    whole |= {"collided_words": {}, "branches": 16, "beginnings": 500}
    encoder = {"words": {"scale": 20, "tokens": "first"}, "dtype": "float32"}
    metas = {(c, t, 2000): m for c in layout.corpora for t, m in {"p": first, "w": whole, "e": encoder}.items()}
    table = teachers_table(metas, {"p": "Paper", "w": "Whole", "e": "Encoder"}, layout)
    text = table.markdown()
    assert "| Paper | written | float32 | entity entityset | 2000 | 2 |" in text
    assert "| Whole | written + upper, whole words (16 of 500 beginnings exact) | bfloat16 |  | 2000 | 0 |" in text
    assert "| Encoder | cosine | float32 |  | 2000 | – |" in text
    assert len(table.data) == 6
