"""A trained model reads another file: the same as if its documents had been held out in the experiment."""

import copy
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from configs import EMBEDDED
from conftest import load

from softtopics.apply.__main__ import main
from softtopics.apply.model import WORDS, apply
from softtopics.artifacts import (
    Corpus,
    load_cell,
    read_array,
    read_held_out,
    read_texts,
    save_cell,
    write_array,
    write_counts,
    write_documents,
    write_words,
)
from softtopics.config.grid import Cell
from softtopics.corpora.given import corpus_of
from softtopics.corpora.lsa import lsa
from softtopics.corpora.prepare import prepare, read
from softtopics.corpora.vocabulary import vocabulary_of
from softtopics.errors import InputError
from softtopics.jobs import evaluated, parameters
from softtopics.jobs.paths import Paths
from softtopics.models.base import TrainingData, load_model, train_cell
from softtopics.models.saved import save_learned
from softtopics.teachers import encoder, scaled_cosines
from softtopics.teachers.neighbours import adjacency, nearest
from softtopics.teachers.prompts import Prompt
from softtopics.teachers.views import Part, view

SUBJECTS = {
    "law": "the judge in court heard a lawyer, and the jury gave its verdict on the appeal",
    "music": "a violin and a drum played the melody while the choir sang a quiet tune",
    "food": "warm bread and cheese were served with soup, butter and a glass of wine",
}
NEW = 12  # documents at the end of the file, which are held out
METHODS = {  # model, parameters, what it reads
    "lda": ("lda", {"passes": 3}, []),
    "words": ("neural", {"reads": "bow", "target": "counts", "epochs": 3}, []),
    "zeroshottm": ("neural", {"reads": "input", "target": "counts", "standardize": True, "epochs": 3}, ["minilm"]),
    "bertopic": ("bertopic", {"n_neighbors": 6}, ["minilm"]),
    "fastopic": ("fastopic", {"epochs": 3}, ["shown"]),
    "around": ("neural", {"reads": "both", "target": "counts", "epochs": 3}, ["around", "minilm"]),
}
CELL = "runs/mine/{method}/default/k3.npz"


def sentences() -> list[str]:
    rng = np.random.default_rng(0)
    subjects = [text.split() for text in SUBJECTS.values()]
    return [" ".join(rng.permutation(subjects[number % 3])[:9]) for number in range(48 + NEW)]


@pytest.fixture(scope="module")
def experiment(minilm: Path, tmp_path_factory) -> Path:
    """The results folder of an experiment on 48 documents, of which the other 12 of its file are held out."""
    folder = tmp_path_factory.mktemp("apply")
    texts = sentences()
    parts = ["train"] * 48 + ["test"] * NEW
    pd.DataFrame({"body": texts, "part": parts}).to_csv(folder / "all.csv", index=False)
    pd.DataFrame({"body": texts[48:], "other": "x"}).to_csv(folder / "new.csv", index=False)
    shutil.copytree(minilm, folder / "results/lms/minilm")
    make_experiment(load(config_of(folder)))
    return folder


def config_of(folder: Path) -> dict:
    held_out = {"column": "part", "value": "test"}
    source = {"kind": "table", "path": str(folder / "all.csv"), "text": "body"}
    encoding = {"lm": "minilm", "prompt": "document", "words": {"scale": 20}}
    soft = {"teacher": "minilm", "of": "soft_label", "temperature": 2, "calibration": 0.5, "weight": 0.7}
    return {
        "experiment": "mine",
        "results": str(folder / "results"),
        "run": {"corpora": ["mine"], "methods": list(METHODS), "topics": [3], "seeds": [0, 1]},
        "corpora": {"mine": {"source": source, "preparation": {"held_out": held_out}}},
        "lms": {
            "minilm": {"kind": "encoder", "source": {"kind": "folder", "path": str(folder / "results/lms/minilm")}}
        },
        "prompts": {
            "document": {"template": "{document}"},
            "words": {"template": "These words: {words}", "max_document_tokens": 5},
        },
        "teachers": {"minilm": encoding, "shown": {**encoding, "prompt": "words"}},
        "views": {
            "near": {"parts": [{"teacher": "shown", "standardize": True}, soft, {"of": "lsa", "dimensions": 5}]},
            "around": {"parts": [{"teacher": "minilm"}], "neighbours": {"view": "near", "count": 4}},
        },
        "methods": {n: {"model": m, "parameters": p, "input": i} for n, (m, p, i) in METHODS.items()},
        "extraction": {"dtype": "float32"},
        "rating": {"enabled": False},
        "evaluation": {"judges": {"documents": None, "words": None}},
    }


