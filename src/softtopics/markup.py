"""Text as it was written, in languages in which some signs mean something else."""

import re

LATEX = str.maketrans(
    {"&": r"\&", "%": r"\%", "$": r"\$", "#": r"\#", "_": r"\_", "{": r"\{", "}": r"\}"}
    | {
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
        "\\": r"\textbackslash{}",
        "±": r"$\pm$",
        "–": "--",
        "†": r"$\dagger$",
    }
    | {"<": r"\textless{}", ">": r"\textgreater{}", "|": r"\textbar{}", "`": r"\textasciigrave{}"}
)
# Of Markdown: signs that always mean something, an underscore that is not inside a word, a tag, a link's middle, an
# entity, a # that would end a heading; and, of GitHub's, what is crossed out and formulas.
MARKDOWN = re.compile(r"[\\`*|]|(?<![^\W_])_|_(?![^\W_])|<(?=[\w/!?])|(?<=\])\(|&(?=#?\w+;)|#$")
CROSSED_OUT, FORMULA = re.compile(r"~.*~"), re.compile(r"\$\S([^$]*\S)?\$(?!\d)")


def one_line(text: str) -> str:
    """A line break would end a row of a table, so white space is a space."""
    return " ".join(text.split())


def latex(text: str) -> str:
    """For a cell or a caption. A row that began with [ or * would be an argument of the line before it."""
    text = one_line(text).replace("--", "-\0-").translate(LATEX).replace("\0", "{}")
    return f"{{{text[0]}}}{text[1:]}" if text.startswith(("[", "*")) else text


def markdown(text: str) -> str:
    """For a cell, a caption or a heading."""
    text = MARKDOWN.sub(r"\\\g<0>", one_line(text))
    text = text.replace("~", r"\~") if CROSSED_OUT.search(text) else text
    return text.replace("$", r"\$") if FORMULA.search(text) else text
