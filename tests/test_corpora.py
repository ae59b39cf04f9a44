"""What becomes of a source's rows: dropped, repeated, sampled, counted; and the published corpora."""

import numpy as np
import pandas as pd
import pytest
from conftest import ROOT

from softtopics.artifacts import Corpus, write_counts, write_documents, write_words
from softtopics.corpora.prepare import prepare, read, select
from softtopics.corpora.table import read_table
from softtopics.corpora.vocabulary import vocabulary_of
from softtopics.errors import InputError

DATA = ROOT.parent / "shared/data"


def given(name: str):
    """A published corpus; it is no part of the repository."""
    path = DATA / name
    if not path.is_file():
        pytest.skip(f"{name} is not in ../shared/data")
    return path


def rows(*texts, labels=None) -> pd.DataFrame:
    labels = pd.Series(labels or [None] * len(texts), dtype="str")
    return pd.DataFrame({"text": pd.Series(texts, dtype="str"), "label": labels, "label_name": labels})


def test_a_source_is_read_by_its_kind(tmp_path):
    (tmp_path / "c.csv").write_text("body\nsome words\n", encoding="utf-8")
    assert read({"kind": "table", "path": str(tmp_path / "c.csv"), "text": "body"})["text"].tolist() == ["some words"]
    assert len(read({"kind": "wordnet", "entries": "topics", "classes": 2, "max_per_class": 3})) == 6


MIXED = rows(
    "the old judge heard music",
    "  \n ",
    "a court played loud music",
    "the old\n judge heard music ",
    "",
    "the old judge heard music",
    "a loud judge",
    labels=["law", "law", "music", "law", "music", "music", "law"],
)


def test_empty_and_repeated_documents_go_and_are_accounted_for():
    documents, audit = prepare(MIXED, name="mixed")
    assert documents["id"].tolist() == [1, 3, 7]
    assert documents["text"].tolist() == [MIXED["text"][i - 1] for i in (1, 3, 7)]
    assert documents["label"].tolist() == ["law", "music", "law"]
    assert audit == {
        "rows_read": 7,
        "empty": 2,
        "repeated": 2,
        "repeated_with_another_label": 1,
        "deduplicated": True,
        "sampled_away": 0,
        "documents": 3,
        "labels": "2 classes",
        "classes": {"law": 2, "music": 1},
        "labels_alike": [],
        "copies": {
            "distinct": 3,
            "groups": 1,
            "groups_of_several_classes": 1,
            "largest_group": 3,
            "rows_with_a_copy": 0.6,
            "documents_with_a_copy": 0.0,
            "nearly_repeated": 0,
            "largest_groups": [{"text": "the old judge heard music", "copies": 3, "first_row": 1, "classes": 2}],
        },
        "words": {
            "language": "en",
            "looks_like": None,
            "tokens": 13,
            "left_out": {
                "without_case": 0,
                "capitals": 0,
                "stop_words": 3,
                "short": 0,
                "first_of_sentence": 0,
                "pieces": 0,
            },
            "giant_tokens": 0,
            "documents_with_giant_tokens": 0,
        },
        "tokens_median": 5.0,
        "tokens_max": 5,
    }


def test_the_vocabulary_has_an_account_of_its_own_and_a_smaller_one_is_its_beginning():
    documents, _ = prepare(MIXED, name="mixed")
    vocabulary, bow, audit = vocabulary_of(documents, name="mixed", min_documents=1)
    assert vocabulary == ["judge", "loud", "music", "court", "heard", "old", "played"]
    assert audit == {"vocabulary_size_asked": 2000, "vocabulary_size": 7, "documents_without_vocabulary_words": 0}
    fewer, small, _ = vocabulary_of(documents, name="mixed", min_documents=1, size=3)
    assert fewer == vocabulary[:3] and (small != bow[:, :3]).nnz == 0


def test_repeats_stay_where_deduplication_is_off_and_are_still_counted():
    documents, account = select(MIXED, "mixed", deduplicate=False)
    assert documents["id"].tolist() == [1, 3, 4, 6, 7]
    assert (account["documents"], account["repeated"], account["empty"]) == (5, 2, 2)
    _, dropped = select(MIXED, "mixed")
    assert account["copies"] == dropped["copies"] | {"documents_with_a_copy": 0.6}


