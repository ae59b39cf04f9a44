"""Ablations and defaults spelled out as cells, and what these read."""

import copy

import pytest
from configs import refer
from conftest import load

from softtopics.config import grid, teachers
from softtopics.config.grid import Cell
from softtopics.config.model_parameters import parameters_of


def test_every_cell_is_rated_once_and_new_values_of_ablations_are_rated_apart(config):
    config["ablations"]["v"] = {"methods": ["lda"], "parameter": "vocabulary_size", "values": [100, 2000]}
    config["run"] |= {"corpora": ["wordnet_topics"], "ablations": ["temperature", "v"]}
    config = load(config)
    jobs = grid.rating_jobs(config)
    rated = [cell for cells in jobs.values() for cell in cells]
    assert sorted(rated) == sorted(grid.all_cells(config))
    assert jobs["wordnet_topics", 2000, "main"] == grid.default_cells(config)
    assert {(job.v, job.part) for job in jobs} == {(2000, "main"), (2000, "ablation_temperature"), (100, "ablation_v")}
    assert [cell.variant for cell in jobs["wordnet_topics", 100, "ablation_v"]] == ["v-100", "v-100"]


def test_an_ablation_makes_a_variant_per_value_and_reuses_the_method_as_it_is(config):
    config = load(config)
    cells = grid.ablation_cells(config, "temperature")
    smollm2 = [cell.variant for cell in cells if cell[:2] == ("wordnet_topics", "dsl_smollm2")]
    assert smollm2 == ["temperature-1", "default", "temperature-3", "temperature-5"]
    assert {cell.k for cell in cells} == {50}


def test_a_variant_changes_its_parameter_and_nothing_else(config):
    config = load(config)
    default = grid.method_settings(config, "dsl_smollm2", "default")
    variant = grid.method_settings(config, "dsl_smollm2", "temperature-5")
    assert variant["parameters"] == {**default["parameters"], "temperature": 5}
    assert {**variant, "parameters": {}} == {**default, "parameters": {}}


def test_a_value_that_is_the_models_default_is_the_method_as_it_is(config):
    config["ablations"]["drop"] = {"methods": ["dsl_smollm2"], "parameter": "dropout", "values": [0, 0.2]}
    config["run"]["ablations"] = ["drop"]
    config["methods"]["dsl_smollm2"]["parameters"].pop("dropout", None)
    variants = [cell.variant for cell in grid.ablation_cells(load(config), "drop")]
    assert set(variants) == {"drop-0", "default"}


def test_an_ablation_may_change_the_teacher_or_the_input(config):
    config["ablations"]["input"] = {
        "methods": ["dsl_smollm2"],
        "parameter": "input",
        "values": [["minilm"], ["smollm2", "minilm"]],
    }
    config = load(config)
    assert grid.method_settings(config, "dsl_smollm2", "input-smollm2+minilm")["input"] == ["smollm2", "minilm"]


@pytest.fixture
def sizes(config) -> dict:
    """A vocabulary ablation on one corpus, of which the other has a size of its own."""
    config["corpora"]["wordnet_nouns"]["preparation"] = {"vocabulary_size": 500}
    config["ablations"]["vocabulary"] = {
        "methods": ["lda", "dsl_smollm2"],
        "parameter": "vocabulary_size",
        "values": [500, 1000, 2000],
        "topics": [50],
    }
    config["run"]["ablations"] = ["vocabulary"]
    return config


def test_an_ablation_may_change_the_vocabulary_size_and_each_corpus_has_its_own_default(sizes):
    config = load(sizes)
    cells = grid.ablation_cells(config, "vocabulary")
    of = {c: [cell.variant for cell in cells if cell[:2] == (c, "lda")] for c in config["run"]["corpora"]}
    assert of["wordnet_topics"] == ["vocabulary-500", "vocabulary-1000", "default"]
    assert of["wordnet_nouns"] == ["default", "vocabulary-1000", "vocabulary-2000"]
    asked = {cell: grid.vocabulary_size(config, *cell[:3]) for cell in cells}
    assert [asked[cell] for cell in cells if cell[:2] == ("wordnet_nouns", "lda")] == [500, 1000, 2000]
    assert grid.method_settings(config, "lda", "vocabulary-1000")["vocabulary_size"] == 1000
    default, variant = (grid.method_settings(config, "lda", v) for v in ("default", "vocabulary-1000"))
    assert default["vocabulary_size"] is None and {**variant, "vocabulary_size": None} == default
    used = grid.used_word_scores(config)
    assert [s.v for s in used if s[:2] == ("wordnet_topics", "smollm2_whole")] == [500, 1000, 2000]
    assert [s.v for s in used if s[:2] == ("wordnet_topics", "minilm")] == [2000]


