"""Tables of every format and every kind of damage: a corpus or one sentence, and no text is lost or made up.

`make test` tries some tables of each kind; `FUZZ_EXAMPLES=5000 pytest tests/test_table_fuzz.py` tries that many.
"""

import csv
import gzip
import io
import json
import logging
import unicodedata
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from conftest import fuzz_settings
from hypothesis import given, settings
from hypothesis import strategies as st
from pyarrow import parquet

from softtopics.corpora.files import read_texts
from softtopics.corpora.hub import read_hub
from softtopics.corpora.prepare import prepare
from softtopics.corpora.table import read_table
from softtopics.corpora.text import running_text, tokenize
from softtopics.corpora.vector_files import read_vectors
from softtopics.corpora.vocabulary import vocabulary_of
from softtopics.errors import InputError

fuzz = fuzz_settings(40)

# What tables are broken by, and what is easily taken for something else.
PIECES = (
    *('"', '""', ",", "\t", ";", "\n", "\r", "\r\n", "\0", "\\", "'", " ", "\ufeff", "\u2028", "\x85", "\x0b", "\x1a"),
    *("NA", "null", "NaN", "None", "1.0", "1", "007", "true", "-", "=1+1", "#", "{", "}", "[", "text", "label"),
    *(
        "court",
        "music",
        "The judge",
        "naïve",
        "\u0065\u0301",
        "⚽",
        "👩‍👩‍👧",
        "שלום",
        "مرحبا",
        "\u202e",
        "法律",
        "हिन्दी",
        "ﬁ",
    ),
)
GIANTS = ("A1b2" * 2000, "!" * 3000, "☃" * 500, "word," * 500, "x" * 5000, "法" * 2000)
TEXT = st.one_of(
    st.lists(st.sampled_from(PIECES), max_size=8).map("".join),
    st.lists(st.sampled_from(PIECES), max_size=8).map(" ".join),
    st.text(max_size=20),
    st.sampled_from(GIANTS),
)
LABEL = st.sampled_from(["a", "b", "a ", "1", "1.0", "NA", "None", "", "007", "A", "\uff21"])
ROWS = st.lists(st.tuples(TEXT, LABEL), min_size=1, max_size=8)
PLAIN = st.lists(st.sampled_from(['"', "word", " ", "it's", "NA", "a", "é", ";", "\\"]), min_size=1, max_size=4).map(
    "".join
)


def sentence(error: InputError) -> str:
    """One sentence: one line, and no representation of an exception."""
    text = str(error)
    assert len(text.splitlines()) == 1 and "Error(" not in text and "Traceback" not in text, text
    return text


@contextmanager
def warnings():
    """What is logged as a warning meanwhile."""
    found: list[str] = []
    handler = logging.Handler(logging.WARNING)
    handler.emit = lambda record: found.append(record.getMessage())
    logging.getLogger("softtopics").addHandler(handler)
    try:
        yield found
    finally:
        logging.getLogger("softtopics").removeHandler(handler)


def delimited(rows, delimiter: str, quoting: int, ends: str, header=("text", "label")) -> str:
    stream = io.StringIO(newline="")
    csv.writer(stream, delimiter=delimiter, quoting=quoting, lineterminator=ends).writerows([header, *rows])
    return stream.getvalue()


def write(path: Path, content: str | bytes, encoding: str = "utf-8") -> Path:
    data = content if isinstance(content, bytes) else content.encode(encoding)
    path.write_bytes(gzip.compress(data) if path.suffix == ".gz" else data)
    return path


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("tables")


@pytest.fixture(autouse=True)
def converted(tmp_path, monkeypatch):
    monkeypatch.setattr("datasets.config.HF_DATASETS_CACHE", tmp_path / "converted")


def check_corpus(frame: pd.DataFrame) -> None:
    """Every row is kept, or dropped for a reason; a document is the text of the row that its id names."""
    frame = frame.assign(label=None, label_name=None).astype("str") if frame["label"].isna().any() else frame
    try:
        documents, audit = prepare(frame, name="fuzz")
    except InputError as error:
        assert any(said in sentence(error) for said in ("documents are empty", "is called", "no word is left"))
        return
    assert audit["rows_read"] == len(frame) == len(documents) + audit["empty"] + audit["repeated"]
    assert documents["text"].tolist() == frame["text"].iloc[documents["id"] - 1].tolist()
    assert len(documents["tokens"]) == len(documents)
    try:
        _, bow, _ = vocabulary_of(documents, name="fuzz", words=audit["words"])
        assert bow.shape[0] == len(documents)
    except InputError as error:
        assert "no word is left" in sentence(error)


