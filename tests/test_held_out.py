"""Held-out documents: how they are chosen, and that nothing of them is learned."""

import copy

import numpy as np
import pandas as pd
import pytest
from configs import EMBEDDED
from conftest import ROOT, check_refused, load
from scipy import sparse
from scipy.special import softmax

from softtopics.artifacts import Corpus
from softtopics.corpora.prepare import prepare, read, select
from softtopics.corpora.vocabulary import vocabulary_of
from softtopics.errors import InputError
from softtopics.jobs import parameters
from softtopics.models.base import TrainingData, load_model, train_cell
from softtopics.report import catalogue
from softtopics.teachers import mixed, views
from softtopics.teachers.neighbours import adjacency, nearest

BY_COLUMN = {"column": "part", "value": "test"}
BY_SHARE = {"share": 0.25, "seed": 0}


def rows(texts: list[str], labels: list[str] | None = None, parts: list[str] | None = None) -> pd.DataFrame:
    labels = pd.Series(labels if labels is not None else [None] * len(texts), dtype="str")
    frame = pd.DataFrame({"text": pd.Series(texts, dtype="str"), "label": labels, "label_name": labels})
    return frame if parts is None else frame.assign(split=pd.Series(parts, dtype="str"))


def test_a_word_counts_wherever_its_document_stands_among_the_held_out_ones():
    frame = rows(["the old tea", "a green tea", "a hot tea"], parts=["test", "train", "train"])
    documents, _ = prepare(frame, name="c", held_out=BY_COLUMN)
    assert vocabulary_of(documents, name="c", min_documents=1)[0] == ["tea", "green", "hot"]
    kept, _ = prepare(frame, name="c", held_out=BY_COLUMN, with_words_of={"vocabulary_size": 9, "min_documents": 2})
    assert kept["text"].tolist() == ["the old tea", "a green tea", "a hot tea"]


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
    """60 training documents of three subjects; for every `unseen` 12 held-out ones of other words stand among them."""
    rng = np.random.default_rng(0)
    labels = [list(SUBJECTS)[number % 3] for number in range(60)]
    texts = [
        " ".join(["a", *rng.choice(SUBJECTS[label].split(), 6), str(number)]) for number, label in enumerate(labels)
    ]
    if not unseen:
        documents, _ = prepare(rows(texts, labels), name="c")
        return documents, *vocabulary_of(documents, name="c")[:2]
    rng = np.random.default_rng(unseen)
    other = [" ".join(["a", *rng.choice(["judge", "drum", "soup", "xylem", "quark"], 8)]) + "!" * i for i in range(12)]
    frame = rows(texts + other, labels + ["law"] * 12, ["train"] * 60 + ["test"] * 12)
    order = np.argsort(np.concatenate([np.arange(60), rng.uniform(-5, 60, 12)]))
    documents, _ = prepare(frame.iloc[order].reset_index(drop=True), name="c", held_out=BY_COLUMN)
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
