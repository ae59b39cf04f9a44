"""Held-out documents: how they are chosen, that nothing of them is learned, what is measured on them."""

import copy
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import yaml
from conftest import ROOT, check_refused, load
from scipy import sparse
from scipy.special import softmax
from sklearn.linear_model import LogisticRegression

from softtopics.artifacts import Corpus, Run, load_cell, save_cell, write_counts, write_documents, write_words
from softtopics.corpora.prepare import prepare, read, select
from softtopics.corpora.vocabulary import vocabulary_of
from softtopics.errors import InputError
from softtopics.jobs import parameters
from softtopics.metrics.catalogue import METRICS
from softtopics.metrics.cooccurrence import count, encode_tokens
from softtopics.metrics.evaluate import evaluate_cell
from softtopics.metrics.held_out import held_out_scores, probe
from softtopics.metrics.representations import reference_scores
from softtopics.metrics.retrieval import precision_by_cosine, precision_by_divergence
from softtopics.models.base import TrainingData, load_model, train_cell
from softtopics.report import catalogue
from softtopics.report.layout import Layout, layout_of
from softtopics.report.material import Material
from softtopics.report.tables import held_out as held_out_table
from softtopics.teachers import mixed, views
from softtopics.teachers.neighbours import adjacency, nearest

EMBEDDED = yaml.safe_load((ROOT / "config.yaml").read_text(encoding="utf-8"))
BY_COLUMN = {"column": "part", "value": "test"}
BY_SHARE = {"share": 0.25, "seed": 0}


def rows(texts: list[str], labels: list[str] | None = None, parts: list[str] | None = None) -> pd.DataFrame:
    labels = pd.Series(labels if labels is not None else [None] * len(texts), dtype="str")
    frame = pd.DataFrame({"text": pd.Series(texts, dtype="str"), "label": labels, "label_name": labels})
    return frame if parts is None else frame.assign(split=pd.Series(parts, dtype="str"))


# How documents are chosen.


def test_a_column_says_what_is_held_out(tmp_path):
    path = tmp_path / "mine.csv"
    path.write_text("body,part\nthe green tea, test \nhot tea,train\ncold tea,\n", encoding="utf-8")
    source = {"kind": "table", "path": str(path), "text": "body"}
    documents, audit = prepare(read(source, BY_COLUMN), name="mine", held_out=BY_COLUMN)
    assert documents["held_out"].tolist() == [True, False, False]
    assert audit["documents"] == 2 and audit["held_out"]["documents"] == 1
    plain, without = prepare(read(source), name="mine")
    assert "held_out" not in plain and "held_out" not in without
    pd.testing.assert_frame_equal(documents.drop(columns="held_out"), plain)


def test_of_copies_in_both_parts_the_training_one_stays_whatever_is_done_about_duplicates():
    frame = rows(
        ["a b", "c", "a  b", "d", "d", "e", "e"], parts=["test", "train", "train", "test", "test", "train", "train"]
    )
    documents, audit = select(frame, "c", held_out=BY_COLUMN)
    assert documents["id"].tolist() == [2, 3, 4, 6] and documents["held_out"].tolist() == [False, False, True, False]
    assert audit["held_out_copies_of_training_documents"] == 1 and audit["repeated"] == 3
    documents, _ = select(frame, "c", deduplicate=False, held_out=BY_COLUMN)
    assert documents["id"].tolist() == [2, 3, 4, 5, 6, 7]


def test_a_share_is_of_distinct_texts_repeatable_and_copies_go_together():
    frame = rows([f"text {number // 2}" for number in range(80)])
    documents, _ = select(frame, "c", deduplicate=False, held_out=BY_SHARE)
    assert documents["held_out"].sum() == 20
    assert (documents.groupby("text")["held_out"].nunique() == 1).all()
    again, _ = select(frame, "c", deduplicate=False, held_out=BY_SHARE)
    pd.testing.assert_frame_equal(documents, again)
    other, _ = select(frame, "c", deduplicate=False, held_out=BY_SHARE | {"seed": 1})
    assert not documents["held_out"].equals(other["held_out"])
    sampled, audit = select(frame, "c", max_documents=20, held_out=BY_SHARE)
    assert audit["documents"] == 15 and audit["held_out"]["documents"] == 5 == sampled["held_out"].sum()


def test_samples_of_a_named_part_are_drawn_apart_so_that_training_does_not_depend_on_it():
    def chosen(n_test: int) -> list[int]:
        parts = ["train"] * 60 + ["test"] * n_test
        frame = rows([f"text {number}" for number in range(60 + n_test)], parts=parts)
        documents, audit = select(frame, "c", max_documents=20, held_out=BY_COLUMN)
        assert audit["documents"] == 20 and audit["held_out"]["documents"] == min(20, n_test)
        return documents["id"][~documents["held_out"]].tolist()

    assert chosen(40) == chosen(7)