@fuzz
@given(
    rows=ROWS,
    ending=st.sampled_from([".csv", ".csv.gz", ".tsv", ".tsv.gz"]),
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL, csv.QUOTE_NONNUMERIC]),
    ends=st.sampled_from(["\r\n", "\n"]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig"]),
)
def test_what_a_csv_writer_wrote_is_read_or_refused_for_its_ambiguity(folder, rows, ending, quoting, ends, encoding):
    if ends == "\n" and quoting == csv.QUOTE_MINIMAL:
        quoting = csv.QUOTE_ALL  # the csv module leaves a lone carriage return unquoted then
    path = write(folder / f"t{ending}", delimited(rows, "\t" if "tsv" in ending else ",", quoting, ends), encoding)
    try:
        frame = read_table(path=path, text="text", label="label")
    except InputError as error:
        assert "a pair of lone quotes may" in sentence(error)
        return
    assert frame["text"].tolist() == [text for text, _ in rows]
    assert frame["label"].fillna("").tolist() == [label.strip() for _, label in rows]
    check_corpus(frame)


@fuzz
@given(rows=ROWS, ascii_only=st.booleans(), packed=st.booleans(), blank=st.integers(0, 3))
def test_json_lines_are_read_as_written(folder, rows, ascii_only, packed, blank):
    lines = [json.dumps({"text": text, "label": label}, ensure_ascii=ascii_only) for text, label in rows]
    lines[blank:blank] = [""]
    path = write(folder / ("t.jsonl.gz" if packed else "t.jsonl"), "\n".join(lines) + "\n\n")
    frame = read_table(path=path, text="text", label="label")
    texts = [text for text, _ in rows]
    texts[blank:blank] = [""] if blank < len(rows) else []
    assert frame["text"].tolist() == texts
    check_corpus(frame)


VALUES = st.one_of(
    *(st.none(), st.integers(), st.floats(), st.booleans(), TEXT, st.lists(st.integers(), max_size=2)),
    st.dictionaries(st.text(max_size=2), st.integers(), max_size=1),
)


@fuzz
@given(values=st.lists(st.tuples(VALUES, VALUES), min_size=1, max_size=5))
def test_types_that_change_are_text_or_one_sentence(folder, values):
    path = write(folder / "v.jsonl", "\n".join(json.dumps({"text": a, "label": b}) for a, b in values))
    try:
        frame = read_table(path=path, text="text", label="label")
    except InputError as error:
        assert "is nested" in sentence(error)
        return
    missing = [a is None or a != a for a, _ in values]
    assert ((frame["text"] == "") == [m or a == "" for m, (a, _) in zip(missing, values, strict=True)]).all()
    assert "NaN" not in set(frame["label"]) | set(frame["text"]) or "NaN" in str(values)
    check_corpus(frame)


TYPES = st.sampled_from(
    [
        *(pa.string(), pa.large_string(), pa.int64(), pa.float64(), pa.float16(), pa.bool_(), pa.binary(), pa.null()),
        *(pa.dictionary(pa.int8(), pa.string()), pa.timestamp("s"), pa.decimal128(9, 2), pa.list_(pa.int8())),
        pa.date32(),
    ]
)
SOME = {pa.string(): "court", pa.large_string(): "NaN", pa.int64(): 7, pa.float64(): float("nan"), pa.bool_(): True}
SOME |= {pa.binary(): b"\xff\xfe", pa.list_(pa.int8()): [1], pa.dictionary(pa.int8(), pa.string()): "law"}


@fuzz
@given(kind=TYPES, other=TYPES, pattern=st.lists(st.booleans(), min_size=1, max_size=5))
def test_a_parquet_column_of_any_type_is_text_or_one_sentence(folder, kind, other, pattern):
    columns = {
        name: pa.array([SOME.get(kind) if there else None for there in pattern], kind)
        for name, kind in (("text", kind), ("label", other))
    }
    parquet.write_table(pa.table(columns), folder / "t.parquet")
    try:
        frame = read_table(path=folder / "t.parquet", text="text", label="label")
    except InputError as error:
        assert "not text" in sentence(error)
        return
    assert len(frame) == len(pattern) and not set(frame["text"]) & {"nan", "None", "<NA>"}
    check_corpus(frame)


@fuzz
@given(rows=st.lists(st.tuples(PLAIN, st.sampled_from(["a", "b"])), min_size=1, max_size=8), labelled=st.booleans())
def test_a_table_written_without_quoting_loses_no_row_without_a_word(folder, rows, labelled):
    for ending, delimiter in ((".tsv", "\t"), (".csv", ",")):
        lines = [delimiter.join(row) for row in [("text", "label"), *rows]]
        path = write(folder / f"u{ending}", "\n".join(lines) + "\n")
        with warnings() as said:
            try:
                frame = read_table(path=path, text="text", label="label" if labelled else None)
            except InputError as error:
                assert "quote" in sentence(error)
                continue
        assert len(frame) == len(rows) or any("lone quote" in text for text in said)
        content = "\n".join(lines)
        assert all(text in content or text.replace('"', '""') in content for text in frame["text"])


