"""The estimate: counts are those of the plan and of the texts, times are counts times rates, and no network is used."""

import copy
import json
import socket
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import torch
import yaml
from configs import EMBEDDED
from conftest import ROOT, SCHEMA
from safetensors.torch import save_file

from softtopics.config import files, settings
from softtopics.cost import __main__ as cost
from softtopics.cost import rates, workload
from softtopics.cost.rates import H100, UTILIZATION, Rates
from softtopics.errors import InputError

HERE = Rates("a machine", 1e11, "float32", 5e-3, 1e-9, 2)


@pytest.fixture
def config(tmp_path) -> dict:
    """Three documents of 36, 72 and 3,600 characters; one LM whose size the config says."""
    texts = [letter * size for letter, size in (("a", 36), ("b", 72), ("c", 3600))]
    (tmp_path / "texts.csv").write_text("text\n" + "\n".join(texts) + "\n", encoding="utf-8")
    config = copy.deepcopy(EMBEDDED)
    config["results"] = str(tmp_path / "results")
    config["corpora"] = {"mine": {"source": {"kind": "table", "path": str(tmp_path / "texts.csv"), "text": "text"}}}
    config["run"] |= {"corpora": ["mine"], "methods": ["lda", "dsl_smollm2"], "topics": [25, 50], "seeds": [0, 1, 2]}
    config["run"] |= {"ablations": ["temperature"], "references": ["minilm"]}
    config["ablations"]["temperature"] |= {"methods": ["dsl_smollm2"], "values": [1, 2], "topics": [50]}
    return config


def load(config: dict) -> dict:
    return settings.load(config, SCHEMA)


def test_the_plan_is_what_the_cells_and_references_need(config):
    config = load(config)
    planned = workload.plan(config)
    assert len(planned.cells) == 5  # 2 methods x 2 K, and temperature 1 at K = 50
    assert planned.readings == [("mine", "smollm2", "theme"), ("mine", "minilm", "document")]
    assert planned.scores == [("mine", "smollm2_whole", 2000), ("mine", "minilm", 2000)]
    assert workload.jobs(config, planned) == {
        "corpus": 1, "lm": 2, "hidden": 1, "teacher": 2, "train": 5, "evaluate": 5, "representations": 1,
        "associations": 1, "rate": 2, "validity": 1,
    }  # fmt: skip


def test_published_soft_labels_need_no_model_and_a_folder_is_read(config, tmp_path):
    folder = tmp_path / "theirs"
    folder.mkdir()
    rows = {"text": ["a" * 36, "b" * 72], "bow": ["a", "b"]}
    pd.DataFrame(rows).to_parquet(folder / "train.parquet")
    source = {"kind": "soft_labels", "id": str(folder)}
    config["corpora"] = {"mine": {"source": source}}
    config["teachers"]["theirs"] = {"source": source}
    config["methods"]["dsl"] = {"model": "neural", "teacher": "theirs", "input": ["theirs"]}
    config["run"] |= {"methods": ["lda", "dsl"], "ablations": [], "references": ["theirs"]}
    config = load(config)
    planned = workload.plan(config)
    assert planned.readings == planned.scores == [] and planned.models == {}
    assert planned.lengths["mine"] == pytest.approx([10, 20])
    assert not {"lm", "hidden", "teacher"} & set(workload.jobs(config, planned))
    assert "corpus" in cost.report(config, HERE)


def test_tokens_are_counted_in_the_texts_and_cut_as_the_prompt_cuts(config):
    config["prompts"]["theme"]["max_document_tokens"] = 100
    config = load(config)
    planned = workload.plan(config)
    assert planned.lengths["mine"] == pytest.approx([10, 20, 1000]) and planned.known["mine"] == "source"
    works = {work.name: work for work in cost.reading(config, planned, HERE)}
    assert set(works) == {"mine minilm document", "mine smollm2 theme, whole words"}
    tokens = 10 + 20 + 100 + 3 * (cost.ENDING + 16)  # 16 branches behind each document
    reading = works["mine smollm2 theme, whole words"]
    assert reading.here == pytest.approx(2 * 0.135e9 * tokens / (UTILIZATION * HERE.flops))
    assert reading.size == 4 * 3 * 576
    del config["teachers"]["smollm2_whole"]["words"]["branches"]  # 16 is the default, too
    assert reading in cost.reading(config, planned, HERE)
    config["teachers"]["smollm2_whole"]["words"]["tokens"] = "first"
    alone = {work.name: work for work in cost.reading(config, workload.plan(config), HERE)}["mine smollm2 theme"]
    assert alone.here == pytest.approx(2 * 0.135e9 * (tokens - 3 * 16) / (UTILIZATION * HERE.flops))
    assert alone.size == reading.size


