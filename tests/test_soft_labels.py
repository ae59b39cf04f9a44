"""Published soft labels as a corpus and as a teacher; what we publish is read back as it was."""

import json
from functools import partial

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from pyarrow import parquet

from softtopics.artifacts import Corpus
from softtopics.corpora.prepare import prepare, read
from softtopics.corpora.soft_labels import given_vocabulary
from softtopics.corpora.vocabulary import vocabulary_of
from softtopics.errors import InputError
from softtopics.teachers import precomputed
from softtopics.teachers.export import publish

WORDS = ["violin", "court", "judge", "c++", "music"]
TEXTS = [
    "The judge is in court, a judge!",
    "Loud music of c++",
    "",
    "the JUDGE heard violin music",
    "Loud  music of c++",
]
COUNTS = [[0, 1, 2, 0, 0], [0, 0, 0, 1, 1], [0] * 5, [1, 0, 1, 0, 1], [0, 0, 0, 1, 1]]
BAGS = ["judge court judge", "music c++", "", "judge violin music", "music c++"]
KEPT = [0, 1, 3]  # without the empty document and the copy


@pytest.fixture(autouse=True)
def converted(tmp_path, monkeypatch):
    monkeypatch.setattr("datasets.config.HF_DATASETS_CACHE", tmp_path / "converted")


def columns(**changed) -> dict:
    """The form of the authors' datasets; None takes a column out."""
    generator = np.random.default_rng(0)
    whole = {
        "id": list(range(5)),
        "context": [f"Name the theme.\n\nDocument: {text}\n\nTopic:" for text in TEXTS],
        "next_word_logits": generator.normal(size=(5, 5)).astype(np.float32).tolist(),
        "input_embeddings": generator.normal(size=(5, 3)).astype(np.float32).tolist(),
        "bow": BAGS,
        "label": [1, 0, 0, 1, 0],
    }
    return {name: values for name, values in (whole | changed).items() if values is not None}


@pytest.fixture
def write(tmp_path):
    """Write such a dataset as a repository's folder; `words` None: without its vocabulary."""

    def make(name: str = "labels", words=WORDS, **changed) -> dict:
        folder = tmp_path / name
        (folder / "data").mkdir(parents=True)
        parquet.write_table(pa.table(columns(**changed)), folder / "data/train-00000-of-00001.parquet")
        if words is not None:
            (folder / "vocab.json").write_text(json.dumps(words), encoding="utf-8")
        return {"kind": "soft_labels", "id": str(folder)}

    return make


def prepared(source: dict, **settings) -> tuple[Corpus, dict]:
    """The corpus as the rules make it, and the account of its documents and words."""
    documents, audit = prepare(read(source), name="labels")
    given = partial(given_vocabulary, source)
    vocabulary, bow, account = vocabulary_of(documents, name="labels", given=given, **settings)
    return Corpus(documents, vocabulary, bow), audit | account


def corpus_of(source: dict, **settings) -> Corpus:
    return prepared(source, **settings)[0]


def test_documents_words_and_counts_come_from_the_dataset(write):
    corpus, audit = prepared(write())
    assert corpus.texts == [TEXTS[row] for row in KEPT]  # without the prompt around them
    assert corpus.vocabulary == WORDS and corpus.bow.toarray().tolist() == [COUNTS[row] for row in KEPT]
    assert corpus.documents["id"].tolist() == [1, 2, 4] and corpus.labels.tolist() == [1, 0, 1]
    assert audit["source"]["documents"] == "context" and audit["source"]["word_order"] == "known"
    assert (audit["empty"], audit["repeated"], audit["vocabulary_size"]) == (1, 1, 5)


@pytest.mark.parametrize(
    ("bow", "order", "first"),
    [
        (COUNTS, "not known", "court judge judge"),
        ([[float(n) for n in row] for row in COUNTS], "not known", "court judge judge"),
        (BAGS, "of vocabulary words alone", "judge court judge"),
        ([bag.split() for bag in BAGS], "of vocabulary words alone", "judge court judge"),
    ],
    ids=["counts", "floating-point counts", "text", "lists of words"],
)
def test_without_texts_documents_are_rebuilt_from_any_form_of_bow(write, bow, order, first):
    corpus, audit = prepared(write(context=None, bow=bow))
    assert audit["source"]["word_order"] == order
    assert corpus.texts[0] == first and corpus.tokens[0] == first.split()
    assert corpus.bow.toarray().tolist() == [COUNTS[row] for row in KEPT]
    assert corpus.tokens[1] in (["music", "c++"], ["c++", "music"])  # one word, though a tokenizer would split it


