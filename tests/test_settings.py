"""The config: defaults, one sentence per mistake, ablations spelled out as cells."""

import copy

import pytest
import yaml
from conftest import ROOT

from softtopics import settings
from softtopics.errors import InputError
from softtopics.settings import Cell

SCHEMA = ROOT / "workflow/schemas/config.schema.yaml"
EMBEDDED = yaml.safe_load((ROOT / "config.yaml").read_text(encoding="utf-8"))


@pytest.fixture
def config() -> dict:
    return copy.deepcopy(EMBEDDED)


def load(config):
    return settings.load(config, SCHEMA)


def test_defaults_are_filled_in(config):
    loaded = load(config)
    assert loaded["results"] == "results"
    assert loaded["extraction"]["dtype"] == "auto"
    assert loaded["methods"]["lda"]["input"] == [] and loaded["methods"]["lda"]["parameters"] == {}
    assert loaded["rating"]["enabled"] is False


def test_every_key_of_the_schema_is_described_or_named():
    schema = yaml.safe_load(SCHEMA.read_text(encoding="utf-8"))
    for name, block in schema["properties"].items():
        assert "description" in block or "properties" in block, name


def refer(config, name="wiki", **block):
    """Measure coherence in one external text."""
    config["reference_texts"] = {name: {"path": "nowhere.txt", **block}}
    config["evaluation"] = {"coherence": {"references": ["corpus", "wiki"]}}


MISTAKES = {
    "an unknown reference": (
        lambda c: refer(c, "wike"),
        r"references: reference_texts has no 'wiki'; did you mean 'wike'",
    ),
    "a reference that is nowhere": (refer, r"reference_texts\.wiki\.path: there is no file nowhere\.txt"),
    "a reference called corpus": (lambda c: refer(c, "corpus"), r"reference_texts\.corpus: that name means the corpus"),
    "an unknown C_V": (
        lambda c: c.update(evaluation={"coherence": {"c_v": "octis"}}),
        r"evaluation\.coherence\.c_v: 'octis' is not one of",
    ),
    "an unknown key": (
        lambda c: c["run"].update(topcis=[50]),
        r"run has the unknown key 'topcis'; did you mean 'topics'\?",
    ),
    "an unknown top-level key": (lambda c: c.update(corpus={}), r"unknown key 'corpus'; did you mean 'corpora'\?"),
    "a wrong type": (lambda c: c["run"].update(topics="fifty"), r"run\.topics is 'fifty', which is not of type array"),
    "a wrong type inside a list": (lambda c: c["run"].update(topics=["a"]), r"run\.topics\.0 is 'a'"),
    "a missing key": (lambda c: c["run"].pop("seeds"), r"run lacks a key: 'seeds'"),
    "an unknown corpus": (lambda c: c["run"].update(corpora=["wordnet"]), r"corpora has no 'wordnet'"),
    "an unknown method": (lambda c: c["run"].update(methods=["ldaa"]), r"did you mean 'lda'\?"),
    "an unknown teacher": (
        lambda c: c["methods"]["dsl_minilm"].update(teacher="mini"),
        r"methods\.dsl_minilm: teachers has no 'mini'",
    ),
    "an unknown lm": (lambda c: c["teachers"]["minilm"].update(lm="gte"), r"teachers\.minilm\.lm: lms has no 'gte'"),
    "an unknown model": (
        lambda c: c["methods"]["lda"].update(model="lad"),
        r"there is no model 'lad'; did you mean 'lda'\?",
    ),
    "an unknown parameter": (
        lambda c: c["methods"]["dsl_minilm"].update(parameters={"temprature": 1}),
        r"neural has no parameter 'temprature'; did you mean 'temperature'\?",
    ),
    "an unknown ablation parameter": (
        lambda c: c["ablations"]["temperature"].update(parameter="tau"),
        r"neural has no parameter 'tau'",
    ),
    "a missing corpus file": (
        lambda c: c["corpora"]["wordnet_topics"].update(
            source={"kind": "table", "path": "nowhere.csv", "text": "text"}
        ),
        r"corpora\.wordnet_topics\.source\.path: there is no file nowhere\.csv",
    ),
    "a template without a document": (
        lambda c: c["prompts"]["theme"].update(template="Topic:"),
        r"prompts\.theme\.template",
    ),
    "a hub model without a revision": (
        lambda c: c["lms"]["smollm2"].update(source={"kind": "hub", "id": "a/b"}),
        r"lms\.smollm2\.source lacks a key: 'revision'",
    ),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_one_sentence_that_says_where(config, mistake):
    change, message = MISTAKES[mistake]
    change(config)
    with pytest.raises(InputError, match=message) as raised:
        load(config)
    assert "\n" not in str(raised.value)


def test_an_ablation_makes_a_variant_per_value_and_reuses_the_method_as_it_is(config):
    config = load(config)
    cells = settings.ablation_cells(config, "temperature")
    smollm2 = [cell.variant for cell in cells if cell[:2] == ("wordnet_topics", "dsl_smollm2")]
    assert smollm2 == ["temperature-1", "default", "temperature-3", "temperature-5"]
    assert {cell.k for cell in cells} == {50}


def test_a_variant_changes_its_parameter_and_nothing_else(config):
    config = load(config)
    default = settings.method_settings(config, "dsl_smollm2", "default")
    variant = settings.method_settings(config, "dsl_smollm2", "temperature-5")
    assert variant["parameters"] == {**default["parameters"], "temperature": 5}
    assert {**variant, "parameters": {}} == {**default, "parameters": {}}


def test_an_ablation_may_change_the_teacher_or_the_input(config):
    config["ablations"]["input"] = {
        "methods": ["dsl_smollm2"],
        "parameter": "input",
        "values": [["minilm"], ["smollm2", "minilm"]],
    }
    config = load(config)
    assert settings.method_settings(config, "dsl_smollm2", "input-smollm2+minilm")["input"] == ["smollm2", "minilm"]


def test_an_ablation_that_does_not_run_leaves_the_cells_alone(config):
    config["run"]["ablations"] = []
    config = load(config)
    assert settings.all_cells(config) == settings.default_cells(config)


def test_no_cell_is_trained_twice(config):
    cells = settings.all_cells(load(config))
    assert len(cells) == len(set(cells)) and Cell("wordnet_nouns", "lda", "default", 25) in cells


def test_teachers_are_used_by_a_method_a_variant_or_as_a_reference(config):
    assert settings.used_teachers(load(copy.deepcopy(config))) == ["smollm2_whole", "smollm2_paper", "minilm"]
    config["run"] |= {"methods": ["lda"], "ablations": [], "references": ["minilm"]}
    assert settings.used_teachers(load(config)) == ["minilm"]


def test_coherence_is_measured_in_the_corpus_where_nothing_else_is_said(config, tmp_path):
    loaded = load(copy.deepcopy(config))
    assert loaded["evaluation"]["coherence"] == {"references": ["corpus"], "c_v": "gensim"}
    assert settings.external_references(loaded) == []
    refer(config, path=str(tmp_path / "a.txt"))
    (tmp_path / "a.txt").write_text("text", encoding="utf-8")
    assert settings.external_references(load(config)) == ["wiki"]
    assert config["reference_texts"]["wiki"]["text"] == "text"
