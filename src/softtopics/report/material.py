"""What one table or figure is made of: the files that its catalogue row names, read, and its part of the config."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Self

import pandas as pd

from softtopics.artifacts import Run, load_cell, read_json
from softtopics.report.layout import Layout
from softtopics.report.rating import read_validity
from softtopics.report.scores import read_scores
from softtopics.teachers.account import account_of

SCORES = ("scores", "ratings", "representations")  # inputs that are score files


@dataclass(frozen=True)
class Material:
    """The one argument of every `table(material)` and `figure(material)`.

    Attributes:
        title: of the table or figure.
        layout: order, titles, colours, level of the tests.
        settings: what its catalogue row takes from the config beside the layout.
        scores: tidy rows.
        audits: by corpus, what was found in its documents (and in its vocabulary, where that is read, too).
        teachers: by (corpus, teacher, V), how the teacher read and scored.
        runs: by (corpus, method), the run of the first seed.
    """

    title: str
    layout: Layout
    settings: dict = field(default_factory=dict)
    scores: pd.DataFrame = field(default_factory=pd.DataFrame)
    audits: dict[str, dict] = field(default_factory=dict)
    teachers: dict[tuple[str, str, int], dict] = field(default_factory=dict)
    runs: dict[tuple[str, str], Run] = field(default_factory=dict)

    @classmethod
    def load(cls, title: str, layout: dict, settings: dict, files: Mapping[str, Sequence[str]]) -> Self:
        """Read the files of a job.

        Args:
            title: of the table or figure.
            layout: of `layout.layout_of`; its corpora and methods are in the order of the files.
            settings: what else the config says.
            files: paths by what they are: scores, ratings, representations, audits, vocabularies, validity, runs,
                readings, words; a name that the catalogue row does not read is missing.
        """
        corpora = list(layout["corpora"])
        audits = dict(zip(corpora, map(read_json, files["audits"]), strict=True)) if "audits" in files else {}
        for corpus, path in zip(corpora, files.get("vocabularies", ()), strict="vocabularies" in files):
            audits[corpus] |= read_json(path)
        paths = [path for name in SCORES for path in files.get(name, ())]
        validity = read_validity(files.get("validity", ()))
        used = [tuple(one) for one in settings.get("used", ())]
        metas = zip(used, files.get("readings", ()), files.get("words", ()), strict=True)
        cells = [(corpus, method) for corpus in corpora for method in layout["methods"]]
        runs = zip(cells, files.get("runs", ()), strict="runs" in files)
        return cls(
            title=title,
            layout=Layout.load(layout, audits, validity),
            settings=settings,
            scores=read_scores(paths) if paths else pd.DataFrame(),
            audits=audits,
            teachers={one: account_of(words, reading) for one, reading, words in metas},
            runs={cell: load_cell(path)[0] for cell, path in runs},
        )