def test_the_words_that_count_most_often_stay_in_the_order_of_the_dataset(write):
    source = write()
    corpus = corpus_of(source, size=2)
    assert corpus.vocabulary == ["judge", "music"] and corpus.bow.toarray().tolist() == [[2, 0], [0, 1], [1, 1]]
    logits, _ = precomputed.score_words(corpus.documents, corpus.vocabulary, source)
    assert (logits == np.array(columns()["next_word_logits"], np.float32)[np.ix_(KEPT, [2, 4])]).all()


@pytest.mark.parametrize("where", ["given", "text file", "card", "metadata"])
def test_the_vocabulary_is_read_from_a_file_the_card_or_the_metadata(write, tmp_path, where):
    source = write(words=None)
    folder = tmp_path / "labels"
    if where == "given":
        (tmp_path / "mine.txt").write_text("\n".join(WORDS) + "\n", encoding="utf-8")
        source["vocabulary"] = str(tmp_path / "mine.txt")
    elif where == "text file":
        (folder / "vocab.txt").write_text("\n".join(WORDS), encoding="utf-8")
    elif where == "card":
        (folder / "README.md").write_text(f"---\nvocabulary: {json.dumps(WORDS)}\n---\n", encoding="utf-8")
    else:
        (folder / "metadata.json").write_text(json.dumps({"vocab": WORDS}), encoding="utf-8")
    assert corpus_of(source).vocabulary == WORDS


def test_states_and_scores_are_those_of_the_documents_that_are_left(write):
    source = write()
    corpus = corpus_of(source)
    hidden, meta = precomputed.read(corpus.documents, source)
    assert (hidden == np.array(columns()["input_embeddings"], np.float32)[KEPT]).all()
    logits, _ = precomputed.score_words(corpus.documents, WORDS[::-1], source)
    assert (logits == np.array(columns()["next_word_logits"], np.float32)[KEPT][:, ::-1]).all()
    assert hidden.dtype == logits.dtype == np.float32 and meta["source"] == source


def test_of_the_states_of_all_layers_the_last_is_read(write):
    states = np.arange(60, dtype=np.float32).reshape(5, 4, 3)
    source = write(input_embeddings=states.tolist())
    assert (precomputed.read(corpus_of(source).documents, source)[0] == states[KEPT, -1]).all()


def test_another_teacher_of_the_same_corpus_fits_and_of_another_one_does_not(write):
    corpus = corpus_of(write("labels"))
    order = [3, 0, 4, 1, 2]
    other = write(
        "other", words=[WORDS[i] for i in order], context=None, bow=[[row[i] for i in order] for row in COUNTS]
    )
    assert precomputed.read(corpus.documents, other)[0].shape == (3, 3)
    shuffled = write("shuffled", context=None, bow=BAGS[::-1])
    with pytest.raises(InputError, match=r"row 1 counts words that are not in .* \(3 of 3 documents differ\)"):
        precomputed.read(corpus.documents, shuffled)


