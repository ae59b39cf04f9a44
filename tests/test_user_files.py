"""The user's files: their content counts and not their date, their paths may hold any sign, and so may `results`.

The experiment is started in a folder of its own, in which there is nothing of this package.
"""

import os
import shutil
from pathlib import Path

import numpy as np
import pytest
from conftest import ROOT
from dag import planned, snakemake

from softtopics.corpora.hub import read_hub
from softtopics.errors import InputError
from softtopics.jobs.contents import KNOWN, Contents
from softtopics.jobs.paths import unpatterned

HERE = ("-s", str(ROOT / "Snakefile"))
RESULTS = "out {2024} [v2] <stats>/$x & 'q' #1 50% *?"
CONFIG = f"""
experiment: mine
results: "{RESULTS}"
corpora:
  mine:
    source: {{kind: table, path: 'texts {{2024}} [v2] (x).csv', text: text, label: label}}
    preparation: {{vocabulary_size: 40}}
word_vectors: {{own: {{kind: file, path: 'vectors {{a}} [b] #1.txt'}}}}
reference_texts: {{other: {{path: 'reference {{a}} [b] *.txt'}}}}
methods: {{lda: {{parameters: {{passes: 2}}}}, etm: {{word_vectors: own, parameters: {{epochs: 2}}}}}}
run: {{corpora: [mine], methods: [lda, etm], topics: [3], seeds: [0], ablations: [], references: []}}
evaluation: {{coherence: {{references: [corpus, other]}}, judges: {{words: null, documents: null}}}}
rating: {{enabled: false}}
"""
WORDS = ("court judge law trial", "violin music concert tune", "river water fish boat")
FILES = {  # and what depends on each
    "texts {2024} [v2] (x).csv": {"corpus", "vocabulary", "counts", "word_vectors", "train", "evaluate"},
    "vectors {a} [b] #1.txt": {"word_vectors", "train", "evaluate"},
    "reference {a} [b] *.txt": {"counts", "evaluate"},
}


