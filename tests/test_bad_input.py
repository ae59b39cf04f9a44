"""Bad input ends a run with one sentence, before it starts where that can be known, and nothing is lost."""

from pathlib import Path

import pytest
from dag import SMOKE, planned, snakemake


def failing(folder: Path, config: str, *arguments: str) -> str:
    """What a run with a bad config prints; it must end with code 1."""
    (folder / "bad.yaml").write_text(config, encoding="utf-8")
    run = snakemake(folder, *arguments, configs=(SMOKE, "bad.yaml"))
    assert run.returncode == 1, run.stdout + run.stderr
    return run.stdout + run.stderr


TABLE = (
    "corpora:\n  mine:\n    source: {{kind: table, path: {path}, text: text, label: topic}}\nrun: {{corpora: [mine]}}\n"
)


def test_an_unknown_key_ends_the_run_before_it_starts(project):
    output = failing(project, "run: {topcis: [3]}\n")
    assert "run has the unknown key 'topcis'; did you mean 'topics'?" in output


def test_a_missing_file_ends_the_run_before_it_starts(project):
    assert "there is no file nowhere.csv" in failing(project, TABLE.format(path="nowhere.csv"))


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"text,subject\nsome words,law\n", "topic"),
        (b"text,topic\n,law\n ,law\n", "empty"),
        (b"text,topic\ncaf\xe9,law\n", "UTF-8"),
    ],
    ids=["missing column", "empty corpus", "not UTF-8"],
)
def test_a_bad_file_is_one_sentence_and_nothing_is_lost(project, content, sentence):
    (project / "mine.csv").write_bytes(content)
    output = failing(project, TABLE.format(path="mine.csv"), "results/smoke/corpora/mine/v300/bow.npz")
    assert any("error:" in line and sentence in line and "mine.csv" in line for line in output.splitlines()), output
    assert planned(project) == {}


def test_more_topics_than_documents_is_one_sentence(project):
    output = failing(project, "run: {topics: [500]}\n", "results/smoke/runs/wordnet_topics/lda/default/k500.npz")
    assert "documents are too few, for run.topics, K = 500, needs 500" in output
    assert planned(project) == {}
