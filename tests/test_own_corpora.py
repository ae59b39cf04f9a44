"""Corpora without labels, with a text of one's own for coherence, with published soft labels: all by config."""

import gzip
import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from dag import SMOKE, copy_project, planned, snakemake

MINE = [f"{word} music violin concert number {i},same" for i in range(40) for word in ("song", "opera")]
WITHOUT_CLASSES = """
experiment: plain
corpora:
  unlabelled: {source: {kind: table, path: mine.csv, text: text}}
  of_one_class: {source: {kind: table, path: mine.csv, text: text, label: topic}}
run: {corpora: [unlabelled, of_one_class], methods: [lda], topics: [3], ablations: [], references: []}
rating: {enabled: false}
evaluation: {judges: {words: null}}
"""


def test_without_labels_or_with_one_class_label_metrics_are_left_out(project):
    (project / "mine.csv").write_text("text,topic\n" + "\n".join(MINE) + "\n", encoding="utf-8")
    (project / "plain.yaml").write_text(WITHOUT_CLASSES, encoding="utf-8")
    targets = ("tables", "figures", "report", "scores", "explorer")
    run = snakemake(project, "--forceall", *targets, configs=(SMOKE, "plain.yaml"))
    assert run.returncode == 0, run.stderr[-4000:]
    scores = pd.read_csv(project / "results/plain/scores.csv")
    assert set(scores.corpus) == {"unlabelled", "of_one_class"}
    for _, own in scores.groupby("corpus"):
        assert {"c_v", "stability_rbo", "neighbour_agreement"} <= set(own.metric)
        assert not {"purity", "p_at_10"} & set(own.metric)
    assert "fewer than the" in run.stdout + run.stderr
    for corpus in ("unlabelled", "of_one_class"):
        about = (project / f"results/plain/explorer/data/{corpus}/corpus/about.js").read_text(encoding="utf-8")
        assert '"classes":[]' in about and '"labels":null' in about and "no model has read this corpus" in about


def test_coherence_in_a_text_of_ones_own_is_one_block_of_config(project):
    (project / "mine.csv").write_text("text,topic\n" + "\n".join(MINE) + "\n", encoding="utf-8")
    with gzip.open(project / "other.txt.gz", "wt", encoding="utf-8") as stream:
        stream.write("Violin music, in concert!\n\nThe song was long.\n" * 9)
    config = """
experiment: external
corpora: {plain: {source: {kind: table, path: mine.csv, text: text}}}
run: {corpora: [plain], methods: [lda], topics: [3], ablations: [], references: []}
reference_texts: {other: {title: Other, path: other.txt.gz}}
rating: {enabled: false}
evaluation: {coherence: {references: [corpus, other]}, judges: {words: null}}
"""
    (project / "external.yaml").write_text(config, encoding="utf-8")
    targets = [f"results/external/{name}" for name in ("tables/main.md", "tables/coherence.md", "figures/main.png")]
    run = snakemake(project, *targets, configs=(SMOKE, "external.yaml"))
    assert run.returncode == 0, run.stderr[-4000:]
    folder = project / "results/external"
    scores = pd.read_csv(folder / "scores/plain/lda/default/k3.csv")
    assert scores.value.notna().all() and {"c_v", "c_v@other", "u_mass@other"} <= set(scores.metric)
    # the vocabulary is violin, music, concert and number: a topic has them all, and the other text has no number
    assert (scores[scores.metric == "missing_words@other"].value == 3).all()
    assert "left out: number" in (folder / "logs/scores/plain/lda/default/k3.log").read_text(encoding="utf-8")
    assert "C_V (Other)" in (folder / "tables/main.md").read_text(encoding="utf-8")
    assert "Missing words (Other)" in (folder / "tables/coherence.md").read_text(encoding="utf-8")


PUBLISHED = """
rating: {enabled: false}
evaluation: {judges: {words: null}}
experiment: published
corpora:
  theirs: {title: Theirs, source: {kind: soft_labels, id: data/theirs}}
teachers:
  ernie: {title: ERNIE, source: {kind: soft_labels, id: data/theirs}}
methods:
  dsl_ernie: {title: DSL (ERNIE), model: neural, teacher: ernie, input: [ernie], parameters: {epochs: 5}}
run: {corpora: [theirs], methods: [lda, dsl_ernie], topics: [3], seeds: [0], ablations: [], references: [ernie]}
"""


@pytest.fixture
def published(tmp_path: Path) -> Path:
    """A copy with a dataset of published soft labels in it: 60 documents of counts alone, two of them equal."""
    folder = copy_project(tmp_path)
    (folder / "published.yaml").write_text(PUBLISHED, encoding="utf-8")
    generator = np.random.default_rng(0)
    words = [f"{stem}{i}" for stem in ("tone", "judge", "cell") for i in range(10)]
    label = np.arange(60) % 3
    bow = generator.poisson(np.where(np.arange(30) // 10 == label[:, None], 2, 0.2)) + (np.arange(30) == 0)
    bow[59] = bow[56]
    rows = {"bow": bow.tolist(), "label": label.tolist()}
    rows["next_word_logits"] = (bow + generator.normal(size=bow.shape)).tolist()
    rows["input_embeddings"] = generator.normal(size=(60, 8)).tolist()
    (folder / "data/theirs").mkdir(parents=True)
    pd.DataFrame(rows).to_parquet(folder / "data/theirs/train.parquet")
    (folder / "data/theirs/vocab.json").write_text(json.dumps(words), encoding="utf-8")
    return folder


def test_published_soft_labels_plan_no_language_model(published):
    rules = planned(published, configs=(SMOKE, "published.yaml"))
    assert not {"lm", "hidden", "teacher"} & set(rules), rules
    assert rules["precomputed_hidden"] == rules["precomputed_logits"] == 1 and rules["train"] == 2


def test_published_soft_labels_are_a_corpus_and_a_teacher_and_can_be_published_again(published):
    shown = [f"results/published/tables/{name}" for name in ("main.md", "duplicates.csv", "corpora.md", "teachers.md")]
    targets = (*shown, "scores", "results/published/datasets/theirs/ernie/README.md")
    run = snakemake(published, *targets, configs=(SMOKE, "published.yaml"))
    assert run.returncode == 0, run.stderr[-5000:]
    results = published / "results/published"
    scores = pd.read_csv(results / "scores.csv")
    assert {"dsl_ernie", "soft_labels/ernie", "kmeans/ernie"} <= set(scores.method)
    duplicates = pd.read_csv(results / "tables/duplicates.csv")
    assert duplicates[["rows_read", "distinct", "largest_group"]].values.tolist() == [[60, 59, 2]]
    assert "Theirs: rebuilt from bags of words" in (results / "tables/corpora.md").read_text(encoding="utf-8")
    assert "as published in data/theirs" in (results / "tables/teachers.md").read_text(encoding="utf-8")
    again = pd.read_parquet(results / "datasets/theirs/ernie/data")
    logits = np.load(results / "teachers/theirs/ernie/v2000/logits.npy")
    assert np.stack(again["next_word_logits"]).tolist() == logits.tolist() and len(again) == 59
    assert planned(published, *targets, configs=(SMOKE, "published.yaml")) == {}
    # A new version of the dataset starts over.
    (published / "data/theirs/vocab.json").write_text(json.dumps([f"w{i}" for i in range(30)]), encoding="utf-8")
    assert {"corpus", "vocabulary", "precomputed_hidden", "precomputed_logits"} <= set(
        planned(published, configs=(SMOKE, "published.yaml"))
    )