def test_an_ablation_may_run_on_corpora_of_its_own(sizes):
    sizes["run"]["corpora"] = ["wordnet_topics"]
    sizes["ablations"]["vocabulary"]["corpora"] = ["wordnet_nouns"]
    config = load(sizes)
    assert {cell.corpus for cell in grid.ablation_cells(config, "vocabulary")} == {"wordnet_nouns"}
    assert {cell.corpus for cell in grid.default_cells(config)} == {"wordnet_topics"}
    assert grid.used_corpora(config) == ["wordnet_topics", "wordnet_nouns"]
    of_nouns = [scores for scores in grid.used_word_scores(config) if scores.corpus == "wordnet_nouns"]
    assert {scores.teacher for scores in of_nouns} == {"smollm2_whole"}


def test_a_reader_is_the_teacher_and_the_input(config):
    config["ablations"]["prompt"] = {
        "methods": ["dsl_smollm2", "dsl_smollm2_minilm"],
        "parameter": "reader",
        "values": ["smollm2_whole", "minilm"],
    }
    config["run"]["ablations"] = ["prompt"]
    config = load(config)
    variant = grid.method_settings(config, "dsl_smollm2", "prompt-minilm")
    assert (variant["teacher"], variant["input"]) == ("minilm", ["minilm"])
    names = {(cell.method, cell.variant) for cell in grid.ablation_cells(config, "prompt")}
    # dsl_smollm2 reads smollm2, the same states as smollm2_whole's; dsl_smollm2_minilm reads another's
    assert ("dsl_smollm2", "default") in names and ("dsl_smollm2_minilm", "prompt-smollm2_whole") in names


def test_parameters_are_those_of_the_models_class_and_what_it_passes_on():
    assert "keep" not in parameters_of("neural") and {"top_k", "temperature"} <= set(parameters_of("neural"))
    assert {"encoder", "learning_rate"} <= set(parameters_of("octis_combinedtm"))
    assert "encoder" not in parameters_of("octis_prodlda")


def test_an_ablation_that_does_not_run_leaves_the_cells_alone(config):
    config["run"]["ablations"] = []
    config = load(config)
    assert grid.all_cells(config) == grid.default_cells(config)


def test_no_cell_is_trained_twice(config):
    cells = grid.all_cells(load(config))
    assert len(cells) == len(set(cells)) and Cell("wordnet_nouns", "lda", "default", 25) in cells


def test_published_soft_labels_are_pinned_or_a_folder_and_are_a_reading_of_their_own(config, tmp_path):
    config["teachers"]["far"] = {"source": {"kind": "soft_labels", "id": "a/b", "revision": "0" * 40}}
    config["teachers"]["here"] = {"source": {"kind": "soft_labels", "id": str(tmp_path)}}
    config = load(config)
    assert teachers.is_precomputed(config, "here") and not teachers.is_precomputed(config, "minilm")
    readings = [teachers.reading(config, teacher) for teacher in ("far", "here", "smollm2", "smollm2_paper", "minilm")]
    assert readings[2] == readings[3] and len(set(readings)) == 4


def test_word_scores_are_used_by_a_method_a_variant_or_as_a_reference(config):
    used = grid.used_word_scores(load(copy.deepcopy(config)))
    assert [scores.teacher for scores in used] == ["smollm2_whole", "smollm2_paper", "minilm", "grounded"] * 2
    config["run"] |= {"methods": ["lda"], "ablations": [], "references": ["minilm"]}
    used = grid.used_word_scores(load(config))
    assert used == [("wordnet_topics", "minilm", 2000), ("wordnet_nouns", "minilm", 2000)]


def test_coherence_is_measured_in_the_corpus_where_nothing_else_is_said(config, tmp_path):
    loaded = load(copy.deepcopy(config))
    assert loaded["evaluation"]["coherence"] == {"references": ["corpus"], "c_v": "gensim"}
    assert grid.external_references(loaded) == []
    refer(config, path=str(tmp_path / "a.txt"))
    (tmp_path / "a.txt").write_text("text", encoding="utf-8")
    assert grid.external_references(load(config)) == ["wiki"]
    assert config["reference_texts"]["wiki"]["text"] == "text"