def make_experiment(config: dict) -> None:
    """What the rules would make, as their scripts make it, up to the trained models."""
    paths = Paths(config)
    block = config["corpora"]["mine"]
    rows = read(block["source"], block["preparation"]["held_out"])
    documents, _ = prepare(rows, name="mine", **parameters.of_documents(config, "mine"))
    vocabulary, bow, _ = vocabulary_of(documents, name="mine")
    files = paths.of_corpus("mine", paths.size("mine"))
    write_documents(files["documents"], documents)
    write_words(files["vocabulary"], vocabulary)
    write_counts(files["bow"], bow)
    corpus, held_out, folder = Corpus.load(**files), read_held_out(files["documents"]), Path(paths.store) / "lms/minilm"
    words = [" ".join(w for w in row.split() if w in vocabulary) for row in documents["tokens"]]
    for teacher, texts in {"minilm": read_texts(files["documents"]), "shown": words}.items():
        prompt = Prompt(**config["prompts"][config["teachers"][teacher]["prompt"]])
        states, _ = encoder.read(texts, folder, prompt)
        write_array(paths.of_hidden("mine", teacher), states)
        scores = scaled_cosines.score_words(states, encoder.read(vocabulary, folder, prompt)[0], scale=20)
        write_array(paths.of_teacher("mine", teacher, paths.size("mine")), scores)
    states = {name: read_array(paths.of_hidden("mine", name)) for name in ("minilm", "shown")}
    scores = read_array(paths.of_teacher("mine", "minilm", paths.size("mine")))
    near = view(
        [
            Part("states", states["shown"], standardize=True),
            Part("soft_label", scores, temperature=2, calibration=0.5, weight=0.7),
            Part("lsa", lsa(documents["tokens"].tolist(), 5, held_out)),
        ],
        held_out,
    )
    write_array(paths.of_states("mine", "near"), near)
    around = adjacency(nearest(near, held_out=held_out), 4) @ view([Part("states", states["minilm"])], held_out)
    write_array(paths.of_states("mine", "around"), around)
    for method in METHODS:
        cell = Cell("mine", method, "default", 3)
        block, read_by = config["methods"][method], paths.of_cell(cell)
        data, rest = (TrainingData.load(part, read_by["hidden"]) for part in (corpus, corpus.held_out))
        own = {"n_topics": 3, "seeds": [0, 1], "held_out": rest}
        runs = train_cell(load_model(block["model"]), block["parameters"], data, **own)
        save_cell(paths.of_runs([cell])[0], runs)
        about = {"model": block["model"], "parameters": block["parameters"], "n_topics": 3}
        named = {name: [path] if isinstance(path, str) else path for name, path in read_by.items()}
        path = paths.models.format(**cell._asdict())
        save_learned(path, runs, about | parameters.application(paths, cell), named)


def test_how_a_teacher_scores_words_is_no_part_of_what_reads_its_states():
    config = copy.deepcopy(EMBEDDED)
    config["run"] |= {"corpora": ["wordnet_topics"], "methods": ["bertopic", "grounded"]}
    paths = Paths(load(config))
    states = parameters.application(paths, Cell("wordnet_topics", "bertopic", "default", 50))["teachers"]
    both = parameters.application(paths, Cell("wordnet_topics", "grounded", "default", 50))["teachers"]
    assert "words" not in states["minilm"] and "words" not in both["minilm"] and "words" in both["smollm2_whole"]


