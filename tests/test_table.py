"""Corpora out of users' files: what is read is what is written, and every mistake is one sentence."""

import gzip

import pandas as pd
import pyarrow as pa
import pytest
from pyarrow import parquet

from softtopics.corpora.table import read_table
from softtopics.errors import InputError

TEXTS = ["NA", "null", "", 'He said "no", twice', "two\nlines\tand a tab", "naïve café ⚽", "1.0"]
LABELS = ["007", "a b", "nan", "1", "1", "None", "x"]
ROWS = pd.DataFrame({"body": TEXTS, "topic": LABELS})
ENDINGS = [".csv", ".csv.gz", ".tsv", ".tsv.gz", ".jsonl", ".jsonl.gz", ".parquet"]


def write(path, rows=ROWS):
    if ".jsonl" in path.name:
        rows.to_json(path, orient="records", lines=True)
    elif path.suffix == ".parquet":
        rows.to_parquet(path)
    else:
        rows.to_csv(path, index=False, sep="\t" if ".tsv" in path.name else ",")
    return path


def put(path, content: bytes):
    path.write_bytes(content)
    return path


def refusal(path, **columns) -> str:
    with pytest.raises(InputError) as raised:
        read_table(path=path, **({"text": "text"} | columns))
    message = str(raised.value)
    assert message.startswith(f"{path}: ") and "\n" not in message
    return message


@pytest.mark.parametrize("ending", ENDINGS)
def test_every_format_gives_back_what_was_written(tmp_path, ending):
    frame = read_table(path=write(tmp_path / f"my corpus{ending}"), text="body", label="topic")
    assert list(frame.columns) == ["text", "label", "label_name"]
    assert frame["text"].tolist() == TEXTS
    assert frame["label"].tolist() == frame["label_name"].tolist() == LABELS


@pytest.mark.parametrize("ending", ENDINGS)
def test_without_a_label_column_labels_are_missing(tmp_path, ending):
    frame = read_table(path=write(tmp_path / f"c{ending}"), text="body")
    assert frame["label"].isna().all() and frame["label_name"].isna().all() and len(frame) == len(TEXTS)


def test_a_blank_label_is_missing_and_an_absent_name_is_the_label(tmp_path):
    path = put(tmp_path / "c.csv", b"text,label,name\na,1,law\nb,,\nc, ,\nd,2,\n")
    frame = read_table(path=path, text="text", label="label", label_name="name")
    assert frame["label"].isna().tolist() == [False, True, True, False]
    assert frame["label_name"].dropna().tolist() == ["law", "2"]


def test_numbers_become_strings_and_json_null_is_an_empty_text(tmp_path):
    content = b'{"text": null, "label": 3}\n\n{"text": 12, "label": true, "more": [1]}\n{"text": "x", "label": null}\n'
    frame = read_table(path=put(tmp_path / "c.jsonl", content), text="text", label="label")
    assert frame["text"].tolist() == ["", "", "12", "x"]  # a blank line is a row, so that rows keep their numbers
    assert frame["label"].dropna().tolist() == ["3", "true"] and frame["label"].isna().tolist() == [0, 1, 0, 1]
    pd.DataFrame({"text": ["a", None], "label": [3, 10]}).to_parquet(tmp_path / "c.parquet")
    frame = read_table(path=tmp_path / "c.parquet", text="text", label="label")
    assert frame["text"].tolist() == ["a", ""] and frame["label"].tolist() == ["3", "10"]


def test_a_byte_order_mark_and_windows_line_ends_are_no_part_of_the_table(tmp_path):
    path = put(tmp_path / "c.csv", b"\xef\xbb\xbftext,label\r\na,1\r\n")
    assert read_table(path=path, text="text", label="label").iloc[0].tolist() == ["a", "1", "1"]


def test_a_text_of_a_few_megabytes_is_one_document(tmp_path):
    long = "word " * 600_000
    path = write(tmp_path / "c.csv", pd.DataFrame({"text": ["short", long, "short"]}))
    assert read_table(path=path, text="text")["text"].str.len().tolist() == [5, len(long), 5]


