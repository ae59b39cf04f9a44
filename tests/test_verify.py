"""The manifest of an experiment, and what `make verify` and `make repair` make of damage."""

import os
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from softtopics import storage
from softtopics.artifacts import read_json, write_array, write_words
from softtopics.jobs import manifest, verify


def job(rule: str, *output: Path) -> SimpleNamespace:
    return SimpleNamespace(rule=SimpleNamespace(name=rule), output=[str(path) for path in output])


@pytest.fixture
def folder(tmp_path) -> Path:
    """An experiment of two files, and one of an earlier config."""
    for name in ("a/hidden.npy", "old.npy"):
        write_array(tmp_path / name, np.ones(3))
    write_words(tmp_path / "words.txt", ["law", "court"])
    manifest.gather(tmp_path, [job("one", tmp_path / "a/hidden.npy"), job("two", tmp_path / "words.txt"), job("all")])
    return tmp_path


def test_a_manifest_holds_what_the_jobs_make(folder):
    listed = read_json(folder / "manifest.json")
    assert listed == {
        name: storage.measure(folder / name)._asdict() for name in ("a/hidden.npy", "words.txt")
    } and listed["words.txt"]["size"] == 10  # fmt: skip


def test_a_part_of_an_experiment_adds_to_its_manifest(folder):
    manifest.gather(folder, [job("table", folder / "old.npy")])
    assert set(manifest.read(folder)) == {folder / name for name in ("a/hidden.npy", "old.npy", "words.txt")}


def test_what_is_as_it_was_written_is_not_named(folder):
    assert list(verify.damaged_files(folder)) == []


def test_damaged_and_missing_files_are_named_deleted_and_made_again(folder):
    os.truncate(folder / "words.txt", 7)
    os.truncate(folder / "old.npy", 7)
    (folder / "a/hidden.npy").unlink()
    wrong = list(verify.damaged_files(folder))
    assert [(path.name, what) for path, what in wrong] == [
        ("hidden.npy", "is missing"),
        ("old.npy", "is damaged"),
        ("words.txt", "is damaged"),
    ]
    damaged = [path for path, _ in wrong]
    again = verify.to_make_again(damaged, manifest.read(folder), {}, folder / "explorer")
    verify.delete(damaged, again)
    assert again == [folder / "a/hidden.npy", folder / "words.txt"]  # no job makes the file of an earlier config
    assert not (folder / "words.txt").exists() and not (folder / ".words.txt.sha256").exists()


def test_damage_is_seen_by_the_manifest_where_the_seal_is_lost(folder):
    storage.seal_path(folder / "words.txt").unlink()
    (folder / "words.txt").write_text("law\ncourts\n", encoding="utf-8")
    assert list(verify.damaged_files(folder)) == [(folder / "words.txt", "is damaged")]


def test_files_of_a_folder_that_a_job_makes_are_listed_and_made_again_together(folder):
    data = folder / "explorer"
    for name in ("c/methods/lda/topics.js", "c/methods/lda/documents/0.js", "c/corpus/texts.js"):
        write_words(data / name, ["x"])
    manifest.gather(folder, [job("explorer", data / "c/methods/lda", data / "c/corpus")])
    os.truncate(data / "c/methods/lda/topics.js", 1)
    (data / "c/corpus/texts.js").unlink()
    damaged = [path for path, _ in verify.damaged_files(folder)]
    again = verify.to_make_again(damaged, manifest.read(folder), {}, data)
    verify.delete(damaged, again)
    assert again == [data / "c/corpus", data / "c/methods/lda"] and not any(path.exists() for path in again)


def test_what_was_for_another_job_alone_and_is_gone_is_not_missing(folder):
    write_words(folder / "part0.txt", ["x"])
    (folder / "part0.txt").unlink()  # as Snakemake does with a temporary output; its seal stays
    manifest.gather(folder, [job("hidden", folder / "part0.txt")])
    assert list(verify.damaged_files(folder)) == []


def test_of_an_experiment_that_never_ran_nothing_is_said_to_be_as_it_was(tmp_path, capsys):
    own = tmp_path / "mine.yaml"
    own.write_text(f"experiment: mine\nresults: {tmp_path}/results\n", encoding="utf-8")
    with pytest.raises(SystemExit, match=r"^error: .*results/mine: there is no file of this experiment; run it first"):
        verify.main([str(own)])
    verify.main([str(own), "--delete", str(tmp_path / "damaged")])  # `make repair`, which then makes everything
    assert (tmp_path / "damaged").read_text(encoding="utf-8") == ""
    write_words(tmp_path / "results/mine/words.txt", ["law"])
    verify.main([str(own)])
    assert "1 files are as they were written" in capsys.readouterr().out


def test_a_model_of_another_experiment_is_not_asked_for():
    records = [Path("lms/mine/source.json"), Path("lms/other/source.json")]
    assert verify.to_make_again(records, [], ["mine"], Path("data")) == records[:1]


def test_a_damaged_model_is_named_by_the_record_that_a_rule_makes(tmp_path):
    write_words(tmp_path / "lms/m/source.json", ["x"])
    write_words(tmp_path / "lms/m/model.safetensors", ["weights"])
    assert list(verify.damaged_models(tmp_path / "lms")) == []
    os.truncate(tmp_path / "lms/m/model.safetensors", 3)
    ((record, what),) = verify.damaged_models(tmp_path / "lms")
    assert record == tmp_path / "lms/m/source.json" and "model.safetensors is damaged or missing" in what
