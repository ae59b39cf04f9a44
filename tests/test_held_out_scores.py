"""Held-out documents: what is measured on them, and their table."""

import copy
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from configs import EMBEDDED
from conftest import load
from scipy import sparse
from scipy.special import softmax
from sklearn.linear_model import LogisticRegression

from softtopics.artifacts import Corpus, Run, load_cell, save_cell, write_counts, write_documents, write_words
from softtopics.metrics.catalogue import METRICS
from softtopics.metrics.cooccurrence import count, encode_tokens
from softtopics.metrics.evaluate import evaluate_cell
from softtopics.metrics.held_out import held_out_scores, probe
from softtopics.metrics.representations import reference_scores
from softtopics.metrics.retrieval import precision_by_cosine, precision_by_divergence
from softtopics.report import catalogue
from softtopics.report.layout import Layout, layout_of
from softtopics.report.material import Material
from softtopics.report.tables import held_out as held_out_table


@pytest.fixture
def corpus() -> Corpus:
    """60 training documents and 20 held-out ones, of three classes; one held-out class is in no training document."""
    rng = np.random.default_rng(0)
    classes = np.array(["a", "b", "c"])[np.arange(80) % 3]
    held_out = np.arange(80) % 4 == 0
    classes[0] = "new"
    words = [f"w{number}" for number in range(12)]
    counts = rng.poisson(0.4, size=(80, 12)) + 3 * (np.arange(12) % 3 == (np.arange(80) % 3)[:, None])
    documents = pd.DataFrame({"id": np.arange(1, 81), "text": "t", "label": classes, "label_name": classes})
    tokens = [" ".join(np.repeat(words, row)) for row in counts]
    documents = documents.assign(tokens=tokens, candidates=tokens, held_out=held_out)
    return Corpus(documents, words, sparse.csr_matrix(counts)).split()


def theta(n: int, seed: int) -> np.ndarray:
    return np.random.default_rng(seed).dirichlet(np.ones(5), size=n)


def run(seed: int, corpus: Corpus) -> Run:
    beta = np.random.default_rng(seed).random((5, 12))
    return Run(beta, theta(60, seed), corpus.vocabulary, seed, 1.0, {}, held_out_theta=theta(20, seed + 9))


def test_a_corpus_comes_in_two_parts_with_the_rows_of_its_files(corpus, tmp_path):
    assert len(corpus) == 60 and len(corpus.held_out) == 20
    array = np.arange(80)
    assert np.array_equal(corpus.held_out.of(array), array[::4])
    assert np.array_equal(corpus.of(array), array[array % 4 != 0])
    assert corpus.held_out_labels[0] == -1 and set(corpus.held_out_labels[1:]) == {0, 1, 2}
    both = pd.concat([corpus.documents, corpus.held_out.documents]).sort_values("id", ignore_index=True)
    write_documents(tmp_path / "d.parquet", both)
    write_words(tmp_path / "v.txt", corpus.vocabulary)
    write_counts(tmp_path / "b.npz", sparse.vstack([corpus.bow, corpus.held_out.bow]).tocsr())
    again = Corpus.load(tmp_path / "d.parquet", tmp_path / "v.txt", tmp_path / "b.npz")
    assert again.documents["id"].tolist() == corpus.documents["id"].tolist()
    assert np.array_equal(again.held_out.rows, corpus.held_out.rows)


def test_a_run_is_saved_with_its_held_out_theta_and_without_one_as_before(corpus, tmp_path):
    one = run(3, corpus)
    save_cell(tmp_path / "a.npz", [one])
    assert np.allclose(load_cell(tmp_path / "a.npz")[0].held_out_theta, one.held_out_theta)
    save_cell(tmp_path / "b.npz", [replace(one, held_out_theta=None)])
    assert load_cell(tmp_path / "b.npz")[0].held_out_theta is None
    with np.load(tmp_path / "b.npz") as arrays:
        assert sorted(arrays.files) == ["about", "beta_3", "theta_3"]
    with pytest.raises(ValueError, match="a row of theta is not a distribution"):
        save_cell(tmp_path / "c.npz", [replace(one, held_out_theta=one.held_out_theta * 2)])


def test_queries_are_ranked_among_training_documents_as_a_loop_would(corpus):
    train, test, labels = theta(60, 1), theta(20, 2), corpus.labels
    found = held_out_scores(corpus, labels, train, test, distributions=True)
    by_cosine = held_out_scores(corpus, labels, sparse.csr_matrix(train), sparse.csr_matrix(test))
    unit = [part / np.linalg.norm(part, axis=1, keepdims=True) for part in (test, train)]
    for k in (1, 5, 10):
        hits, near = [], []
        for query, label, cosines in zip(test, corpus.held_out_labels, unit[0] @ unit[1].T, strict=True):
            divergence = (query * (np.log(query) - np.log(train))).sum(axis=1)
            hits.append((labels[np.argsort(divergence)[:k]] == label).mean())
            near.append((labels[np.argsort(-cosines)[:k]] == label).mean())
        assert found[f"held_out_p_at_{k}"] == pytest.approx(np.mean(hits))
        assert by_cosine[f"held_out_p_at_{k}"] == pytest.approx(np.mean(near))


def test_queries_come_out_the_same_in_small_blocks_and_training_documents_as_ever(corpus, monkeypatch):
    train, test = theta(60, 1), theta(20, 2)
    asked = {"queries": test, "query_labels": corpus.held_out_labels}
    whole = precision_by_divergence(train, corpus.labels, **asked), precision_by_cosine(train, corpus.labels, **asked)
    monkeypatch.setattr("softtopics.metrics.retrieval.BLOCK_BYTES", 8 * 60 * 7)
    assert whole[0] == pytest.approx(precision_by_divergence(train, corpus.labels, **asked))
    assert whole[1] == pytest.approx(precision_by_cosine(train, corpus.labels, **asked))
    # A document that is its own neighbour is found first: queries are not left out as documents are.
    assert precision_by_divergence(train, corpus.labels, (1,), queries=train, query_labels=corpus.labels)["p_at_1"] == 1


