"""Artifacts are whole or refused by name; what could not be written says why; what the dead left is removed."""

import errno
import os
import socket
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import sparse

from softtopics import artifacts, storage
from softtopics.artifacts import Run
from softtopics.errors import InputError
from softtopics.metrics.counts import Counts, Windows
from softtopics.report.scores import read_scores
from softtopics.teachers.lms import describe, fetch
from softtopics.teachers.shards import compute_rows

WORDS = [f"word{i}" for i in range(20)]
RUN = Run(np.ones((2, 20)), np.full((9, 2), 0.5), WORDS, seed=0, seconds=1.0, versions={})
SCORES = pd.DataFrame(
    {"corpus": "c", "method": "m", "variant": "v", "k": 2, "seed": range(9), "metric": "nmi", "value": 0.125}
)
WINDOWS = Windows(9, np.arange(20), np.arange(190))
KINDS = {  # a file of each kind: how it is written and how it is read
    "hidden.npy": (lambda p: artifacts.write_array(p, np.ones((99, 9))), artifacts.read_array),
    "bow.npz": (lambda p: artifacts.write_counts(p, sparse.eye(99, format="csr")), artifacts.read_counts),
    "k2.npz": (lambda p: artifacts.save_cell(p, [RUN]), artifacts.load_cell),
    "counts.npz": (Counts(WORDS, "gensim", WINDOWS, WINDOWS, WINDOWS).save, Counts.load),
    "documents.parquet": (lambda p: artifacts.write_documents(p, SCORES), artifacts.read_documents),
    "audit.json": (lambda p: artifacts.write_json(p, {"documents": 9}), artifacts.read_json),
    "vocabulary.txt": (lambda p: artifacts.write_words(p, WORDS), artifacts.read_words),
    "scores.csv": (lambda p: artifacts.write_table(p, SCORES), lambda p: read_scores([p])),
}


@pytest.mark.parametrize("name", KINDS)
@pytest.mark.parametrize("cut", [1, 3, 8, 60])
def test_a_cut_file_is_named_where_it_is_read(name, cut, tmp_path):
    write, read = KINDS[name]
    path = tmp_path / name
    write(path)
    read(path)
    os.truncate(path, max(path.stat().st_size - cut, 0))
    with pytest.raises(InputError, match=rf"^{path} is damaged: delete it and run again \(it has \d+ bytes of \d+\)$"):
        read(path)


@pytest.mark.parametrize("name", KINDS)
def test_another_byte_is_noticed_too(name, tmp_path):
    write, read = KINDS[name]
    path = tmp_path / name
    write(path)
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    with pytest.raises(InputError, match="is damaged: delete it and run again"):
        read(path)


@pytest.mark.parametrize("name", sorted(KINDS.keys() - {"vocabulary.txt", "scores.csv"}))
def test_a_broken_format_is_named_without_a_seal(name, tmp_path):
    write, read = KINDS[name]
    path = tmp_path / name
    write(path)
    storage.seal_path(path).unlink()
    os.truncate(path, path.stat().st_size // 2)
    with pytest.raises(InputError, match=f"^{path} is damaged: delete it and run again"):
        read(path)


def test_a_missing_file_is_missing_and_not_damaged(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"nowhere\.json"):
        artifacts.read_json(tmp_path / "nowhere.json")


def test_a_seal_is_what_sha256sum_checks(tmp_path):
    artifacts.write_words(tmp_path / "vocabulary.txt", WORDS)
    command = ["sha256sum", "--check", ".vocabulary.txt.sha256"]
    assert (
        subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True).stdout
        == "vocabulary.txt: OK\n"
    )


def test_a_damaged_shard_is_named(tmp_path):
    batches, rows = [[0], [1]], lambda rows: np.ones((len(rows), 2))
    compute_rows(batches, rows, store=tmp_path / "s", key="a")
    shard = next((tmp_path / "s").rglob("00000.npy"))
    os.truncate(shard, 100)
    with pytest.raises(InputError, match=rf"{shard} is damaged"):
        compute_rows(batches, rows, store=tmp_path / "s", key="a")


@pytest.mark.parametrize("name", ["model.safetensors", "config.json"])
def test_a_damaged_model_is_named_with_what_to_delete(name, embedded_lms, tmp_path):
    folder = tmp_path / "minilm"
    fetch("minilm", embedded_lms["minilm"]["source"], folder, kind="encoder")
    describe(folder)
    os.truncate(folder / name, 50)
    with pytest.raises(InputError, match=rf"{name} is not as it was written: delete the folder {folder} and run again"):
        describe(folder)
    (folder / name).unlink()
    with pytest.raises(InputError, match=f"{name} is missing"):
        describe(folder)


FULL = """
import resource, sys
import numpy as np
from softtopics.artifacts import write_array, write_documents, write_words
from softtopics.errors import InputError
import pandas as pd
resource.setrlimit(resource.RLIMIT_FSIZE, (2544, 2544))
for name, write in {
    "a.npy": lambda p: write_array(p, np.ones(5000)),
    "a.txt": lambda p: write_words(p, ["word"] * 5000),
    "a.parquet": lambda p: write_documents(p, pd.DataFrame({"text": [str(i) for i in range(5000)]})),
}.items():
    try:
        write(name)
    except InputError as error:
        print(error)
"""


def test_what_does_not_fit_on_the_disk_is_one_sentence_with_path_and_cause(tmp_path):
    said = subprocess.run([sys.executable, "-c", FULL], cwd=tmp_path, capture_output=True, text=True, check=True).stdout
    lines = said.splitlines()
    assert [line.split(" could not be written (")[0] for line in lines] == ["a.npy", "a.txt", "a.parquet"], said
    assert all(line.endswith("make room, or give `results` another folder, and run again") for line in lines)
    assert "No space left on device" in lines[0] and "File too large" in lines[1]
    assert not list(tmp_path.iterdir())  # and nothing stays


def test_a_full_disk_is_told_from_other_errors(tmp_path):
    full = OSError(errno.ENOSPC, "No space left on device")
    assert storage.refused(full) == storage.refused(OSError("40000 requested and 2544 written")) == errno.ENOSPC
    assert storage.refused(ValueError("I/O error: No space left on device (os error 28)")) == errno.ENOSPC
    assert storage.refused(FileNotFoundError(errno.ENOENT, "no")) is None and storage.refused(ValueError("a")) is None


def dead() -> int:
    """The number of a process that has ended."""
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


def test_temporary_files_of_dead_writers_go_and_those_of_others_stay(tmp_path):
    here = socket.gethostname()
    left = tmp_path / f".hidden.npy~{here}~{dead()}.npy"
    alive = tmp_path / f".hidden.npy~{here}~{os.getppid()}.npy"
    elsewhere = tmp_path / ".hidden.npy~another-host~1.npy"
    other = tmp_path / f".logits.npy~{here}~{dead()}.npy"
    for path in (left, alive, elsewhere, other):
        path.write_bytes(b"half")
    artifacts.write_array(tmp_path / "hidden.npy", np.ones(3))
    assert set(tmp_path.glob(".*~*")) == {alive, elsewhere, other}
    assert storage.clear(tmp_path) == [other]


def test_nothing_temporary_stays_of_a_write_that_fails(tmp_path):
    with pytest.raises(RuntimeError), storage.atomic(tmp_path / "a.txt") as path:
        path.write_text("half")
        raise RuntimeError
    assert not list(Path(tmp_path).iterdir())
