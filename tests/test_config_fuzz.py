"""Random edits of a valid config: it plans, or it ends in one sentence, and never in a traceback.

`make test` tries some edits; `FUZZ_EXAMPLES=5000 pytest tests/test_config_fuzz.py` tries that many.
"""

import copy
import datetime
import os
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import yaml
from conftest import ROOT, SCHEMA, fuzz_settings
from hypothesis import event, given
from hypothesis import strategies as st

from softtopics.config import files, grid, teachers
from softtopics.config.settings import load
from softtopics.errors import InputError
from softtopics.jobs import parameters
from softtopics.jobs.paths import Paths
from softtopics.metrics.raters import catalogue as raters
from softtopics.report import catalogue

fuzz = fuzz_settings(60)

MORE = """
results: results
run: {ablations: [temperature, prompt, reads, size, vectors], corpora: [wordnet_topics, mine, theirs]}
corpora:
  mine:
    title: My own
    source: {kind: table, path: mine.csv, text: text, label: label}
    preparation: {vocabulary_size: 100, max_documents: 50, seed: 3}
  theirs: {source: {kind: hub, id: someone/texts, revision: 0123456789abcdef0123456789abcdef01234567, text: text}}
lms: {local: {kind: causal_lm, source: {kind: folder, path: .}}}
teachers:
  local: {lm: local, prompt: theme, words: {forms: [written], tokens: first}}
  published: {source: {kind: soft_labels, id: ., vocabulary: words.txt}}
word_vectors: {glove: {kind: file, path: mine.csv}}
reference_texts: {wiki: {title: Wikipedia, path: mine.csv, text: text}}
evaluation: {coherence: {references: [corpus, wiki]}, alpha: 0.05}
ablations:
  prompt: {methods: [dsl_smollm2], parameter: reader, values: [smollm2_paper, minilm, local]}
  reads: {methods: [dsl_minilm], parameter: input, values: [[minilm], [minilm, near]], topics: [50]}
  size: {methods: [lda, etm], parameter: vocabulary_size, values: [50, 100], corpora: [mine]}
  vectors: {methods: [etm], parameter: word_vectors, values: [corpus, glove]}
rating: {enabled: true, kind: lm, lm: local, prompt: "Rate {words}", words: 10}
report: {backbones: {ProdLDA: [prodlda, dsl_minilm]}, topics_shown: 5}
"""
VALID = yaml.safe_load((ROOT / "config.yaml").read_text(encoding="utf-8"))
files.merge(VALID, yaml.safe_load(MORE))

NUMBERS = (0, 1, 2, 3, -1, 5, 50, 0.0, 0.5, 1.0, 25.0, -0.5, 1e308, 1e-308, 10**30, 2**32, float("inf"), float("nan"))
TEXTS = (
    *("", " ", "\n", "1e-3", "5", "null", "true", "NA", "2020", "é", "法律", "\0", "a b", "a/b", "..", "../x", "{x}"),
    *("{document}", "{words}", "$_$", "|", "<b>", "x" * 500, "wordnet_topics", "mine", "lda", "dsl_smollm2", "minilm"),
    *("smollm2", "near", "grounded", "corpus", "temperature", "epochs", "teacher", "input", "reader", "words", "kl"),
    *("title", "parameters", "source", "kind", "table", "soft_labels", "encoder", "lm", "server", "auto", "mine.csv"),
)
SCALARS = st.sampled_from((None, True, False, *NUMBERS, *TEXTS, datetime.date(2020, 1, 1), b"bytes"))
VALUES = st.one_of(
    SCALARS,
    st.lists(SCALARS, max_size=3),
    st.dictionaries(st.sampled_from(TEXTS), SCALARS, max_size=2),
    st.text(max_size=5),
    st.floats(),
    st.integers(),
)
NEAR = {
    int: st.integers(-1, 300),
    float: st.floats(-1, 100),
    bool: st.booleans(),
    str: st.sampled_from(TEXTS) | st.text(max_size=3),
}
KEYS = st.one_of(
    st.sampled_from(TEXTS), st.sampled_from((2020, True, None, 1.5, datetime.date(2020, 1, 1))), st.text(max_size=4)
)


def places(config: Any, where: tuple = ()) -> Iterator[tuple]:
    """Where a config has a value, at every depth."""
    inside = config.items() if isinstance(config, dict) else enumerate(config) if isinstance(config, list) else ()
    for key, value in inside:
        yield (*where, key)
        yield from places(value, (*where, key))


def at(config: Any, where: tuple) -> Any:
    for key in where:
        config = config[key]
    return config


