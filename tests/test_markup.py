"""A table as Markdown, LaTeX, HTML and CSV: what is special in one of them stays what it is."""

import html
import re
from dataclasses import replace

import pandas as pd
import pytest
from markdown_it import MarkdownIt
from reported import SIGNS, table

from softtopics.markup import latex
from softtopics.report.render import Cell, Section, Table, shortened


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


def test_latex_and_html_escape_what_is_special(scores, layout):
    retrieval = table("retrieval", layout, scores=scores)
    assert r"DSL \& co\_1" in retrieval.latex() and r"\toprule" in retrieval.latex()
    assert "DSL &amp; co_1" in retrieval.html()
    body = retrieval.latex().split(r"\toprule")[1]
    assert all(line.count("&") - line.count(r"\&") in (0, 3) for line in body.splitlines())


def test_a_table_longer_than_a_page_may_break():
    rows = [[Cell(f"row {number}"), Cell(".5")] for number in range(100)]
    long = Table("T", "Of all", ["x", "y"], [Section("", rows)], pd.DataFrame(), text_columns=1).latex()
    assert long.count(r"\begin{longtable}{lr}") == long.count(r"\end{longtable}") == long.count(r"\endhead") == 1
    assert "table*" not in long and "tabular" not in long and "row 99" in long
    short = Table("T", "Of some", ["x", "y"], [Section("", rows[:5])], pd.DataFrame(), text_columns=1).latex()
    assert "longtable" not in short and short.count(r"\begin{tabular}{lr}") == 1


def test_numbers_are_shortened_as_in_papers():
    assert [shortened(v, 3) for v in (0.8124, 1.0, -0.25, 12.0, -1e-4)] == [".812", "1.000", "-.250", "12.000", ".000"]


def test_markdown_keeps_a_pipe_inside_a_cell():
    piped = Table("T", "c", ["x"], [Section("", [[Cell("a|b")]])], pd.DataFrame())
    assert r"a\|b" in piped.markdown()


def test_a_row_of_latex_does_not_begin_with_what_would_be_an_option_of_the_line_before():
    assert latex("[a]") == "{[}a]" and latex("*") == "{*}" and latex("a--b\n\nc") == "a-{}-b c"


def test_a_table_is_written_four_ways_and_its_csv_has_the_numbers(scores, layout, tmp_path):
    table("main", layout, scores=scores).write(tmp_path / "main")
    assert {path.suffix for path in tmp_path.glob("[!.]*")} == {".csv", ".md", ".tex", ".html"}
    data = pd.read_csv(tmp_path / "main.csv").set_index(["corpus", "method", "metric"])
    values = scores.query("corpus == 'a' and method == 'lda' and metric == 'purity' and variant == 'default'").value
    assert data.loc[("a", "LDA", "purity"), "mean"] == pytest.approx(values.mean())
    assert data.loc[("a", "LDA", "purity"), "std"] == pytest.approx(values.std(ddof=1))
