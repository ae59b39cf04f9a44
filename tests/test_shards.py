"""Long readings: killed jobs resume, memory that runs out is met with smaller batches."""

import numpy as np
import pytest
import torch

from softtopics.errors import InputError
from softtopics.teachers import shards
from softtopics.teachers.shards import compute_rows, forget

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