MISTAKES = {
    "no vocabulary": ({"words": None}, r"does not say which words .* by `vocabulary: path`$"),
    "a word twice": ({"words": ["a", "b", "a", "d", "e"]}, r"vocab\.json: the word 'a' appears twice"),
    "two words in one": ({"words": ["a b", "b", "c", "d", "e"]}, "not a list of single words"),
    "no list": ({"words": {"a": 0}}, "not a list of single words"),
    "another vocabulary": ({"words": ["a", "b", "c", "d", "e"]}, "row 1 of column 'bow' counts 'judge', which is none"),
    "too few words": ({"words": WORDS[:4], "bow": COUNTS}, "row 1 of column 'bow' has 5 values, not 4 like the voc"),
    "halves": ({"bow": [[0.5] * 5] * 5}, "column 'bow' holds numbers that are not counts"),
    "no bow": ({"bow": None}, "there is no column 'bow'; known are"),
    "a number for a bow": ({"bow": [1] * 5}, "column 'bow' holds int64, not lists"),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_dataset_of_another_form_is_one_sentence(write, mistake):
    settings, message = MISTAKES[mistake]
    source = write(**settings)
    with pytest.raises(InputError, match=message) as raised:
        corpus_of(source)
    assert "\n" not in str(raised.value) and str(raised.value).startswith(source["id"])


LOGITS = columns()["next_word_logits"]
TEACHERS = {
    "scores of fewer words": ({"next_word_logits": [row[:4] for row in LOGITS]}, "row 1 .* has 4 values, not 5"),
    "a row of another length": ({"next_word_logits": [*LOGITS[:4], [1.0]]}, "row 5 of column 'next_word_logits' has 1"),
    "a missing row": ({"next_word_logits": [*LOGITS[:2], None, *LOGITS[3:]]}, "row 3 .* has 0 values, not 5"),
    "infinity": ({"next_word_logits": [[np.inf] * 5, *LOGITS[1:]]}, "row 1 .* holds a value that is not finite"),
    "too few rows": (
        {name: rows[:3] for name, rows in columns().items()},
        "has 3 rows, but the corpus has a document 4",
    ),
    "no scores": ({"next_word_logits": None}, "there is no column 'next_word_logits'"),
}


@pytest.mark.parametrize("mistake", TEACHERS)
def test_a_teacher_that_does_not_fit_is_one_sentence(write, mistake):
    settings, message = TEACHERS[mistake]
    documents = corpus_of(write()).documents
    source = write("other", **settings)
    with pytest.raises(InputError, match=message) as raised:
        precomputed.score_words(documents, WORDS, source)
    assert "\n" not in str(raised.value)


def test_words_that_are_not_scored_are_one_sentence(write):
    source = write()
    with pytest.raises(InputError, match="2 of the corpus's 3 words are not scored, the first being 'tea'"):
        precomputed.score_words(corpus_of(source).documents, ["tea", "court", "cup"], source)


def our_corpus() -> tuple[Corpus, dict]:
    texts = ["The old judge heard Music", "loud music in a COURT", "the court heard a loud judge", "12 !"]
    labels = ["music", "law", "law", "music"]
    names = ["Music!", "The Law", "The Law", "Music!"]
    rows = pd.DataFrame({"text": texts, "label": labels, "label_name": names}).astype("str")
    documents, audit = prepare(rows, name="ours")
    vocabulary, bow, account = vocabulary_of(documents, name="ours", min_documents=1)
    return Corpus(documents, vocabulary, bow), audit | account


def test_what_is_published_is_read_back_to_identical_arrays(tmp_path):
    corpus, audit = our_corpus()
    generator = np.random.default_rng(1)
    hidden = generator.normal(size=(4, 6)).astype(np.float32)
    logits = generator.normal(size=(4, len(corpus.vocabulary))).astype(np.float32)
    lm = {"name": "small", "kind": "hub", "id": "someone/small", "revision": "0" * 40}
    meta = {
        "lm": lm,
        "prompt": {"template": "{document}\n\nTopic:"},
        "dtype": "bfloat16",
        "words": {"forms": ["written"]},
    }
    publish(tmp_path / "ours", corpus, hidden, logits, meta, audit=audit, corpus_title="Ours", title="Small")

    source = {"kind": "soft_labels", "id": str(tmp_path / "ours")}
    again = corpus_of(source)
    assert again.vocabulary == corpus.vocabulary and (again.bow != corpus.bow).nnz == 0
    assert again.texts == corpus.texts and again.tokens == corpus.tokens
    for column in ("label", "label_name"):
        assert again.documents[column].tolist() == corpus.documents[column].tolist()
    np.testing.assert_array_equal(again.labels, corpus.labels)
    states, about = precomputed.read(again.documents, source)
    np.testing.assert_array_equal(states, hidden)
    np.testing.assert_array_equal(precomputed.score_words(again.documents, again.vocabulary, source)[0], logits)
    assert about["metadata"]["corpus"] == {"title": "Ours", **audit}
    assert about["dtype"] == "bfloat16" and about["metadata"]["lm"] == lm

    card = (tmp_path / "ours/README.md").read_text(encoding="utf-8")
    for fact in ("Ours", "Small", "someone/small", "0" * 40, r"{document}\n\nTopic:", "bfloat16", "vocab.json"):
        assert fact in card
    bags = parquet.read_table(tmp_path / "ours/data/train-00000-of-00001.parquet")["bow"].to_pylist()
    assert bags[0].split() == [word for word in corpus.tokens[0] if word in corpus.vocabulary]


def test_counts_that_are_not_those_of_the_text_are_published_as_they_are(write, tmp_path):
    corpus = corpus_of(write())  # c++ is no token of ours
    publish(tmp_path / "again", corpus, np.ones((3, 2)), np.ones((3, 5)), {}, audit={}, corpus_title="C", title="T")
    again = corpus_of({"kind": "soft_labels", "id": str(tmp_path / "again")})
    assert (again.bow != corpus.bow).nnz == 0 and again.vocabulary == corpus.vocabulary


def test_a_mark_at_the_beginning_of_a_list_of_words_is_no_part_of_a_word(write, tmp_path):
    source = write(words=None)
    (tmp_path / "labels/vocab.txt").write_text("\n".join(WORDS), encoding="utf-8-sig")
    assert corpus_of(source).vocabulary == WORDS


@pytest.mark.parametrize(("name", "content"), [("metadata.json", "{'vocab'"), ("README.md", "---\na: [\n---\n")])
def test_a_description_that_cannot_be_read_is_one_sentence(write, tmp_path, name, content):
    source = write(words=None)
    (tmp_path / "labels" / name).write_text(content, encoding="utf-8")
    said = f"{name}: what it says about the dataset cannot be read"
    with pytest.raises(InputError, match=f"{said}|this is not a readable dataset") as raised:
        corpus_of(source)
    assert "\n" not in str(raised.value)