def test_the_audit_of_copies_counts_groups_classes_and_near_copies():
    frame = rows(
        "b", "A tea.", "b", "c", "a  TEA", "c", "c", "!", "?", labels=["x", "x", "y", "x", "x", "x", "x", "y", "y"]
    )
    copies = select(frame, "c")[1]["copies"]
    assert (copies["distinct"], copies["groups"], copies["largest_group"]) == (6, 2, 3)
    assert copies["rows_with_a_copy"] == 5 / 9 and copies["documents_with_a_copy"] == 0
    assert copies["groups_of_several_classes"] == 1 and copies["nearly_repeated"] == 1
    assert [(group["text"], group["copies"], group["first_row"]) for group in copies["largest_groups"]] == [
        ("c", 3, 4),
        ("b", 2, 1),
    ]
    sampled = select(frame, "c", deduplicate=False, max_documents=2)[1]["copies"]
    assert sampled["documents_with_a_copy"] in (0, 1) and sampled["rows_with_a_copy"] == 5 / 9


def saved(folder, *texts, labels=None, **settings) -> Corpus:
    """A corpus with its vocabulary, written as the rules do and read again."""
    documents, _ = prepare(rows(*texts, labels=labels), name="c")
    vocabulary, bow, _ = vocabulary_of(documents, name="c", **settings)
    files = folder / "documents.parquet", folder / "words.txt", folder / "bow.npz"
    for write, path, content in zip(
        (write_documents, write_words, write_counts), files, (documents, vocabulary, bow), strict=True
    ):
        write(path, content)
    return Corpus.load(*files)


def test_a_corpus_survives_saving(tmp_path):
    for labels in (None, ["a", "b"]):
        loaded = saved(tmp_path, "the green tea", "hot green TEA", labels=labels, min_documents=1)
        assert loaded.vocabulary == ["green", "tea"] and loaded.bow.toarray().tolist() == [[1, 1], [1, 1]]
        assert loaded.texts == ["the green tea", "hot green TEA"]
        assert loaded.tokens == [["the", "green", "tea"], ["hot", "green", "tea"]]
        assert (loaded.labels is None) if labels is None else loaded.labels.tolist() == [0, 1]


def test_documents_and_a_vocabulary_that_do_not_belong_together_are_refused(tmp_path):
    saved(tmp_path, "the green tea", "hot green TEA", min_documents=1)
    write_words(tmp_path / "words.txt", ["green"])
    with pytest.raises(ValueError, match="2 documents and 1 words"):
        Corpus.load(tmp_path / "documents.parquet", tmp_path / "words.txt", tmp_path / "bow.npz")


def test_a_document_without_vocabulary_words_is_kept_and_counted():
    documents, _ = prepare(rows("the green tea", "12 !", "hot green tea"), name="tea")
    _, bow, audit = vocabulary_of(documents, name="tea")
    assert len(documents) == bow.shape[0] == 3 and audit["documents_without_vocabulary_words"] == 1
    assert bow[[1]].nnz == 0 and documents["tokens"].iloc[1] == ""


def test_documents_without_vocabulary_words_may_be_left_out():
    own = rows("the green tea", "12 !", "hot green tea", "a rare word", labels=["x", "x", "y", "y"])
    documents, account = prepare(own, name="tea", with_words_of={"vocabulary_size": 2, "min_documents": 2})
    assert documents["id"].tolist() == [1, 3] and list(documents.index) == [0, 1]
    assert (account["documents"], account["without_words_left_out"]) == (2, 2)
    assert account["classes"] == {"x": 1, "y": 1} and account["tokens_max"] == 3
    words, _, audit = vocabulary_of(documents, name="tea", size=2)
    assert words == ["green", "tea"] and audit["documents_without_vocabulary_words"] == 0
    alone = rows("the green tea", "12 !", "hot green tea", labels=["x", "z", "y"])
    _, account = prepare(alone, name="tea", with_words_of={"vocabulary_size": 2, "min_documents": 2})
    assert account["labels"] == "2 classes" and account["classes"] == {"x": 1, "y": 1}
    with pytest.raises(
        InputError, match=r"tea: no word is left .* 6 are in fewer than 5 documents, in 4 documents; lower"
    ):
        prepare(own, name="tea", with_words_of={"vocabulary_size": 2, "min_documents": 5})


