"""Files of word vectors: what is read is what is written, and a file that is not whole is one sentence."""

import gzip
import re

import numpy as np
import pytest

from softtopics.corpora.vector_files import read_vectors
from softtopics.corpora.word_vectors import word_vectors
from softtopics.errors import InputError

ROWS = ["court 1 2", "judge 3 4", "new york 5 6", "caf\u00e9 7 8e-1"]
WORDS = ["judge", "caf\u00e9", "absent", "new york"]


def write(path, *rows: str):
    content = "".join(f"{row}\n" for row in rows).encode()
    path.write_bytes(gzip.compress(content) if path.suffix == ".gz" else content)
    return str(path)


@pytest.mark.parametrize("name", ["v.txt", "v.txt.gz"])
@pytest.mark.parametrize("header", [["4 2"], []], ids=["word2vec", "glove"])
def test_the_vectors_of_wanted_words_are_read(tmp_path, name, header):
    found = read_vectors(write(tmp_path / name, *header, *ROWS), WORDS)
    assert found.index_to_key == ["judge", "new york", "caf\u00e9"] and found.vector_size == 2
    np.testing.assert_array_equal(found["caf\u00e9"], np.array([7, 0.8], np.float32))


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (["5 2", *ROWS], "holds 4 vectors where its first line says 5"),
        (["3 2", *ROWS], "holds 4 vectors where its first line says 3"),
        (["4 2", *ROWS[:3], "caf\u00e9 nan 1"], "'nan' among the values of the word 'caf\u00e9' in line 5"),
        (["4 2", "judge 1 -inf", *ROWS[2:]], "'-inf' among the values of the word 'judge' in line 2"),
        (["4 2", "judge 1e99 1", *ROWS[2:]], "'1e99' among the values of the word 'judge' in line 2"),
        (["4 2", "judge 1 one", *ROWS[2:]], "'one' among the values of the word 'judge' in line 2"),
        (["4 2", ROWS[0], "judge 3 4 5", *ROWS[2:]], "has 3 values for the word 'judge' in line 3, not 2"),
        (["4 2", *ROWS[:3], "caf\u00e9 7"], "has 1 values for the word 'caf\u00e9' in line 5, not 2"),
        ([*ROWS[:3], "caf\u00e9"], "has 0 values for the word 'caf\u00e9' in line 4, not 2"),
        (["5 2", *ROWS, "judge 1 2"], "the word 'judge' in line 3 and again in line 6"),
        (["not vectors"], "is not a word2vec text file (line 1)"),
        ([""], "is empty"),
    ],
    ids=["more", "fewer", "nan", "inf", "large", "word", "too-many", "too-few", "none", "twice", "prose", "empty"],
)
def test_a_file_that_is_not_as_it_says_is_one_sentence_with_line_and_word(tmp_path, rows, said):
    path = write(tmp_path / "v.txt", *rows)
    with pytest.raises(InputError, match=re.escape(said)) as raised:
        word_vectors([WORDS], WORDS, kind="file", path=path)
    assert path in str(raised.value) and "\n" not in str(raised.value)


def test_a_word_that_nobody_wants_may_stand_twice(tmp_path):
    """As one does in glove.840B.300d."""
    found = read_vectors(write(tmp_path / "v.txt", "6 2", *ROWS, "\ufffd 1 2", "\ufffd 3 4"), WORDS)
    assert found.index_to_key == ["judge", "new york", "caf\u00e9"]


def test_a_file_that_is_cut_short_or_missing_is_one_sentence(tmp_path):
    path = write(tmp_path / "v.txt.gz", "400 2", *(f"word{n} 1 {n}" for n in range(400)))
    content = (tmp_path / "v.txt.gz").read_bytes()
    (tmp_path / "v.txt.gz").write_bytes(content[:-30])
    with pytest.raises(InputError, match=r"v.txt.gz: this is not a whole gzip file, damaged after line \d+"):
        read_vectors(path, WORDS)
    with pytest.raises(InputError, match="there is no file"):
        read_vectors(str(tmp_path / "nowhere.txt"), WORDS)
    with pytest.raises(InputError, match="has the same vector for all words"):
        word_vectors([WORDS], WORDS[:2], kind="file", path=write(tmp_path / "same.txt", "judge 1 1", "caf\u00e9 1 1"))
