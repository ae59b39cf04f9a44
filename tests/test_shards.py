"""Long readings: killed jobs resume, memory that runs out is met with smaller batches."""

import threading
import time

import numpy as np
import pytest
import torch

from softtopics.artifacts import read_json
from softtopics.errors import InputError
from softtopics.teachers import shards
from softtopics.teachers.reading import merged, write
from softtopics.teachers.shards import Part, compute_rows, forget
from softtopics.threads import AT_ONCE

BATCHES = [[3, 1], [0], [2, 5], [4]]
EXPECTED = np.arange(6)[:, None] * np.ones((1, 3))


def result(rows):
    return np.array(rows)[:, None] * np.ones((1, 3))


@pytest.fixture(autouse=True)
def one_batch_a_shard(monkeypatch):
    monkeypatch.setattr(shards, "BATCHES", 1)


def test_rows_come_back_in_their_order():
    np.testing.assert_array_equal(compute_rows(BATCHES, result), EXPECTED)


def test_a_killed_job_goes_on_at_the_next_shard(tmp_path):
    done = []

    def killed(rows):
        if len(done) == 2:
            raise KeyboardInterrupt
        done.append(rows)
        return result(rows)

    with pytest.raises(KeyboardInterrupt):
        compute_rows(BATCHES, killed, store=tmp_path / "s", key="a")
    again = []
    out = compute_rows(BATCHES, lambda rows: again.append(rows) or result(rows), store=tmp_path / "s", key="a")
    np.testing.assert_array_equal(out, EXPECTED)
    assert done == BATCHES[:2] and again == BATCHES[2:]
    forget(tmp_path / "s")
    assert not (tmp_path / "s").exists()


def test_batches_at_once_come_back_in_their_order_and_resume(tmp_path, monkeypatch):
    monkeypatch.setenv(AT_ONCE, "3")
    seen = set()

    def slow(rows):
        seen.add(threading.get_ident())
        time.sleep(0.02 * rows[0])
        assert torch.is_inference_mode_enabled()
        return result(rows)

    np.testing.assert_array_equal(compute_rows(BATCHES, slow, store=tmp_path), EXPECTED)
    assert len(seen) > 1 and threading.get_ident() not in seen
    np.testing.assert_array_equal(compute_rows(BATCHES, None, store=tmp_path), EXPECTED)


@pytest.mark.parametrize("of", [2, 4, 7])
def test_parts_put_together_are_the_whole_and_some_may_be_empty(tmp_path, of):
    place = np.array([0, 1, 2, 3, 4, 5, 0])  # the last document is the first again
    parts = [{"part": str(tmp_path / f"part{number}.npz")} for number in range(of)]
    for number, output in enumerate(parts):
        rows = compute_rows(BATCHES, result, part=Part(number, of))
        write(output, {"all": rows, "twice": 2 * rows}, place, {"dtype": "float32"})
    found, about = merged([output["part"] for output in parts])
    files = {name: tmp_path / f"{name}.npy" for name in ("all", "twice")}
    write({**files, "meta": tmp_path / "all.json"}, found, place, about)
    np.testing.assert_array_equal(np.load(files["all"]), EXPECTED[place])
    np.testing.assert_array_equal(np.load(files["twice"]), 2 * EXPECTED[place])
    assert read_json(tmp_path / "all.json") == {"dtype": "float32"}


@pytest.mark.parametrize(
    ("numbers", "dtypes", "sentence"),
    [((0, 0), "aa", "documents are in no part"), ((0, 1), "ab", "read with dtype 'b' where .* has 'a'")],
    ids=["one part twice", "two types"],
)
def test_parts_that_do_not_belong_together_are_one_sentence(tmp_path, numbers, dtypes, sentence):
    paths = [str(tmp_path / f"{place}.npz") for place in range(2)]
    for path, number, dtype in zip(paths, numbers, dtypes, strict=True):
        rows = compute_rows(BATCHES, result, part=Part(number, 2))
        write({"part": path}, {"all": rows}, slice(None), {"dtype": dtype})
    with pytest.raises(InputError, match=sentence):
        merged(paths)


def test_shards_of_something_else_are_not_used(tmp_path):
    compute_rows(BATCHES, lambda rows: result(rows) * 0, store=tmp_path, key="a")
    np.testing.assert_array_equal(compute_rows(BATCHES, result, store=tmp_path, key="b"), EXPECTED)


def test_out_of_memory_halves_the_batches_and_goes_on():
    asked = []

    def small(rows):
        asked.append(len(rows))
        if len(rows) > 2:
            raise torch.OutOfMemoryError
        return result(rows)

    out = compute_rows([[0, 1, 2, 3, 4, 5], [6, 7, 8, 9, 10, 11]], small)
    np.testing.assert_array_equal(out[:, 0], range(12))
    assert asked == [6, 3, 2, 2, 2, 2, 2, 2]  # halved twice, then remembered


def test_a_document_that_does_not_fit_is_one_sentence():
    def full(rows):
        raise torch.OutOfMemoryError

    with pytest.raises(InputError, match="does not hold a single document"):
        compute_rows([[0, 1]], full)
