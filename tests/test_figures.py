"""Figures: nothing missing, the same bytes twice, titles as they are written."""

import itertools
import logging
import warnings
from dataclasses import replace
from types import SimpleNamespace

import pandas as pd
import pytest
from matplotlib import font_manager
from reported import METHODS, SIGNS, ablated, figure, with_wikipedia

from softtopics.report import captions
from softtopics.report.figures import lettering
from softtopics.report.figures.main import METHODS_WIDTH
from softtopics.report.figures.style import save

LONG = "Titles of questions asked on StackOverflow between January 2017 and December 2019"


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


@pytest.mark.parametrize("corpus", ["StackOverflow question titles, 2019", LONG, LONG.replace(" ", "_")])
@pytest.mark.parametrize("method", ["Grounded DSL (SmolLM2-135M), five trainings, neighbours", LONG])
def test_long_titles_keep_to_their_places(corpus, method, scores, layout):
    titled = replace(layout, corpora={"a": corpus, "b": "B"}, methods={"lda": "LDA", "dsl": method, "weak": method})
    for name in ("main", "ablation"):
        drawn = figure(name, replace(titled, readings={"t": LONG}), ablated(), scores=scores)
        drawn.draw_without_rendering()
        renderer, edges = drawn.canvas.get_renderer(), drawn.bbox
        texts = [axis.title if name == "ablation" else axis._left_title for axis in drawn.axes]
        boxes = [text.get_window_extent(renderer) for text in texts if text.get_text().strip()]
        assert not any(one.overlaps(other) for one, other in itertools.combinations(boxes, 2))
        boxes += [text.get_window_extent(renderer) for axis in drawn.axes for text in axis.texts if text.get_text()]
        names = [label.get_window_extent(renderer) for label in drawn.axes[0].get_yticklabels()]
        legend = drawn.legends[0].get_window_extent(renderer)
        for box in (*boxes, *names, legend):
            assert box.x0 >= edges.x0 and box.x1 <= edges.x1 and box.y0 >= edges.y0 and box.y1 <= edges.y1
        assert not any(one.overlaps(other) for one, other in itertools.combinations(names, 2))
        assert not any(legend.overlaps(axis.get_tightbbox(renderer)) for axis in drawn.axes)
        assert all(label.width <= 1.02 * METHODS_WIDTH * drawn.dpi for label in names)
        assert all(axis.get_window_extent().width > drawn.dpi for axis in drawn.axes)


def test_a_corpus_of_a_long_title_is_named_once_across_its_panels(scores, layout):
    drawn = figure("main", replace(layout, corpora={"a": LONG, "b": "Corpus B"}), scores=scores)
    assert [axis.get_title(loc="left").strip() for axis in drawn.axes] == ["C_V", "Purity", "P@10"] * 2
    assert drawn.axes[0].texts[0].get_text().split() == LONG.split()
    assert drawn.axes[3].texts[0].get_text().strip() == "Corpus B"


def test_lines_are_of_like_length_and_words_stay_whole():
    assert lettering.wrapped("short", 1, 8) == "short"
    assert lettering.wrapped("one two three four", 0.8, 8).split("\n") == ["one two", "three four"]
    lines = lettering.wrapped("a" * 40, 1, 8).split("\n")
    assert "".join(lines) == "a" * 40 and all(lettering.width(line, 8) <= 1 for line in lines)


def test_letters_that_no_font_has_are_named_once(scores, layout, tmp_path, caplog):
    titled = replace(
        layout, corpora={"a": "Corpus \U0010fff0", "b": "\U0010fff1"}, methods=METHODS | {"lda": "\U0010fff0"}
    )
    with caplog.at_level(logging.WARNING), warnings.catch_warnings():
        warnings.simplefilter("error")
        save(figure("main", titled, scores=scores), tmp_path / "main")
    (record,) = (record for record in caplog.records if record.name.startswith("softtopics"))
    assert "no installed font has \U0010fff0 \U0010fff1, so the figure shows boxes" in record.getMessage()


def test_other_fonts_are_taken_for_letters_that_the_typeface_lacks(monkeypatch):
    has = {"Mono": "客户问题", "One Sans": "客户", "Serif": "客户问", "Two Sans": "客户问"}
    fonts = [SimpleNamespace(name=name, style="normal", weight=400) for name in has]
    monkeypatch.setattr(font_manager.fontManager, "ttflist", fonts)
    monkeypatch.setattr(lettering, "letters_of", lambda name: frozenset(map(ord, has.get(name, ""))))
    choose = lettering.others.__wrapped__  # it remembers
    assert choose("") == choose("é") == () and choose("客户问题") == ("Mono",)
    assert choose("客户问") == ("Two Sans",)


def test_references_of_equal_value_stand_side_by_side(scores, layout):
    again = scores[scores.method == "kmeans/t"].assign(method="kmeans/u")
    both = replace(layout, readings={"t": "Model", "u": "Other"})
    drawn = figure("main", both, scores=pd.concat([scores[scores.method != "hidden/t"], again]))
    lines = [line for line in drawn.axes[1].lines if line.get_linestyle() in ("--", ":") and len(line.get_xdata()) == 2]
    one, other = (line.get_transform().transform(line.get_xydata())[0, 0] for line in lines)
    assert 1 < (other - one) * 72 / drawn.dpi < 3
    assert [text.get_text() for text in drawn.legends[0].get_texts()] == [
        f"states of {title} without a topic model (k-means)" for title in ("Model", "Other")
    ]


def test_a_panel_says_that_its_corpus_has_one_class(scores, layout):
    drawn = figure("main", replace(layout, one_class=frozenset({"b"})), scores=scores)
    assert [text.get_text() for text in drawn.axes[4].texts] == ["one class only"]


def test_captions_speak_of_what_is_there():
    layout = {"topics": [50], "seeds": [0, 1], "proposed": ["dsl"], "colors": {}, "readings": {"t": "T", "u": "U"}}
    said = captions.main(layout, {})
    assert "Blue" in said and "Dashed and dotted lines" in said and "standard deviation" in said
    assert "Blue" not in captions.main(layout | {"colors": {"dsl": "#000000"}}, {})
    bare = layout | {"proposed": [], "readings": {}, "seeds": [0]}
    assert captions.main(bare, {}) == "Each dot is the one run of a method."
    assert "open marker" in captions.ablation(layout, ablated(a={"dsl": 9}))
    assert captions.ablation(bare, ablated()) == "Lines are single runs."
