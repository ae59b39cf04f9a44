"""Figures: nothing missing, the same bytes twice, titles as they are written."""

import itertools
from dataclasses import replace

import pytest
from reported import METHODS, SIGNS, ablated, figure, with_wikipedia

from softtopics.report.figures.style import save


def test_figures_have_a_panel_for_each_reference(scores, layout):
    found, both = with_wikipedia(scores, layout)
    titles = [axis.get_title(loc="left") for axis in figure("main", both, scores=found).axes]
    assert titles[:2] == ["Corpus A\nC_V", "Corpus A\nC_V\n(Wikipedia)"] and len(titles) == 8
    curves = figure("ablation", both, ablated("lda"), scores=found)
    assert [curves.axes[row].get_ylabel() for row in (0, 2, 4)] == ["C_V", "C_V (Wikipedia)", "Purity"]


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


@pytest.mark.parametrize("title", SIGNS)
def test_a_title_in_a_figure_is_no_formula_and_no_hidden_label(title, scores, layout, tmp_path):
    titled = replace(layout, corpora={"a": title, "b": "B"}, methods={"lda": "LDA", "dsl": title, "weak": "Weak"})
    drawn = figure("ablation", titled, ablated(), scores=scores)
    (legend,) = drawn.legends
    assert [text.get_text() for text in legend.get_texts()] == [title]
    assert drawn.axes[0].get_title() == title and not drawn.axes[0].title.get_parse_math()
    save(drawn, tmp_path / "figure")
    save(figure("main", titled, scores=scores), tmp_path / "main")