def test_a_missing_file_is_named(tmp_path):
    assert "no such file" in refusal(tmp_path / "nowhere.csv")
    assert "no such file" in refusal(tmp_path)


def test_an_unknown_ending_lists_the_known_ones(tmp_path):
    assert ".csv.gz" in refusal(put(tmp_path / "c.xlsx", b"x"))
    assert ".parquet" in refusal(put(tmp_path / "c.parquet.gz", b"x"))


def test_a_missing_column_lists_those_there_are_and_suggests_the_closest(tmp_path):
    path = write(tmp_path / "c.csv")
    assert refusal(path, text="bdy").endswith("there is no column 'bdy'; did you mean 'body'?")
    assert "no column 'subject'; known are body, topic" in refusal(path, text="body", label="subject")
    assert "no column 'subject'" in refusal(path, text="body", label_name="subject")


@pytest.mark.parametrize(
    ("ending", "written", "said"),
    [
        (".csv", b"body;topic\na;b\n", "separated by semicolons, but the ending of its name says commas"),
        (".csv", b'"body";"topic"\n"a; b";"c"\n', "separated by semicolons"),
        (".csv", b"body\ttopic\na\tb\n", "separated by tabs"),
        (".tsv", b"body,topic\na,b\n", "separated by commas, but the ending of its name says tabs"),
    ],
    ids=["semicolons", "quotes", "tabs", "commas"],
)
def test_another_sign_between_columns_is_named(tmp_path, ending, written, said):
    assert said in refusal(put(tmp_path / f"c{ending}", written), text="body", label="topic")


def test_a_label_that_is_none_is_named(tmp_path, caplog):
    path = put(tmp_path / "c.csv", b"body,topic\na,\nb, \n")
    assert read_table(path=path, text="body", label="topic")["label"].isna().all()
    assert "the column 'topic' is blank in every row, so that there are no classes" in caplog.text
    assert "'body' is named as `text` and as `label`" in refusal(path, text="body", label="body")


def test_a_column_that_is_there_twice_is_refused(tmp_path):
    assert "2 columns are called 'text'" in refusal(put(tmp_path / "c.csv", b"text,text\na,b\n"))


@pytest.mark.parametrize("ending", [".csv", ".jsonl", ".tsv.gz"])
def test_a_file_that_is_not_utf8_is_refused_with_line_and_byte(tmp_path, ending):
    content = b'{"text": "a"}\n{"text": "caf\xe9"}\n'
    path = put(tmp_path / f"c{ending}", gzip.compress(content) if ending.endswith(".gz") else content)
    assert "line 2 is not UTF-8 (byte 27)" in refusal(path)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b'{"text": "b"', "delimiter"),
        (b'["b"]', "it is no object"),
        (b'{"text": ["b"]}', "text is nested"),
        (b'{"text": "\\ud83d"}', "surrogates not allowed"),
        (b'{"text": "b", "text": "c"}', "the key 'text' is written twice"),
        (b'{"text": ' + b"[" * 100_000 + b"}", "recursion"),
    ],
    ids=["broken", "a list", "a nested text", "half of a character", "a key twice", "very nested"],
)
def test_a_bad_json_line_is_refused_with_its_number(tmp_path, line, reason):
    message = refusal(put(tmp_path / "c.jsonl", b'{"text": "a"}\n\n' + line + b"\n"))
    assert "line 3 is not a JSON object of text" in message and reason in message


@pytest.mark.parametrize(
    ("row", "fields"),
    [(b"b", 1), (b"b,2,3", 3)],
    ids=["too few", "too many"],
)
def test_a_row_with_another_number_of_fields_is_refused_with_its_number(tmp_path, row, fields):
    message = refusal(put(tmp_path / "c.csv", b'text,label\n"a\nmore",1\n' + row + b"\n"))
    assert f"row 3 (the header is row 1) has {fields} fields where the header has 2" in message


def posts(quoted: dict[int, str], count: int = 12) -> list[str]:
    """Lines of a table of documents with an id and a label, some of which are given with their quotes."""
    topics = ("garden", "cooking", "railway")
    return [f"{n}|{quoted.get(n, f'text {n} on {topics[n % 3]}')}|{topics[n % 3]}" for n in range(count)]