@st.composite
def edited(draw: st.DrawFn) -> dict:
    """The valid config after some edits."""
    config = copy.deepcopy(VALID)
    for _ in range(draw(st.sampled_from((1, 1, 2, 3)))):
        every = list(places(config))
        where = draw(st.sampled_from(every))
        around, key = at(config, where[:-1]), where[-1]
        match draw(
            st.sampled_from(("replace", "near", "near", "alike", "alike", "delete", "rename", "insert", "copy"))
        ):
            case "replace":
                around[key] = draw(VALUES)
            case "near":
                around[key] = draw(NEAR.get(type(around[key]), VALUES))
            case "alike":
                same = [value for value in map(partial(at, config), every) if type(value) is type(around[key])]
                around[key] = copy.deepcopy(draw(st.sampled_from(same)))
            case "delete":
                del around[key]
            case "rename" if isinstance(around, dict):
                around[draw(KEYS)] = around.pop(key)
            case "insert" if isinstance(around, dict):
                around[draw(KEYS)] = draw(VALUES)
            case "copy":
                around[key] = copy.deepcopy(at(config, draw(st.sampled_from(every))))
            case _:
                around.append(draw(VALUES))
    return config


@pytest.fixture(scope="module", autouse=True)
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The working directory, with the files that the config names."""
    before, folder = Path.cwd(), tmp_path_factory.mktemp("fuzz")
    os.chdir(folder)
    for name in ("mine.csv", "words.txt", "config.json"):
        (folder / name).write_text("text,label\n", encoding="utf-8")
    yield folder
    os.chdir(before)


def plan(config: dict) -> None:
    """What the rules ask of a config before the first job starts, but for its readings of files."""
    load(config, SCHEMA)
    paths = Paths(config)
    for rows in (catalogue.TABLES, catalogue.FIGURES):
        found = catalogue.items(rows, config)
        assert [paths.of_item(item) for item in found.values()] or rows is catalogue.FIGURES
    assert paths.of_runs(grid.all_cells(config)) and paths.of_scores(grid.all_cells(config))
    for cell in grid.all_cells(config):
        paths.of_cell(cell)
        assert "/" not in cell.variant and "{" not in cell.variant
    for corpus in grid.used_corpora(config):
        parameters.files_of(parameters.own_words(config, corpus))
        parameters.source_name(config, corpus)
    for one in paths.used:
        block = config["teachers"][one.teacher]
        paths.of_reading(one)
        if teachers.is_model(config, one.teacher):
            parameters.scoring(config, one.teacher)
        elif teachers.is_mixed(config, one.teacher):
            paths.of_parts(one.corpus, block, one.v)
            paths.of_neighbours(one.corpus, block)
    for corpus, view in grid.needs(config).views:
        paths.of_parts(corpus, config["views"][view], paths.size(corpus))
    grid.used_readings(config)
    paths.of_datasets()
    raters.settings(config, paths.rating_cache)


def ends_well(made: Any) -> None:
    """A plan, or one sentence."""
    try:
        made()
    except InputError as error:
        text = str(error)
        event("one sentence")
        assert text.strip() and "\n" not in text and "Traceback" not in text
    else:
        event("a plan")


def test_the_config_that_is_edited_is_valid():
    plan(copy.deepcopy(VALID))


@fuzz
@given(config=edited())
def test_an_edited_config_plans_or_ends_in_one_sentence(config):
    ends_well(lambda: plan(config))


LINES = yaml.safe_dump(VALID, sort_keys=False, allow_unicode=True).splitlines()
JUNK = (
    "run:",
    "  a: 1",
    "- x",
    "\t",
    "*a",
    "&a b",
    "<<: *a",
    "2020: x",
    "on: 1",
    "? [a]",
    "{",
    "...",
    "---",
    "%",
    ": :",
    "#",
)


@st.composite
def rewritten(draw: st.DrawFn) -> str:
    """The config file after edits that know nothing of YAML."""
    lines = list(LINES)
    for _ in range(draw(st.integers(1, 3))):
        place = draw(st.integers(0, len(lines) - 1))
        match draw(st.sampled_from(("delete", "twice", "junk", "indent", "cut", "text"))):
            case "delete":
                del lines[place]
            case "twice":
                lines.insert(draw(st.integers(0, len(lines))), lines[place])
            case "junk":
                lines.insert(place, draw(st.sampled_from(JUNK)))
            case "indent":
                lines[place] = draw(st.sampled_from(("", " ", "  ", "\t"))) + lines[place].strip()
            case "cut":
                lines[place] = lines[place][: draw(st.integers(0, len(lines[place])))]
            case _:
                lines[place] += draw(st.text(max_size=4))
    return "\n".join(lines) + "\n"


@fuzz
@given(text=rewritten())
def test_a_rewritten_config_file_plans_or_ends_in_one_sentence(text, folder):
    (folder / "my.yaml").write_text(text, encoding="utf-8", errors="surrogatepass")
    ends_well(lambda: plan(files.read([ROOT / "config.yaml", "my.yaml"])))