@pytest.mark.parametrize(
    ("frame", "held_out", "sentence"),
    [
        (
            rows(["a", "b"], parts=["x", "y"]),
            BY_COLUMN,
            "no row has 'test' in column 'part', which holds 'x', 'y'; name",
        ),
        (rows(["a", "b"], parts=["test", "test"]), BY_COLUMN, "every row has 'test' in column 'part'"),
        (rows(["a", "a"], parts=["test", "train"]), BY_COLUMN, "1 documents remain to train on, and 0 held out"),
        (rows(["a", "b"]), {"share": 0.1}, "a share of 0.1 of 2 different documents is 0; give another share"),
    ],
)
def test_a_split_without_documents_on_both_sides_is_one_sentence(frame, held_out, sentence):
    with pytest.raises(InputError, match=f"mine: preparation.held_out: .*{sentence}"):
        select(frame, "mine", held_out=held_out)


MISTAKES = {
    "two ways": ({"column": "a", "value": "b", "share": 0.1}, "has the keys column, value, share; write column and"),
    "none": ({}, r"held_out has the keys none"),
    "no value": ({"column": "a"}, "has the keys column; write column and value"),
    "no columns": (
        {"column": "a", "value": "b"},
        "held_out.column: a source of kind wordnet has no column; hold out a",
    ),
    "no splits": ({"split": "test"}, "held_out.split: a source of kind wordnet has no split; hold out a share"),
    "all": ({"share": 1}, "held_out.share: 1 is greater than or equal to the maximum of 1"),
}