def table(lines: list[str], delimiter: str) -> bytes:
    return "".join(f"{line}\n".replace("|", delimiter) for line in ["id|text|label", *lines]).encode()


@pytest.mark.parametrize("ending", [".csv", ".csv.gz"])
@pytest.mark.parametrize(
    ("quoted", "said"),
    [
        ({3: '"a lone', 7: '"another'}, "opens a field in row 5 (line 5; the header is row 1) closes in the middle"),
        ({3: '"a lone', 7: 'another"'}, "made one row of lines 5 to 9, row 5"),
        ({3: '"a lone'}, "opens a field in row 5 (line 5; the header is row 1) never closes"),
        ({3: '"quoted" in part'}, "row 5 (line 5; the header is row 1) closes in the middle of a field (line 5)"),
        ({3: '"escaped \\" quote"'}, "row 5 (line 5; the header is row 1) closes in the middle"),
        ({1: '"two\nlines"', 3: '"a lone'}, "row 5 (line 6; the header is row 1) never closes"),
    ],
    ids=["two open", "one opens, one closes", "one", "in part", "escaped", "after a text on two lines"],
)
def test_a_lone_quote_in_a_csv_file_is_refused_with_its_row(tmp_path, ending, quoted, said):
    content = table(posts(quoted), ",")
    path = put(tmp_path / f"c{ending}", gzip.compress(content) if ending.endswith(".gz") else content)
    assert said in refusal(path, label="label")


@pytest.mark.parametrize(
    "quoted",
    [{3: '"a lone', 7: '"another'}, {3: '"a lone', 7: 'another"'}, {3: '"a lone'}, {3: '"quoted" in part', 5: '""'}],
    ids=["two open", "one opens, one closes", "one", "in part"],
)
def test_a_tsv_file_without_quoting_is_read_as_it_is_written(tmp_path, quoted):
    frame = read_table(path=put(tmp_path / "c.tsv", table(posts(quoted), "\t")), text="text", label="label")
    assert len(frame) == 12 and [frame["text"][n] for n in quoted] == list(quoted.values())
    assert frame["label"].value_counts().tolist() == [4, 4, 4]


def test_a_tsv_file_that_can_be_read_in_two_ways_is_refused(tmp_path):
    path = put(tmp_path / "c.tsv", table(posts({3: '"a lone', 7: 'another"'}), "\t"))
    assert "a pair of lone quotes may have made one row of lines 5 to 9" in refusal(path)


def test_texts_on_lines_that_look_like_rows_are_read_with_a_warning(tmp_path, caplog):
    path = put(tmp_path / "c.csv", b'text,label\n"dear sir, madam,\nyours",a\n"one, two\nthree",b\n')
    frame = read_table(path=path, text="text", label="label")
    assert frame["text"].tolist() == ["dear sir, madam,\nyours", "one, two\nthree"]
    assert "1 rows hold line ends although each of their lines would make a row by itself" in caplog.text
    assert "row 3 (the header is row 1; lines 4 to 5)" in caplog.text


@pytest.mark.parametrize("ending", [".csv", ".tsv"])
def test_blank_lines_between_rows_are_rows_so_that_ids_are_rows_of_the_file(tmp_path, ending):
    delimiter = {".csv": b",", ".tsv": b"\t"}[ending]
    content = b"\n\ntext,label\r\na,x\r\n\r\n  \r\nb,x\r\n\r\n\r\n".replace(b",", delimiter)
    frame = read_table(path=put(tmp_path / f"c{ending}", content), text="text", label="label")
    assert frame["text"].tolist() == ["a", "", "", "b"]
    one = put(tmp_path / f"one{ending}", b'text\na\n\n""\nb\n\n')
    assert read_table(path=one, text="text")["text"].tolist() == ["a", "", "", "b"]


