"""One table, four ways to write it: CSV for programs, Markdown, LaTeX and HTML for people."""

import html
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from softtopics import markup
from softtopics.artifacts import write_text
from softtopics.storage import atomic

PAGE = 45  # rows of a LaTeX table that stand on one


def shortened(value: float, decimals: int) -> str:
    """.812 for 0.812, as in most papers: a column of leading zeros says nothing."""
    text = f"{value:z.{decimals}f}"  # z: no -.000
    return text.replace("0.", ".", 1) if text.startswith(("0.", "-0.")) else text


def counted(number: int, noun: str) -> str:
    """`1 seed`, `3 seeds`."""
    return f"{number:,} {noun}" + ("" if number == 1 else "s")


@dataclass(frozen=True)
class Cell:
    """What stands in one place of a table; `spread` follows the text in small."""

    text: str
    spread: str = ""
    marked: bool = False


@dataclass(frozen=True)
class Section:
    """Rows under a heading (a corpus); `references` stand below a rule and do not compete."""

    heading: str
    rows: list[list[Cell]]
    references: list[list[Cell]] = field(default_factory=list)


@dataclass(frozen=True)
class Table:
    title: str
    caption: str
    columns: list[str]
    sections: list[Section]
    data: pd.DataFrame  # the same as numbers, tidy
    text_columns: int = 1  # how many first columns are text, aligned to the left

    def write(self, stem: str | Path) -> None:
        """Write <stem>.csv, .md, .tex and .html."""
        stem = Path(stem)
        with atomic(stem.with_suffix(".csv")) as temporary:
            self.data.to_csv(temporary, index=False)
        write_text(stem.with_suffix(".md"), self.markdown())
        write_text(stem.with_suffix(".tex"), self.latex())
        write_text(stem.with_suffix(".html"), self.html())

    def markdown(self) -> str:
        def cell(cell: Cell) -> str:
            text = markup.markdown(cell.text)
            return (f"**{text}**" if cell.marked else text) + (f" ±{cell.spread}" if cell.spread else "")

        align = ["---"] * self.text_columns + ["---:"] * (len(self.columns) - self.text_columns)
        lines = [f"**{markup.markdown(self.title)}.** {markup.markdown(self.caption)}", ""]
        for section in self.sections:
            lines += [f"### {markup.markdown(section.heading)}", ""] if section.heading else []
            lines += ["| " + " | ".join(row) + " |" for row in (map(markup.markdown, self.columns), align)]
            for row in section.rows:
                lines.append("| " + " | ".join(map(cell, row)) + " |")
            for row in section.references:
                lines.append(f"| *{markup.markdown(row[0].text)}* | " + " | ".join(map(cell, row[1:])) + " |")
            lines.append("")
        return "\n".join(lines)

    def latex(self) -> str:
        r"""A `table*` for the package booktabs or, if that would be longer than a page, a `longtable`."""

        def cell(cell: Cell) -> str:
            text = markup.latex(cell.text)
            spread = rf" {{\tiny$\pm${cell.spread}}}" if cell.spread else ""
            return (rf"\textbf{{{text}}}" if cell.marked else text) + spread

        def line(row: list[Cell]) -> str:
            return " & ".join(map(cell, row)) + r" \\"

        align = "l" * self.text_columns + "r" * (len(self.columns) - self.text_columns)
        if self.text_columns == len(self.columns):
            align = align[:-1] + r"p{0.62\textwidth}"
        caption = rf"\caption{{{markup.latex(self.caption)}}}"
        head = " & ".join(map(markup.latex, self.columns)) + r" \\"
        long = sum(len(section.rows) + len(section.references) for section in self.sections) > PAGE
        if long:
            lines = [r"\begingroup\footnotesize", rf"\begin{{longtable}}{{{align}}}", rf"{caption} \\"]
            lines += [r"\toprule", head, r"\endhead"]
        else:
            lines = [r"\begin{table*}", r"\centering\footnotesize", caption]
            lines += [rf"\begin{{tabular}}{{{align}}}", r"\toprule", head]
        for section in self.sections:
            lines.append(r"\midrule")
            if section.heading:
                heading = markup.latex(section.heading)
                lines.append(rf"\multicolumn{{{len(self.columns)}}}{{l}}{{\textit{{{heading}}}}} \\")
            lines += map(line, section.rows)
            if section.references:
                lines += [rf"\cmidrule(lr){{1-{len(self.columns)}}}", *map(line, section.references)]
        ends = [r"\end{longtable}", r"\endgroup"] if long else [r"\end{tabular}", r"\end{table*}"]
        lines += [r"\bottomrule", *ends]
        return "\n".join(lines) + "\n"

    def html(self) -> str:
        def cell(position: int, cell: Cell) -> str:
            text = html.escape(cell.text)
            text = f"<strong>{text}</strong>" if cell.marked else text
            text += f" <small>±{html.escape(cell.spread)}</small>" if cell.spread else ""
            return f"<td>{text}</td>" if position < self.text_columns else f'<td class="number">{text}</td>'

        def line(row: list[Cell], kind: str = "") -> str:
            return f"<tr{kind}>" + "".join(cell(*pair) for pair in enumerate(row)) + "</tr>"

        head = "".join(
            f"<th>{html.escape(c)}</th>" if i < self.text_columns else f'<th class="number">{html.escape(c)}</th>'
            for i, c in enumerate(self.columns)
        )
        lines = [f"<table><caption>{html.escape(self.caption)}</caption>", f"<thead><tr>{head}</tr></thead>"]
        for section in self.sections:
            lines.append("<tbody>")
            if section.heading:
                width = len(self.columns)
                lines.append(f'<tr class="section"><th colspan="{width}">{html.escape(section.heading)}</th></tr>')
            lines += map(line, section.rows)
            lines += [line(row, ' class="reference"') for row in section.references]
            lines.append("</tbody>")
        return "\n".join([*lines, "</table>"]) + "\n"