@pytest.mark.parametrize(("held_out", "sentence"), MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_in_the_config_is_one_sentence(held_out, sentence):
    preparation = {"held_out": held_out}
    check_refused(
        copy.deepcopy(EMBEDDED), lambda c: c["corpora"]["wordnet_topics"].update(preparation=preparation), sentence
    )


def test_a_model_without_transform_is_refused_where_documents_are_held_out(tmp_path, monkeypatch):
    for path in (ROOT / "src/softtopics/models").glob("*.py"):
        (tmp_path / path.name).write_text(path.read_text(encoding="utf-8"), encoding="utf-8")
    (tmp_path / "mine.py").write_text(
        "from softtopics.models.base import TopicModel\n\n\nclass Mine(TopicModel):\n    def fit(self, data):\n"
        "        return self\n\n\nMODEL = Mine\n",
        encoding="utf-8",
    )
    monkeypatch.setattr("softtopics.config.model_parameters.MODELS", tmp_path)
    config = copy.deepcopy(EMBEDDED)
    config["methods"]["mine"] = {"model": "mine"}
    config["run"]["methods"] = ["mine", "octis"]
    config["methods"]["octis"] = {"model": "octis_prodlda"}  # its transform is that of a base
    load(copy.deepcopy(config))
    split = {"preparation": {"held_out": BY_SHARE}}
    check_refused(
        config, lambda c: c["corpora"]["wordnet_nouns"].update(split), "methods.mine: the model mine has no `tr"
    )
    config["run"]["methods"] = ["octis"]
    load(config)


def test_without_a_split_jobs_are_told_what_they_were_told_before():
    config = load(copy.deepcopy(EMBEDDED))
    assert "held_out" not in parameters.of_documents(config, "wordnet_topics")
    assert "held_out" not in catalogue.items(catalogue.TABLES, config)
    config["corpora"]["wordnet_nouns"]["preparation"]["held_out"] = BY_SHARE
    assert parameters.of_documents(config, "wordnet_nouns")["held_out"] == BY_SHARE
    item = catalogue.items(catalogue.TABLES, config)["held_out"]
    assert item.corpora == ["wordnet_nouns"] and {cell.corpus for cell in item.cells} == {"wordnet_nouns"}


# Nothing of them is learned.

SUBJECTS = {
    "law": "judge court jury appeal verdict",
    "music": "violin drum melody tune choir",
    "food": "soup bread cheese",
}


def documents_of(unseen: int) -> tuple[pd.DataFrame, list[str], sparse.csr_matrix]:
    """60 training documents of three subjects, and 12 held-out ones of other words for every `unseen`."""
    rng = np.random.default_rng(0)
    labels = [list(SUBJECTS)[number % 3] for number in range(60)]
    texts = [
        " ".join(["a", *rng.choice(SUBJECTS[label].split(), 6), str(number)]) for number, label in enumerate(labels)
    ]
    rng = np.random.default_rng(unseen)
    other = [" ".join(["a", *rng.choice(["judge", "drum", "soup", "xylem", "quark"], 8)]) + "!" * i for i in range(12)]
    place = rng.permutation(72) if unseen else np.arange(72)
    parts = np.array(["train"] * 60 + ["test"] * 12)
    if not unseen:
        parts, place = parts[:60], place[:60]
    frame = rows(texts + other, labels + ["law"] * 12).iloc[np.arange(len(place))]
    held_out = BY_COLUMN if unseen else None
    documents, _ = prepare(frame.assign(split=parts) if unseen else frame, name="c", held_out=held_out)
    return documents, *vocabulary_of(documents, name="c")[:2]


def states_of(documents: pd.DataFrame) -> np.ndarray:
    """States that depend on a document's own text alone."""
    made = [np.random.default_rng(list(text.encode())).normal(size=8) for text in documents["text"]]
    return np.stack(made).astype(np.float32)


def learned(unseen: int, tmp_path) -> dict[str, np.ndarray]:
    """All that is made of the training documents, with other held-out documents for every `unseen`, 0 for none."""
    documents, vocabulary, bow = documents_of(unseen)
    corpus = Corpus(documents, vocabulary, bow).split()
    held_out = None if corpus.held_out is None else documents["held_out"].to_numpy()
    states = states_of(documents)
    scores = states @ np.random.default_rng(9).normal(size=(8, len(vocabulary))).astype(np.float32)
    parts = [
        views.Part("states", states, standardize=True),
        views.Part("soft_label", scores, temperature=2, calibration=0.5, weight=0.7),
    ]
    view = views.view(parts, held_out)
    near = nearest(view, 5, held_out=held_out)
    around = adjacency(near, 5)
    label, _ = mixed.mixed_scores([mixed.Part(scores, 0.5, 2, 0.5), mixed.Part(bow, 0.5)], around, held_out)
    data = TrainingData(corpus.texts, corpus.words, vocabulary, corpus.bow, corpus.of(around @ view), corpus.of(label))
    found = {"words": np.array(vocabulary), "bow": corpus.bow.toarray(), "inputs": data.inputs, "logits": data.logits}
    for name, own in {
        "lda": {"passes": 2},
        "neural": {"epochs": 2, "standardize": True, "calibration": 0.5},
        "fastopic": {"epochs": 3},
        "bertopic": {"n_neighbors": 5},
    }.items():
        unknown = None
        if corpus.held_out is not None:
            rest = corpus.held_out
            unknown = TrainingData(rest.texts, rest.words, vocabulary, rest.bow, rest.of(around @ view))
        (run,) = train_cell(load_model(name), own, data, n_topics=3, seeds=[0], held_out=unknown)
        assert (run.held_out_theta is None) == (unseen == 0)
        found |= {f"{name}_beta": run.beta, f"{name}_theta": run.theta}
    return found


@pytest.mark.filterwarnings("ignore")
def test_training_is_the_same_to_the_bit_whatever_is_held_out_and_if_nothing_is(tmp_path):
    first, second, none = learned(1, tmp_path), learned(2, tmp_path), learned(0, tmp_path)
    assert {"xylem", "quark"}.isdisjoint(first["words"]) and "judge" in first["words"]
    for name, array in first.items():
        np.testing.assert_array_equal(array, second[name], err_msg=name)
        np.testing.assert_array_equal(array, none[name], err_msg=name)


def test_neighbours_of_a_held_out_document_are_itself_and_training_documents(monkeypatch):
    rng = np.random.default_rng(0)
    view, held_out = rng.normal(size=(40, 5)).astype(np.float32), np.arange(40) % 4 == 1
    found = nearest(view, 6, held_out=held_out)
    assert np.array_equal(found[:, 0], np.arange(40)) and found.dtype == np.int32
    assert not held_out[found[:, 1:]].any()
    unit = view / np.linalg.norm(view, axis=1, keepdims=True)
    cosines = np.where(held_out, -2, unit @ unit.T)
    cosines[np.arange(40), np.arange(40)] = 2
    assert np.array_equal(found, np.argsort(-cosines, axis=1, kind="stable")[:, :6])
    monkeypatch.setattr("softtopics.teachers.neighbours.BLOCK_BYTES", 4 * 30 * 3)  # three documents at a time
    assert np.array_equal(found, nearest(view, 6, held_out=held_out))
    few = nearest(view, 50, held_out=held_out)
    assert few.shape == (40, 30)  # as many as there are training documents


def test_means_deviations_and_rarity_are_those_of_training_documents():
    rng = np.random.default_rng(0)
    held_out = np.arange(30) >= 20
    states, scores = rng.normal(size=(30, 4)) + 3, rng.normal(size=(30, 6)).astype(np.float32)
    made = views.view([views.Part("states", states, standardize=True)], held_out)
    plain = (states - states[:20].mean(axis=0)) / states[:20].std(axis=0)
    assert np.allclose(made, plain / np.linalg.norm(plain, axis=1, keepdims=True), atol=1e-5)
    made = views.view([views.Part("soft_label", scores, calibration=0.5)], held_out)
    root = np.sqrt(softmax(scores - 0.5 * scores[:20].mean(axis=0), axis=1))
    root -= root[:20].mean(axis=0)
    assert np.allclose(made, root / np.linalg.norm(root, axis=1, keepdims=True), atol=1e-5)
    bow = sparse.csr_matrix(rng.poisson(1, size=(30, 6)) * (np.arange(30) != 25)[:, None])
    label, _ = mixed.mixed_scores([mixed.Part(bow, 1)], held_out=held_out)
    assert np.allclose(label[:20], mixed.mixed_scores([mixed.Part(bow[:20], 1)])[0])
    assert np.allclose(np.exp(label[25]), np.exp(label[:20]).mean(axis=0), atol=1e-6)  # no words: the training mean


# What is measured on them.


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
    config["corpora"]["wordnet_nouns"]["preparation"]["held_out"] = BY_SHARE
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