@pytest.mark.parametrize("method", METHODS)
def test_a_file_of_the_held_out_documents_gets_their_theta(method, experiment):
    run = experiment / "results/mine" / CELL.format(method=method)
    for seed in (0, 1):
        found = apply(run, experiment / "new.csv", seed=seed)
        theta = found.filter(regex="^theta_").to_numpy()
        with np.load(run) as arrays:
            # Texts are read in other batches, which rounds differently.
            np.testing.assert_allclose(theta, arrays[f"held_out_theta_{seed}"], atol=2e-3)
        assert found["row"].tolist() == list(range(1, NEW + 1))
        assert np.array_equal(found["topic_1"], theta.argmax(axis=1)) and np.allclose(
            found["share_1"], theta.max(axis=1)
        )
        assert (found["share_1"] >= found["share_2"]).all()
        assert found.groupby("topic_1")["words_1"].nunique().eq(1).all()


def test_what_is_said_of_a_document_does_not_depend_on_the_others_of_its_file(experiment, tmp_path):
    """But for the noise of models that draw some."""
    table = pd.read_csv(experiment / "new.csv")
    table[3:4].to_csv(tmp_path / "one.csv", index=False)
    for method in ("fastopic", "bertopic"):
        run = experiment / "results/mine" / CELL.format(method=method)
        whole, alone = apply(run, experiment / "new.csv"), apply(run, tmp_path / "one.csv")
        theta = [frame.filter(regex="^theta_").to_numpy() for frame in (whole, alone)]
        np.testing.assert_allclose(theta[1][0], theta[0][3], atol=1e-3 if method == "fastopic" else 0.05)


def test_the_command_writes_csv_and_parquet_and_says_what_is_wrong(experiment, tmp_path, capsys, monkeypatch):
    run = str(experiment / "results/mine" / CELL.format(method="lda"))
    new = str(experiment / "new.csv")
    main([run, new, "--seed", "1", "--output", str(tmp_path / "out.parquet")])
    main([run, new, "--seed", "1", "--output", str(tmp_path / "out.csv")])
    main([run, new, "--seed", "1"])
    (tmp_path / "printed.csv").write_text(capsys.readouterr().out, encoding="utf-8")
    tables = [pd.read_parquet(tmp_path / "out.parquet")]
    tables += [pd.read_csv(tmp_path / name) for name in ("out.csv", "printed.csv")]
    for table in tables:
        pd.testing.assert_frame_equal(table, apply(run, new, seed=1), check_dtype=False)
    moved = tmp_path / "elsewhere"
    shutil.copytree(experiment / "results", moved)
    monkeypatch.chdir(moved / "mine/runs/mine/lda/default")
    main(["k3.npz", new, "--seed", "1", "--output", str(tmp_path / "again.csv")])
    assert (tmp_path / "again.csv").read_bytes() == (tmp_path / "out.csv").read_bytes()


MISTAKES = {
    "no run": (["nowhere.npz", "{new}"], "there are no runs in that file"),
    "a model": (["{folder}/runs/mine/lda/default/k3.model.npz", "{new}"], "there are no runs in that file"),
    "no seed": (["{run}", "{new}", "--seed", "7"], "there is no run of seed 7; take one of 0, 1"),
    "no column": (
        ["{run}", "{new}", "--text", "bodi"],
        "new.csv: there is no column 'bodi', which --text names; did you mean 'body'?",
    ),
    "not the column of the experiment": (
        ["{run}", "{written}/other.csv"],
        "other.csv: there is no column 'body', that of the experiment's corpus; name another by --text; known are",
    ),
    "no file": (
        ["{run}", "nowhere.csv"],
        "nowhere.csv: there is no such file; correct the path of the file of documents",
    ),
    "a header alone": (
        ["{run}", "{written}/header.csv"],
        "header.csv: there are no documents in it, only names of col",
    ),
    "no folder for the output": (
        ["nowhere.npz", "{new}", "--output", "nodir/x.csv"],
        "--output: there is no folder nodir for nodir/x.csv; make it first",
    ),
    "another format": (["{run}", "{new}", "--output", "a.txt"], "--output: the name a.txt ends in none of .csv, .parq"),
}