def rows(n: int) -> list[str]:
    rng = np.random.default_rng(0)
    return [" ".join(["the", *rng.choice(WORDS[row % 3].split(), 6)]) + f" and {row}" for row in range(n)]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the experiment has run."""
    folder = tmp_path_factory.mktemp("elsewhere")
    (folder / "my.yaml").write_text(CONFIG, encoding="utf-8")
    table, vectors, reference = (folder / name for name in FILES)
    table.write_text("text,label\n" + "".join(f"{text},{row % 3}\n" for row, text in enumerate(rows(60))))
    vocabulary = " ".join(WORDS).split()
    vectors.write_text(f"{len(vocabulary)} 2\n" + "".join(f"{w} {i}.5 {-i}\n" for i, w in enumerate(vocabulary)))
    reference.write_text("\n".join(rows(30)))
    run = snakemake(folder, "scores", *HERE, configs=("my.yaml",))
    assert run.returncode == 0, run.stderr[-5000:]
    return folder


def plan(folder: Path) -> set[str]:
    return set(planned(folder, "scores", *HERE, configs=("my.yaml",)))


def test_an_experiment_runs_in_any_folder_with_any_paths(folder):
    assert (folder / RESULTS / "mine/scores.csv").is_file() and (folder / RESULTS / "mine/runs/mine/etm").is_dir()
    assert plan(folder) == set()


@pytest.mark.parametrize("name", FILES)
def test_an_older_file_in_place_of_a_newer_one_reruns_what_depends_on_it(folder, name, tmp_path):
    path, kept = folder / name, tmp_path / "kept"
    shutil.copy2(path, kept)
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("5", "6"), encoding="utf-8")
    os.utime(path, (1e9, 1e9))  # as `cp -p`, `git checkout` and `rsync` leave it: older than every result
    found = plan(folder)
    assert FILES[name] <= found and found <= FILES[name] | {"scores", "representations"}
    shutil.copy2(kept, path)


def test_a_touch_of_the_users_files_reruns_nothing_nor_does_the_old_content(folder):
    for name in FILES:
        (folder / name).touch()
    assert plan(folder) == set()


def test_the_directory_may_be_named_from_elsewhere(folder, tmp_path):
    config = str(folder / "my.yaml")
    assert set(planned(tmp_path, "scores", *HERE, "--directory", str(folder), configs=(config,))) == set()
    run = snakemake(tmp_path, "-n", "all", *HERE, configs=(config,))
    assert run.returncode and "there is no file texts {2024} [v2] (x).csv; paths start at the working directory" in (
        run.stdout + run.stderr
    )


def test_a_config_yaml_of_the_working_directory_is_merged_over_the_packages(folder, tmp_path):
    for name in FILES:
        shutil.copy2(folder / name, tmp_path)
    shutil.copy2(folder / "my.yaml", tmp_path / "config.yaml")
    run = snakemake(tmp_path, "-n", "all", *HERE, configs=())
    assert run.returncode == 0, run.stderr[-2000:]
    assert "corpora/mine/documents.parquet" in run.stdout + run.stderr


def test_a_key_twice_ends_the_workflow_with_both_lines(folder):
    (folder / "twice.yaml").write_text("methods: {}\nrun: {}\nmethods: {lda: {model: lda}}\n", encoding="utf-8")
    run = snakemake(folder, "-n", "all", *HERE, configs=("my.yaml", "twice.yaml"))
    assert run.returncode and "twice.yaml: the key methods stands twice, in lines 1 and 3" in run.stderr + run.stdout


def test_too_few_documents_are_one_sentence_in_the_first_job(folder, tmp_path):
    for name in FILES:
        shutil.copy2(folder / name, tmp_path)
    table = tmp_path / next(iter(FILES))
    table.write_text("".join(table.read_text(encoding="utf-8").splitlines(keepends=True)[:7]), encoding="utf-8")
    more = "run: {methods: [lda, etm, bertopic], topics: [3, 8]}\n"
    (tmp_path / "my.yaml").write_text(CONFIG)
    (tmp_path / "more.yaml").write_text(more)
    run = snakemake(tmp_path, "all", *HERE, configs=("my.yaml", "more.yaml"))
    said = (
        "6 documents are too few, for run.topics, K = 8, needs 8; methods.bertopic (HDBSCAN for two clusters of 5 "
        "documents, beside UMAP's 7) needs 10; P@10 (a corpus with labels) needs 11;"
    )
    assert run.returncode and said in run.stderr
    assert not list(tmp_path.rglob("*.npy")) and not list(tmp_path.rglob("documents.parquet"))


def test_more_topics_than_documents_of_an_earlier_run_are_one_sentence_before_any_job(folder):
    (folder / "more.yaml").write_text("run: {topics: [3, 80]}\n", encoding="utf-8")
    run = snakemake(folder, "scores", *HERE, configs=("my.yaml", "more.yaml"))
    assert run.returncode and "60 documents are too few, for run.topics, K = 80, needs 80" in run.stderr
    assert "Finished job" not in run.stderr


def test_content_counts_and_is_read_again_only_after_a_change(tmp_path, monkeypatch):
    file = tmp_path / "a {b}.txt"
    file.write_text("one")
    first = Contents(tmp_path / "results").fingerprint([file])
    state = file.stat()
    with monkeypatch.context() as patched:  # nothing is read: it is known
        patched.setattr("hashlib.file_digest", None)
        assert Contents(tmp_path / "results").fingerprint([file]) == first
    file.write_text("two")
    os.utime(file, ns=(state.st_atime_ns, state.st_mtime_ns))  # the same size, the same date
    assert Contents(tmp_path / "results").fingerprint([file]) != first
    file.write_text("one")
    assert Contents(tmp_path / "results").fingerprint([file]) == first
    (tmp_path / "results" / KNOWN).write_text("[damaged")
    assert Contents(tmp_path / "results").fingerprint([file]) == first
    assert Contents(tmp_path / "results").fingerprint([]) == ""
    with pytest.raises(InputError, match=r"gone\.txt: No such file"):
        Contents(tmp_path / "results").fingerprint([tmp_path / "gone.txt"])


def test_a_folder_that_snakemake_would_take_for_a_pattern_is_a_link(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert unpatterned("results/") == "results" and unpatterned("a [b] *") == "a [b] *"
    link = unpatterned("a {b}/<c>")
    assert Path(link).resolve() == tmp_path / "a {b}/<c>" and not set("{}<>") & set(link)
    assert unpatterned("a {b}/<c>") == link != unpatterned("a {b}")


@pytest.mark.parametrize("name", ["a {b} [v2] (x)", "[ab]", "a::b", "x**y", "h#?q=1", "100%25 $HOME ~"])
def test_a_dataset_in_a_folder_of_any_name_is_read_as_it_is_now(name, tmp_path, monkeypatch):
    monkeypatch.setattr("datasets.config.HF_DATASETS_CACHE", tmp_path / "converted")
    file = tmp_path / name / "train [1] {x}.csv"
    file.parent.mkdir()
    file.write_text("text,label\nhello,1\nworld,2\n")
    assert read_hub(id=str(file.parent), text="text", label="label")["text"].tolist() == ["hello", "world"]
    state = file.stat()
    file.write_text("text,label\nhullo,1\nworld,2\n")
    os.utime(file, ns=(state.st_atime_ns, state.st_mtime_ns))  # `datasets` would give what it read before
    assert read_hub(id=str(file.parent), text="text", label="label")["text"].tolist() == ["hullo", "world"]
