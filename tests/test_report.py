"""What the tables of results say: right marks, nothing missing, every reference and reason."""

import dataclasses
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from reported import ablated, figure, table, with_wikipedia

from softtopics.artifacts import write_table
from softtopics.metrics.catalogue import METRICS, Metric
from softtopics.report.scores import COLUMNS, read_scores


def test_the_best_and_what_does_not_differ_are_bold_and_references_do_not_compete(scores, layout):
    text = table("main", layout, scores=scores).markdown()
    lines = {
        line.split("|")[1].strip(): line for line in text.split("### Corpus B")[0].splitlines() if line.startswith("|")
    }
    purity = [cell.strip() for cell in lines["Method"].split("|")].index("Purity")
    cell = {name: line.split("|")[purity].strip() for name, line in lines.items()}
    assert cell["LDA"].startswith("**") and cell["DSL & co_1"].startswith("**") and not cell["Weak"].startswith("**")
    assert cell["*k-means, Model states*"].startswith(".900")


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


def test_no_row_is_the_best_by_what_is_not_compared(scores, layout):
    made = table("main", layout, scores=scores).data.set_index("metric")
    for metric, own in made.groupby(level=0):
        assert own[["best", "not_different"]].any(axis=None) == METRICS[metric].compared, metric


@pytest.mark.parametrize("name", ["main", "retrieval_by_k"])
def test_nothing_is_bold_where_nothing_is_compared(name, scores, layout):
    made = table(name, replace(layout, methods={"lda": "LDA"}), scores=scores)
    assert "Bold" not in made.caption and "  " not in made.caption and "**" not in made.markdown().split("\n", 1)[1]
    assert not made.data[["best", "not_different"]].any(axis=None)


def test_the_caption_says_which_corpora_have_no_labels_and_which_have_one_class(scores, layout):
    neither = replace(layout, labelled=frozenset(), one_class=frozenset({"a"}))
    said = table("coherence", neither, scores=scores).caption
    assert "Corpus A: one class only, so" in said and "Corpus B: no labels, so" in said


def test_a_table_with_a_column_for_each_k_speaks_of_one_k(scores, layout):
    assert "of seeds within each K" in table("main", layout, scores=scores).caption
    assert "(Welch's t-test, p >= 0.05" in table("retrieval_by_k", layout, scores=scores).caption


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


def test_single_runs_are_not_said_to_be_tested(scores, layout):
    alone = replace(layout, topics=[10], seeds=[0])
    settings = {"metrics": ["c_v"], "representations": [], "every_reference": False, "about_methods": False}
    said = table("main", alone, settings, scores=scores[(scores["k"] == 10) & (scores["seed"] == 0)]).caption
    assert "One run of each method, with K = 10." in said and "cannot be said of single runs" in said
    assert "standard deviation" not in said and "t-test" not in said
    assert "and 1 seed (2 runs a method)" in table("main", replace(layout, seeds=[0]), settings, scores=scores).caption


def test_names_that_look_like_numbers_or_missing_values_stay_names(tmp_path, scores):
    named = scores[scores.corpus == "a"].replace({"corpus": {"a": "2020"}, "method": {"lda": "NA", "dsl": "null"}})
    named.to_csv(tmp_path / "scores.csv", index=False)
    pd.testing.assert_frame_equal(read_scores([tmp_path / "scores.csv"]), named.reset_index(drop=True))