@pytest.mark.parametrize(
    ("labels", "state", "classes"),
    [(None, "none", {}), (["x", "x"], "one class only", {"x": 2}), (["x", "y"], "2 classes", {"x": 1, "y": 1})],
)
def test_the_audit_says_what_labels_there_are(labels, state, classes):
    _, account = select(rows("a", "b", labels=labels), "c")
    assert (account["labels"], account["classes"]) == (state, classes)


def test_a_sample_keeps_the_order_and_does_not_depend_on_anything_but_the_seed():
    many = rows(*(f"document {i}" for i in range(100)), labels=["big"] * 80 + ["small"] * 20)
    documents, account = select(many, "c", max_documents=30)
    assert len(documents) == 30 and documents["id"].is_monotonic_increasing and account["sampled_away"] == 70
    assert documents["id"].tolist() == select(many, "c", max_documents=30)[0]["id"].tolist()
    assert documents["id"].tolist() != select(many, "c", max_documents=30, seed=1)[0]["id"].tolist()
    assert select(many, "c", max_documents=1000)[1]["documents"] == 100
    _, account = select(many, "c", max_per_class=25)
    assert account["classes"] == {"big": 25, "small": 20}
    assert select(many, "c", max_per_class=25, max_documents=10)[1]["documents"] == 10


@pytest.mark.parametrize(
    ("frame", "settings", "message"),
    [
        (rows(" ", ""), {}, "c: all of the 2 documents are empty"),
        (rows(), {}, "c: its source has no rows; give one that has documents"),
        (
            rows("12", "!!"),
            {},
            "c: no word is left for the vocabulary: there is none by the rules for English, in 2 documents; they hold",
        ),
        (rows("a", "b", labels=["x", None]), {}, r"c: 1 of 2 documents have no label, the first being document 2 "),
        (rows("a", "b"), {"max_per_class": 1}, "c: max_per_class needs labels"),
        (
            rows("a", "b", labels=["1", "1"]).assign(label_name=["law", "music"]),
            {},
            "c: label 1 is called 'law' and 'music'; give each label one name",
        ),
        (
            rows("a", "b", labels=["1", "1.0"]).assign(label_name=["law", "law"]),
            {},
            "c: labels '1' and '1.0' are both called 'law'; give each label a name of its own",
        ),
    ],
    ids=["empty", "no rows", "no words", "partly labelled", "nothing to balance", "two names", "two labels"],
)
def test_what_makes_no_corpus_is_one_sentence(frame, settings, message):
    with pytest.raises(InputError, match=message) as raised:
        documents, _ = prepare(frame, name="c", **settings)
        vocabulary_of(documents, name="c")
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize(
    ("labels", "groups"),
    [
        (["1", "1.0", "2", "true"], [["1", "1.0", "true"]]),
        (["Law", "law", "LAW ", "music"], [["LAW ", "Law", "law"]]),
        (["caf\u00e9", "cafe\u0301", "\uff23afe", "Cafe"], [["Cafe", "\uff23afe"], ["cafe\u0301", "caf\u00e9"]]),
        (["a  b", "a b", "a\u200bb", "ab"], [["a  b", "a b"], ["ab", "a\u200bb"]]),
        (["07", "7", "70", "1e1", "10"], [["07", "7"], ["10", "1e1"]]),
        (["inf", "infinity", "nan", "1_0", "10"], []),
    ],
    ids=["numbers", "capitals", "forms of characters", "blanks", "zeros", "words"],
)
def test_labels_that_may_be_one_class_are_a_warning(labels, groups, caplog):
    texts = [f"text {n}" for n in range(len(labels))]
    _, account = select(rows(*texts, labels=labels), "mine")
    assert sorted(account["labels_alike"]) == sorted(groups)
    assert ("mine: labels that may be one class count as several" in caplog.text) == bool(groups)