def test_whole_words_are_read_once_more_for_each_size_of_the_vocabulary(config):
    config["ablations"]["size"] = {"methods": ["dsl_smollm2"], "parameter": "vocabulary_size", "values": [100, 2000]}
    config["run"]["ablations"] = ["size"]
    config = load(config)
    works = [work.name for work in cost.reading(config, workload.plan(config), HERE)]
    assert works.count("mine smollm2 theme, whole words") == 2


def test_documents_are_selected_as_they_will_be(config):
    config["corpora"]["mine"]["preparation"] = {"max_documents": 2}
    assert len(workload.plan(load(config)).lengths["mine"]) == 2


def test_a_corpus_or_lm_that_is_not_here_is_counted_by_its_size(config):
    config = load(config)
    config["corpora"]["mine"] |= {"source": {"kind": "elsewhere"}, "size": {"documents": 7, "tokens": 30}}
    planned = workload.plan(config)
    assert planned.lengths["mine"].tolist() == [30] * 7 and planned.known["mine"] == "config"
    del config["corpora"]["mine"]["size"]
    with pytest.raises(InputError, match=r"corpora\.mine is not on this machine; give it `size:"):
        workload.plan(config)


def test_an_lm_that_is_here_is_measured_by_its_weights(config, tmp_path):
    folder = tmp_path / "results/lms/smollm2"
    folder.mkdir(parents=True)
    save_file({"a": torch.zeros(3, 5), "b": torch.zeros(7)}, folder / "model.safetensors", {"format": "pt"})
    (folder / "config.json").write_text(json.dumps({"hidden_size": 5}), encoding="utf-8")
    config = load(config)
    assert workload.lm_size(config, "smollm2") == ((22, 5), "fetched")
    del config["lms"]["minilm"]["size"]
    with pytest.raises(InputError, match=r"lms\.minilm is not on this machine; give it `size:"):
        workload.lm_size(config, "minilm")


def test_training_is_steps_times_seeds_and_its_runs_take_the_space_they_take(config):
    config = load(config)
    planned = workload.plan(config)
    works = {work.name: work for work in cost.training(config, planned, HERE)}
    fit = 1 * 75 * HERE.step  # three documents are one batch
    assert works["neural"].here == pytest.approx(3 * (cost.TRAIN_JOB + 3 * fit) / HERE.workers)
    assert works["neural"].amount == "9 runs"
    assert works["neural"].size == 4 * 3 * (25 + 50 + 50) * (3 + 2000)
    assert works["lda"].here == pytest.approx(2 * (cost.TRAIN_JOB + 3 * cost.LDA * 1030) / HERE.workers)


@pytest.mark.parametrize("parameters", [{}, {"decoder": "ecrtm"}, {"epochs": 200}, {"batch_size": 32}])
def test_longer_and_heavier_fits_cost_more(parameters):
    lengths = np.full(640, 20.0)
    plain = cost.fit_seconds("neural", {"epochs": 100}, lengths, HERE)
    assert plain == pytest.approx(10 * 100 * HERE.step)
    ratio = cost.fit_seconds("neural", parameters, lengths, HERE) / plain
    assert ratio == (1 if not parameters else 2)
    passes = [cost.fit_seconds("lda", {"passes": count}, lengths, HERE) for count in (30, 60)]
    assert passes[1] == pytest.approx(2 * passes[0])


def test_a_thought_is_read_and_written(config):
    def tokens(config: dict) -> float:
        loaded = load(copy.deepcopy(config))
        return sum(work.here for work in cost.reading(loaded, workload.plan(loaded), HERE))

    plain = tokens(config)
    config["prompts"]["theme"]["think"] = {"instruction": "Explain.", "tokens": 48}
    assert tokens(config) > 1.8 * plain