def test_the_probe_is_logistic_regression_on_rows_of_one_scale():
    rng = np.random.default_rng(0)
    labels = np.arange(90) % 3
    train = np.eye(3)[labels] + rng.normal(size=(90, 3)) * 0.7
    test_labels = np.array([0, 1, 2, 2, -1])
    test = np.eye(3)[[0, 1, 2, 1, 0]] * 2
    found = probe(train * [1, 100, 1e-3], test * [1, 100, 1e-3], labels, test_labels)
    assert found == pytest.approx(probe(train, test, labels, test_labels))
    scaled = [(part - train.mean(axis=0)) / train.std(axis=0) for part in (train, test)]
    said = LogisticRegression(max_iter=1000).fit(scaled[0], labels).predict(scaled[1])
    assert found["probe_accuracy"] == np.mean(said == test_labels) == pytest.approx(0.6)
    assert found["probe_macro_f1"] == pytest.approx(np.mean([2 / 3, 2 / 3, 2 / 3, 0]))  # -1 is never found


def test_scores_of_held_out_documents_are_given_where_there_are_some(corpus):
    counts = {"corpus": count(encode_tokens(corpus.tokens, corpus.vocabulary), corpus.vocabulary, name="c")}
    own = {name for name, metric in METRICS.items() if metric.needs_split}
    assert own == {"held_out_p_at_1", "held_out_p_at_5", "held_out_p_at_10", "probe_accuracy", "probe_macro_f1"}
    with_split = evaluate_cell([run(0, corpus), run(1, corpus)], corpus, counts, top_words=5)
    alone = replace(corpus, held_out=None)
    without = evaluate_cell([run(0, corpus), run(1, corpus)], alone, counts, top_words=5)
    assert set(with_split["metric"]) - set(without["metric"]) == own
    kept = with_split[~with_split["metric"].isin(own)].reset_index(drop=True)
    pd.testing.assert_frame_equal(kept, without)  # what was measured before is measured on training documents


def test_raw_states_soft_labels_and_words_are_measured_likewise(corpus):
    rng = np.random.default_rng(0)
    hidden, logits = rng.normal(size=(80, 7)).astype(np.float32), rng.normal(size=(80, 12)).astype(np.float32)
    options = {"temperature": 2.0, "topics": [3], "seeds": [0]}
    found = reference_scores(corpus, {"m": hidden}, {"t": logits}, **options)
    table = found.pivot(index="method", columns="metric", values="value")
    expected = held_out_scores(corpus, corpus.labels, corpus.of(hidden), corpus.held_out.of(hidden))
    assert table.loc["hidden/m", list(expected)].to_dict() == pytest.approx(expected)
    labels = softmax(logits / 2, axis=1)
    parts = corpus.of(labels), corpus.held_out.of(labels)
    expected = held_out_scores(corpus, corpus.labels, *parts, distributions=True)
    assert table.loc["soft_labels/t", list(expected)].to_dict() == pytest.approx(expected)
    assert table.loc["bow", "probe_accuracy"] > 0.7  # the words were planted
    alone = reference_scores(replace(corpus, held_out=None), {"m": hidden}, {"t": logits}, **options)
    kept = found[~found["metric"].str.contains("held_out|probe")].reset_index(drop=True)
    pd.testing.assert_frame_equal(kept, alone)


def test_the_table_says_what_chance_and_the_commonest_class_reach():
    config = load(copy.deepcopy(EMBEDDED))
    config["corpora"]["wordnet_nouns"]["preparation"]["held_out"] = {"share": 0.25, "seed": 0}
    config["run"] |= {"methods": ["lda", "prodlda"], "topics": [25], "seeds": [0, 1], "references": ["minilm"]}
    item = catalogue.items(catalogue.TABLES, config)["held_out"]
    metrics = item.settings["metrics"]
    cells = [(m, s) for m in ("lda", "prodlda") for s in (0, 1)]
    scores = [
        ("wordnet_nouns", m, "default", 25, s, metric, 0.1 * s + (m == "lda")) for m, s in cells for metric in metrics
    ]
    scores += [("wordnet_nouns", "hidden/minilm", "default", 0, 0, metric, 0.5) for metric in metrics]
    audit = {
        "documents": 40,
        "classes": {"animal": 30, "food": 10},
        "held_out": {"classes": {"animal": 4, "food": 4, "act": 2}},
    }
    layout = Layout.load(layout_of(config, ["wordnet_nouns"], ["lda", "prodlda"], [25]), {"wordnet_nouns": audit})
    columns = ["corpus", "method", "variant", "k", "seed", "metric", "value"]
    material = Material(
        item.title, layout, item.settings, pd.DataFrame(scores, columns=columns), {"wordnet_nouns": audit}
    )
    table = held_out_table.table(material)
    assert "40 training and 10 held-out documents; by chance P@k is .400" in table.caption  # 3/4 * 4/10 + 1/4 * 4/10
    assert "the commonest training class is .400 of the held-out" in table.caption
    assert table.columns == [
        "Method",
        "Held-out P@1",
        "Held-out P@5",
        "Held-out P@10",
        "Probe accuracy",
        "Probe macro-F1",
    ]
    (section,) = table.sections
    assert [row[0].text for row in section.rows] == ["LDA", "ProdLDA"] and section.rows[0][1].marked
    assert [row[0].text for row in section.references] == ["raw states, MiniLM"]