@pytest.mark.parametrize(("arguments", "sentence"), MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_is_one_sentence(arguments, sentence, experiment, tmp_path):
    folder = experiment / "results/mine"
    (tmp_path / "other.csv").write_text("text,n\na judge,1\n", encoding="utf-8")
    (tmp_path / "header.csv").write_text("body,n\n", encoding="utf-8")
    names = {
        "folder": folder,
        "written": tmp_path,
        "run": folder / CELL.format(method="lda"),
        "new": experiment / "new.csv",
    }
    with pytest.raises(SystemExit) as raised:
        main([argument.format(**names) for argument in arguments])
    assert sentence in str(raised.value) and "\n" not in str(raised.value)


def test_words_are_those_of_the_experiments_relevance(experiment, tmp_path):
    shutil.copytree(experiment / "results", tmp_path / "results")
    cell = tmp_path / "results/mine" / CELL.format(method="lda")
    (run, _) = load_cell(cell)
    assert run.top_words(WORDS) != run.top_words(WORDS, 0.2)
    for relevance in (1.0, 0.2):
        found = apply(cell, experiment / "new.csv")
        words = [" ".join(topic) for topic in run.top_words(WORDS, relevance)]
        assert found["words_1"].tolist() == [words[topic] for topic in found["topic_1"]]
        evaluated.write(tmp_path / "results/mine", {"relevance": 0.2})


def test_a_document_without_a_word_of_the_vocabulary_is_told_from_others(experiment, tmp_path, caplog):
    texts = ["", "xylophones", "a judge and another judge", None]
    pd.DataFrame({"body": texts, "n": 1}).to_csv(tmp_path / "new.csv", index=False)
    found = apply(experiment / "results/mine" / CELL.format(method="lda"), tmp_path / "new.csv")
    assert found["vocabulary_words"].tolist() == [0, 0, 2, 0] and np.isfinite(found["share_1"]).all()
    assert "new.csv: 3 of 4 documents hold no word of the model's vocabulary" in caplog.text


def test_a_corpus_of_no_texts_is_one_sentence():
    with pytest.raises(InputError, match=r"^there are no texts to make a corpus of"):
        corpus_of([])


GONE = {
    "the model": ("lda", CELL.format(method="lda").replace(".npz", ".model.npz"), "the model beside the runs, is not"),
    "documents": ("lda", "corpora/mine/documents.parquet", "documents.parquet is not there, on which the model was"),
    "an encoder": ("zeroshottm", "../lms/minilm/source.json", "minilm is not there, the model that reads documents"),
    "a view": ("around", "views/mine/near.npy", "near.npy is not there, which the model reads of training documents"),
    "states": ("around", "hidden/mine/minilm/words/hidden.npy", "hidden.npy is not there, which the model reads"),
}


@pytest.mark.parametrize(("method", "path", "sentence"), GONE.values(), ids=GONE)
def test_a_file_of_the_experiment_that_is_gone_is_named(method, path, sentence, experiment, tmp_path):
    shutil.copytree(experiment / "results", tmp_path / "results")
    (tmp_path / "results/mine" / path).unlink()
    with pytest.raises(InputError, match=f"{sentence}.*run the experiment again"):
        apply(tmp_path / "results/mine" / CELL.format(method=method), experiment / "new.csv")


def test_a_model_that_is_trained_again_to_other_topics_says_so(experiment, tmp_path):
    shutil.copytree(experiment / "results", tmp_path / "results")
    states = tmp_path / "results/mine/hidden/mine/minilm/document/hidden.npy"
    write_array(states, np.random.default_rng(0).permutation(read_array(states)))
    with pytest.raises(InputError, match="trained again here, bertopic has other topics than those of the run"):
        apply(tmp_path / "results/mine" / CELL.format(method="bertopic"), experiment / "new.csv")


def test_published_soft_labels_cannot_be_made_of_other_documents(experiment, tmp_path):
    from softtopics.apply.new_documents import NewDocuments

    config = load(config_of(experiment))
    config["teachers"]["theirs"] = {"source": {"kind": "soft_labels", "id": "x"}}
    new = NewDocuments(corpus_of(sentences()), corpus_of(sentences()), config, "mine", tmp_path)
    with pytest.raises(InputError, match=r"teachers\.theirs is a dataset of published soft labels, which no model"):
        new.inputs(["theirs"])
