"""Reference texts out of files: every format, in pieces, in several processes, and what is wrong with a bad one."""

import gzip
import json
import lzma

import numpy as np
import pandas as pd
import pytest

from softtopics.corpora.files import read_texts
from softtopics.corpora.stream import encode_file, in_order, shards
from softtopics.corpora.text import encode, running_text, tokenize
from softtopics.corpora.wordnet import read_wordnet
from softtopics.errors import InputError

TEXTS = ["The Court (in London) ruled: 3 judges!", "court's café — naïve", "One line"]
PACK = {"": lambda path, data: path.write_bytes(data), ".gz": lambda p, d: p.write_bytes(gzip.compress(d, mtime=0)),
        ".xz": lambda p, d: p.write_bytes(lzma.compress(d))}  # fmt: skip


def write(path, packed: str, content: str | bytes):
    path = path.with_name(path.name + packed)
    PACK[packed](path, content if isinstance(content, bytes) else content.encode("utf-8"))
    return path


@pytest.mark.parametrize("packed", PACK)
def test_lines_of_text_and_of_json_are_documents_and_blank_ones_are_none(tmp_path, packed):
    plain = write(tmp_path / "a.txt", packed, "\ufeff" + "\n".join(["", *TEXTS, "  ", ""]))
    assert list(read_texts(plain)) == TEXTS
    rows = [{"id": 1, "body": text} for text in (*TEXTS, None, float("nan"), " ")]
    objects = write(tmp_path / "a.jsonl", packed, "".join(json.dumps(row) + "\n" for row in rows))
    assert list(read_texts(objects, "body")) == TEXTS


def test_a_column_of_a_parquet_file_is_read(tmp_path):
    pd.DataFrame({"body": [*TEXTS, None, ""], "n": 1}).to_parquet(tmp_path / "a.parquet")
    assert list(read_texts(tmp_path / "a.parquet", "body")) == TEXTS
    with pytest.raises(InputError, match=r"no column 'text'; known are body, n"):
        list(read_texts(tmp_path / "a.parquet"))
    with pytest.raises(InputError, match="'n' holds int64, not text"):
        list(read_texts(tmp_path / "a.parquet", "n"))


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("a.csv", b"text\n", "ends in none of"),
        ("a.txt", b"good\ncaf\xe9\n", "line 2 is not UTF-8"),
        ("a.txt.gz", gzip.compress(b"good\n" * 1000, mtime=0)[:-12], "damaged"),
        ("a.txt.gz", b"plain", "damaged"),
        ("a.txt.xz", lzma.compress(b"good\n" * 1000)[:-12], "damaged"),
        ("a.jsonl", b'{"text": "good"}\n{"text"\n', "line 2 is not a JSON object"),
        ("a.jsonl", b'{"body": "good"}\n', "no 'text' among the keys body"),
        ("a.jsonl", b'{"text": ["good"]}\n', "text is no text"),
        ("a.jsonl", b'{"text": 0}\n', "text is no text"),
        ("a.jsonl", b'{"text": "\\ud83d"}\n', "line 1 is not"),
        ("a.jsonl", b'["good"]\n', "no object"),
        ("a.parquet", b"good", "not a readable Parquet file"),
    ],
)
def test_a_bad_file_is_one_sentence(tmp_path, name, content, sentence):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(InputError, match=sentence) as error:
        list(read_texts(tmp_path / name))
    assert name in str(error.value)
    with pytest.raises(InputError, match="no such file"):
        list(read_texts(tmp_path / "nowhere.txt"))


@pytest.mark.parametrize("processes", [1, 2])
def test_references_are_tokenised_as_corpora_are_whatever_the_processes(tmp_path, processes):
    texts = [*read_wordnet(entries="topics", max_per_class=12)["text"], *TEXTS]
    write(tmp_path / "a.txt", "", "\n".join(texts))
    vocabulary = ["court", "law", "music", "the", "of", "café", "game"]
    tokens = tokenize(texts)
    rows = [row.split() for row in running_text(tokens, len(texts))]
    place = {word: position for position, word in enumerate(vocabulary)}
    found = list(encode_file(tmp_path / "a.txt", vocabulary, processes=processes, shard=2000))
    assert len(found) > 5
    np.testing.assert_array_equal(
        np.concatenate([words for words, _ in found]), [place.get(word, -1) for row in rows for word in row]
    )
    np.testing.assert_array_equal(np.concatenate([lengths for _, lengths in found]), list(map(len, rows)))


def test_texts_without_a_word_have_no_tokens():
    words, lengths = encode(["12 34", "law", "..."], ["law"])
    assert words.tolist() == [0] and lengths.tolist() == [0, 1, 0]


def test_shards_end_after_so_many_characters_and_hold_everything():
    assert list(shards(["aaa", "bbb", "c", "dddddd"], 5)) == [["aaa", "bbb"], ["c", "dddddd"]]
    assert list(shards([], 5)) == []


def test_no_more_is_read_ahead_than_keeps_the_processes_busy():
    taken = []
    for done, result in enumerate(in_order(abs, (taken.append(n) or -n for n in range(50)), processes=2)):
        assert result == done and len(taken) <= done + 4
    assert done == 49


def test_an_error_in_a_process_is_raised():
    with pytest.raises(TypeError, match="bad operand"):
        list(in_order(abs, [1, "two", 3], processes=2))