DAMAGE = st.tuples(st.sampled_from(["cut", "insert", "delete", "encode", "repeat"]), st.integers(0, 10**6), TEXT)


def damaged(content: str, damage: tuple[str, int, str]) -> bytes:
    what, at, piece = damage
    data = content.encode()
    place = at % (len(data) + 1)
    match what:
        case "cut":
            return data[:place]
        case "insert":
            return data[:place] + piece.encode() + data[place:]
        case "delete":
            return data[:place] + data[place + 1 :]
        case "repeat":
            return data + data[place:]
    return content.encode(("utf-16", "utf-8-sig", "utf-32", "utf-16-le")[at % 4])


@fuzz
@given(rows=ROWS, ending=st.sampled_from([".csv", ".tsv", ".jsonl", ".csv.gz", ".parquet", ".txt"]), damage=DAMAGE)
def test_a_damaged_file_is_a_corpus_of_its_texts_or_one_sentence(folder, rows, ending, damage):
    content = delimited(rows, "\t" if ending == ".tsv" else ",", csv.QUOTE_MINIMAL, "\n")
    if ending == ".jsonl":
        content = "".join(json.dumps({"text": t, "label": x}, ensure_ascii=False) + "\n" for t, x in rows)
    data = damaged(content, damage)
    path = folder / f"d{ending}"
    path.write_bytes(gzip.compress(data)[: None if damage[1] % 2 else -1] if ending.endswith(".gz") else data)
    try:
        if ending == ".txt":
            assert all(text in data.decode(errors="replace") for text in read_texts(path))
            return
        frame = read_table(path=path, text="text", label="label")
    except InputError as error:
        sentence(error)
        return
    if ending != ".jsonl":
        written = data.decode().replace("\r\n", "\n")
        assert all(t in written or t.replace('"', '""').replace("\r\n", "\n") in written for t in frame["text"])
    check_corpus(frame)


@settings(fuzz, max_examples=max(5, fuzz.max_examples // 20))
@given(rows=ROWS, ending=st.sampled_from(["csv", "tsv", "jsonl"]))
def test_a_folder_laid_out_like_a_dataset_is_read_as_its_table(tmp_path_factory, rows, ending):
    folder = tmp_path_factory.mktemp("hub")
    content = delimited(rows, "\t" if ending == "tsv" else ",", csv.QUOTE_ALL, "\n")
    if ending == "jsonl":
        content = "".join(json.dumps({"text": text, "label": label}) + "\n" for text, label in rows)
    path = write(folder / f"train.{ending}", content)
    found = []
    for read, where in ((read_table, {"path": path}), (read_hub, {"id": str(folder)})):
        try:
            found.append(read(**where, text="text", label="label"))
        except InputError as error:
            found.append(sentence(error))
    if isinstance(found[0], str):
        assert found[0] == found[1]
    else:
        pd.testing.assert_frame_equal(*found)


@fuzz
@given(texts=st.lists(TEXT, min_size=1, max_size=5), language=st.sampled_from(["en", "de", "fr", "hi", "el"]))
def test_every_token_is_one_word_of_its_document(texts, language):
    tokens = tokenize(texts, language)
    rows = [row.split() for row in running_text(tokens, len(texts))]
    assert [len(row) for row in rows] == np.bincount(tokens.document, minlength=len(texts)).tolist()
    assert (
        tokens.account["tokens"] == len(tokens.word) == tokens.counts.sum() + sum(tokens.account["left_out"].values())
    )
    for text, row in zip(texts, rows, strict=True):
        normal = unicodedata.normalize("NFC", text).lower()
        assert all(word in normal or word in text.lower() for word in row)


LINES = st.lists(
    st.sampled_from(["court", "law", "1", "-2.5", "nan", "1e400", "", "x y", "\ufeff", "3 2", "é"]), max_size=5
)


@fuzz
@given(lines=st.lists(LINES.map(" ".join), max_size=6), ends=st.sampled_from(["\n", "\r\n"]))
def test_a_file_of_vectors_is_read_or_refused(folder, lines, ends):
    path = write(folder / "v.txt", ends.join(lines))
    try:
        found = read_vectors(str(path), ["court", "law", "x"])
    except InputError as error:
        assert sentence(error).startswith("word_vectors: ")
        return
    assert np.isfinite(found.vectors).all() and set(found.index_to_key) <= {"court", "law", "x"}


def test_a_hundred_thousand_rows_are_all_there(folder):
    texts = [f'document "{number}", of\nmany' for number in range(100_000)]
    path = write(
        folder / "many.csv", delimited(zip(texts, "abcde" * 20_000, strict=True), ",", csv.QUOTE_MINIMAL, "\n")
    )
    assert read_table(path=path, text="text", label="label")["text"].tolist() == texts