def test_a_lone_carriage_return_is_text_unless_it_ends_every_line(tmp_path):
    path = put(tmp_path / "c.csv", b'text,label\r\n20%\r40%,x\r\n"a\rb",y\r\r\n')
    assert read_table(path=path, text="text", label="label")["text"].tolist() == ["20%\r40%", "a\rb"]
    assert read_table(path=path, text="text", label="label")["label"].tolist() == ["x", "y"]
    old = put(tmp_path / "old.csv", b"text,label\ra,x\rb,y\r")
    assert read_table(path=old, text="text", label="label")["text"].tolist() == ["a", "b"]


def test_nul_and_other_controls_are_characters_of_a_text(tmp_path):
    text = "a\0b\x0b\x1a\u2028c\x85d"
    path = put(tmp_path / "c.csv", f"text,label\n{text},x\n".encode())
    assert read_table(path=path, text="text", label="label")["text"].tolist() == [text]


def test_nan_is_a_missing_value_and_the_text_nan_is_a_text(tmp_path):
    lines = b'{"text": NaN, "label": "x"}\n{"text": "NaN", "label": NaN}\n{"text": "b", "label": -Infinity}\n'
    files = [put(tmp_path / "c.jsonl", lines), tmp_path / "c.parquet"]
    columns = {"text": pa.array([None, "NaN", "b"]), "label": pa.array([2.0, float("nan"), float("-inf")])}
    parquet.write_table(pa.table(columns), files[1])
    for path, labels in zip(files, (["x", "-Infinity"], ["2", "-inf"]), strict=True):
        frame = read_table(path=path, text="text", label="label")
        assert frame["text"].tolist() == ["", "NaN", "b"] and frame["label"].dropna().tolist() == labels
        assert frame["label"].isna().tolist() == frame["label_name"].isna().tolist() == [False, True, False]


def test_missing_values_of_pandas_are_missing_whatever_their_kind(tmp_path):
    path = tmp_path / "c.parquet"
    pd.DataFrame({"text": ["a", None, float("nan"), pd.NA], "label": [1, None, 3, 4]}).to_parquet(path)
    frame = read_table(path=path, text="text", label="label")
    assert frame["text"].tolist() == ["a", "", "", ""] and frame["label"].isna().tolist() == [False, True, False, False]


@pytest.mark.parametrize("ending", [".csv", ".tsv", ".jsonl", ".parquet"])
def test_blanks_around_a_label_or_its_name_are_no_part_of_it(tmp_path, ending):
    rows = pd.DataFrame({"text": list("abcd"), "label": ["x", " x", "x\u00a0", "y"], "name": ["X ", "X", " X", " "]})
    frame = read_table(path=write(tmp_path / f"c{ending}", rows), text="text", label="label", label_name="name")
    assert frame["label"].tolist() == ["x", "x", "x", "y"] and frame["label_name"].tolist() == ["X", "X", "X", "y"]


def test_more_fields_than_names_in_every_row_do_not_shift_the_columns(tmp_path):
    assert "row 2 (the header is row 1) has 3 fields" in refusal(put(tmp_path / "c.csv", b"text,label\n0,a,1\n1,b,2\n"))


@pytest.mark.parametrize("ending", [".csv", ".tsv", ".jsonl", ".csv.gz"])
def test_an_empty_file_is_refused(tmp_path, ending):
    assert "is empty" in refusal(put(tmp_path / f"c{ending}", gzip.compress(b"\n") if ending == ".csv.gz" else b" \n"))


def test_a_damaged_gzip_file_is_refused(tmp_path):
    whole = gzip.compress(b"text\n" + b"some words\n" * 1000)
    broken = whole[:12] + b"\xff\xff\xff\xff" + whole[16:]
    for content in (b"text\na\n", whole[:-20], broken):
        assert "not a whole gzip file" in refusal(put(tmp_path / "c.csv.gz", content))


def test_a_damaged_parquet_file_and_a_column_of_lists_are_refused(tmp_path):
    assert "not a readable Parquet file" in refusal(put(tmp_path / "c.parquet", b"PAR1 no more"))
    pd.DataFrame({"text": [["a"], ["b"]]}).to_parquet(tmp_path / "lists.parquet")
    assert "column 'text' holds list" in refusal(tmp_path / "lists.parquet")