@pytest.mark.parametrize("classes", [30, 15, 12])
def test_a_label_for_nearly_every_document_is_a_warning(classes, caplog):
    documents = rows(*(f"text {n}" for n in range(40)), labels=[str(n % classes) for n in range(40)])
    select(documents, "mine")
    assert ("mine: 40 documents have 30 labels" in caplog.text) == (classes == 30)


def test_a_giant_token_is_a_warning_with_its_document(caplog):
    _, audit = prepare(rows("the green tea", "", "hot green tea " + "!" * 1000), name="mine")
    assert audit["words"]["documents_with_giant_tokens"] == 1 and "the first being document 3 " in caplog.text


def test_a_missing_label_of_an_empty_document_does_no_harm():
    documents, _ = select(rows("a", " ", "b", labels=["x", None, "y"]), "c")
    assert documents["label"].tolist() == ["x", "y"]


def test_stackoverflow_is_read_whole_and_has_15_repeats():
    frame = read_table(path=given("stackoverflow.tsv.gz"), text="text", label="label")
    documents, account = select(frame, "stackoverflow")
    assert (account["rows_read"], account["repeated"], account["empty"], len(documents)) == (20_000, 15, 0, 19_985)
    assert account["labels"] == "20 classes" and frame["label"].value_counts().eq(1000).all()


def test_tweet_topic_has_5790_distinct_tweets():
    path = given("tweet_topic.tsv.gz")
    frame = read_table(path=path, text="text", label="label", label_name="label_name")
    _, account = select(frame, "tweet_topic")
    assert (account["rows_read"], account["documents"], account["repeated"]) == (21_996, 5_790, 16_206)
    assert account["repeated_with_another_label"] == 0 and account["labels"] == "19 classes"
    copies = account["copies"]
    assert (copies["distinct"], copies["groups"], copies["largest_group"]) == (5_790, 5_790, 5)
    assert copies["rows_with_a_copy"] == 1 and copies["documents_with_a_copy"] == 0
    assert select(frame, "tweet_topic", deduplicate=False)[1]["copies"]["documents_with_a_copy"] == 1


def test_20_newsgroups_has_34_empty_and_90_repeated_posts():
    path = given("20_newsgroups.tsv.gz")
    frame = read_table(path=path, text="text", label="label", label_name="label_name")
    assert frame["text"].duplicated().sum() == 90  # 33 of them are empty
    _, account = select(frame, "20_newsgroups")
    assert (account["rows_read"], account["empty"], account["labels"]) == (18_846, 34, "20 classes")
    assert account["repeated"] == 57 + 7  # 7 differ in white space
    assert account["repeated_with_another_label"] == 11


def test_the_vocabulary_of_titles_has_whole_words_only():
    frame = read_table(path=given("stackoverflow.tsv.gz"), text="text", label="label")
    documents, _ = prepare(frame, name="stackoverflow", max_per_class=100)
    vocabulary, bow, _ = vocabulary_of(documents, name="stackoverflow")
    assert bow.shape == (2000, len(vocabulary))
    assert {"file", "query", "code", "page"} <= set(vocabulary[:60])
    assert not {"don", "didn", "isn", "non", "pre", "etc", "the", "how"} & set(vocabulary)
    assert set(vocabulary) <= set(" ".join(documents["tokens"]).split())
    assert np.asarray(bow.sum(axis=0)).min() >= 2


def test_capitalised_words_count_unless_the_papers_setting_is_asked_for():
    rows = pd.DataFrame({"text": ["Use LINQ with excel", "we use linq and Excel"], "label": pd.NA, "label_name": pd.NA})
    both, _ = prepare(rows, name="mine")
    lower, _ = prepare(rows, name="mine", capitalized=False)
    assert both["tokens"].tolist() == ["use linq with excel", "we use linq and excel"]
    assert lower["tokens"].tolist() == both["candidates"].tolist() == ["excel", "use linq"]