def test_neighbours_are_all_pairs_in_a_view_and_a_mixture_takes_the_space_of_its_label(config):
    config["run"] |= {"methods": ["grounded"], "ablations": [], "references": []}
    config = load(config)
    planned = workload.plan(config)
    assert planned.scores == [("mine", "smollm2_whole", 2000)]  # a mixture reads nothing
    work = {work.name: work for work in cost.others(config, planned, HERE)}["neighbours, mixtures"]
    assert work.here == pytest.approx(2 * 3**2 * (384 + 2000 + 100) / HERE.flops) and work.size == 4 * 3 * 2000


def test_the_report_needs_no_network_and_says_what_is_measured_and_assumed(config, monkeypatch):
    def refuse(*_):
        raise AssertionError("the estimate opened a connection")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    text = cost.report(load(config), HERE)
    assert text.startswith("embedded: 5 cells x 3 seeds = 15 runs")
    assert "a machine: 100 GFLOP/s in float32, 5.0 ms" in text and H100.name in text and "(assumed)" in text
    total = next(line for line in text.splitlines() if line.startswith("All"))
    parts = [line for line in text.splitlines() if line.startswith(("Reading  ", "Training  ", "Other  "))]
    assert len(parts) == 3 and total.split()[-1] == "GB"


def test_the_rates_of_this_machine_are_of_a_plausible_size():
    here = rates.measured("float32")
    assert 1e9 < here.flops < 1e15 and here.dtype == "float32"
    assert 1e-5 < here.step < 1 and 1e-11 < here.ranking < 1e-5 and here.workers >= 1


def test_the_command_merges_config_files_and_refuses_bad_ones(config, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(ROOT)
    monkeypatch.setattr(cost, "measured", lambda dtype: HERE)
    over = {key: config[key] for key in ("results", "corpora", "run")} | {"experiment": "over"}
    (tmp_path / "over.yaml").write_text(yaml.safe_dump(over), encoding="utf-8")
    cost.main([str(tmp_path / "over.yaml")])
    assert capsys.readouterr().out.startswith("over: ")
    over["corpora"]["mine"] = {"source": {"kind": "table", "path": "nowhere.csv", "text": "text"}}
    over["corpora"]["mine"]["size"] = {"documents": 7, "tokens": 30}  # a file that is not here yet
    (tmp_path / "sized.yaml").write_text(yaml.safe_dump(over), encoding="utf-8")
    cost.main([str(tmp_path / "sized.yaml")])
    assert "config" in capsys.readouterr().out
    with pytest.raises(SystemExit, match=r"error: .*nowhere\.yaml"):
        cost.main([str(tmp_path / "nowhere.yaml")])
    monkeypatch.chdir(tmp_path)  # the same from any other folder, over its config.yaml if it has one
    (tmp_path / "config.yaml").write_text("run: {topics: [7, 9, 11]}\n")
    assert files.bases() == [ROOT / "config.yaml", Path("config.yaml")]
    cost.main([str(tmp_path / "over.yaml")])
    assert capsys.readouterr().out.startswith("over: ")


def test_files_are_merged_as_snakemake_merges_them(tmp_path):
    (tmp_path / "a.yaml").write_text("run: {seeds: [0, 1], topics: [5]}\nlms: {x: {kind: encoder}}\n", encoding="utf-8")
    (tmp_path / "b.yaml").write_text("run: {seeds: [7]}\nlms: {y: {kind: encoder}}\n", encoding="utf-8")
    merged = files.read([tmp_path / "a.yaml", tmp_path / "b.yaml"])
    assert merged == {"run": {"seeds": [7], "topics": [5]}, "lms": {"x": {"kind": "encoder"}, "y": {"kind": "encoder"}}}
    (tmp_path / "c.yaml").write_text("- a list\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"c\.yaml: a config file holds keys at its top level, this one a list"):
        files.read([tmp_path / "c.yaml"])


def test_null_takes_back_a_key_of_another_kind_of_source_and_of_no_other(config, tmp_path):
    source = config["corpora"]["mine"]["source"]
    source |= {"entries": None, "label": None}  # entries: of a wordnet source; label: of a table's own
    assert "entries" not in load(copy.deepcopy(config))["corpora"]["mine"]["source"]
    assert load(copy.deepcopy(config))["corpora"]["mine"]["source"]["label"] is None
    source["entries"] = "topics"
    with pytest.raises(InputError, match="unknown key 'entries'"):
        load(config)
