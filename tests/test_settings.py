"""The config: defaults, one sentence per mistake, ablations spelled out as cells."""

import copy
import inspect
from collections.abc import Iterator

import pytest
import yaml
from conftest import ROOT, SCHEMA, check_refused, load

from softtopics.config import files, grid, teachers
from softtopics.config.grid import Cell
from softtopics.config.model_parameters import known_models, parameters_of
from softtopics.errors import InputError
from softtopics.models.base import load_model

EMBEDDED = yaml.safe_load((ROOT / "config.yaml").read_text(encoding="utf-8"))


@pytest.fixture
def config() -> dict:
    """The embedded experiment, at two K."""
    config = copy.deepcopy(EMBEDDED)
    config["run"] |= {"topics": [25, 50], "seeds": [0, 1]}
    return config


def test_defaults_are_filled_in(config):
    loaded = load(config)
    assert loaded["results"] == "results"
    assert loaded["extraction"]["dtype"] == "auto"
    assert loaded["methods"]["lda"]["input"] == [] and loaded["methods"]["lda"]["parameters"] == {}
    assert loaded["rating"]["words"] == 10 and loaded["rating"]["retries"] == 5


def properties(schema: object, where: str = "") -> Iterator[tuple[str, dict]]:
    """Every property at every depth but those of conditions, which describe nothing: its path and its schema."""
    for keyword, inner in schema.items() if isinstance(schema, dict) else enumerate(schema):
        if keyword in ("properties", "$defs"):
            for name, block in inner.items():
                if (
                    keyword == "properties" and block and "$ref" not in block
                ):  # described elsewhere; a {} by its brothers
                    yield f"{where}.{name}", block
                yield from properties(block, f"{where}.{name}")
        elif keyword not in ("if", "default") and isinstance(inner, dict | list):
            yield from properties(inner, where)


def test_every_key_of_the_schema_is_described():
    found = list(properties(yaml.safe_load(SCHEMA.read_text(encoding="utf-8"))))
    names = {name for name, _ in found}
    assert {".run.topics", ".teachers.words.scale", ".soft_labels.vocabulary", ".lms.source.sha256"} <= names
    assert len(found) > 130
    assert not [name for name, block in found if len(block.get("description", "")) < 2]


def refer(config, name="wiki", **block):
    """Measure coherence in one external text."""
    config["reference_texts"] = {name: {"path": "nowhere.txt", **block}}
    config["evaluation"] = {"coherence": {"references": ["corpus", "wiki"]}}


def ablate(config, parameter, values, method="dsl_smollm2"):
    """Add an ablation of one method."""
    config["ablations"]["x"] = {"methods": [method], "parameter": parameter, "values": values}


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
    "an ablation of a corpus that is not there": (
        lambda c: c["ablations"]["temperature"].update(corpora=["wordnet_noun"]),
        r"ablations\.temperature\.corpora: corpora has no 'wordnet_noun'; did you mean 'wordnet_nouns'\?",
    ),
    "an ablation of a reader that is not there": (
        lambda c: c["ablations"].update(r={"methods": ["dsl_minilm"], "parameter": "reader", "values": ["mini"]}),
        r"methods\.dsl_minilm: teachers has no 'mini'",
    ),
    "a vocabulary size that is no number": (
        lambda c: c["ablations"].update(v={"methods": ["lda"], "parameter": "vocabulary_size", "values": ["2k"]}),
        r"ablations\.v\.values: '2k' is not a vocabulary size; write whole numbers above 1",
    ),
    "a vocabulary of one word": (
        lambda c: ablate(c, "vocabulary_size", [100, 1], "lda"),
        r"ablations\.x\.values: 1 is not a vocabulary size",
    ),
    "an input that is a bare name": (
        lambda c: ablate(c, "input", ["minilm"]),
        r"ablations\.x\.values: 'minilm' is not a list of teachers; put the names in brackets, as in \[minilm\]",
    ),
    "a teacher that is a list": (
        lambda c: ablate(c, "teacher", [["minilm"]]),
        r"ablations\.x\.values: \['minilm'\] is not the name of a teacher; write one name for each value",
    ),
    "a reader that is a list": (
        lambda c: ablate(c, "reader", ["minilm", ["minilm"]]),
        r"ablations\.x\.values: \['minilm'\] is not the name of a teacher; write one name for each value",
    ),
    "word vectors that are a list": (
        lambda c: ablate(c, "word_vectors", [["corpus"]], "etm"),
        r"ablations\.x\.values: \['corpus'\] is not a key of word_vectors; write one for each value",
    ),
    "a value of an ablation twice": (
        lambda c: ablate(c, "temperature", [1, 2, 1]),
        r"config: ablations\.x\.values: 1 appears twice; leave one of them out",
    ),
    "a list of teachers twice": (
        lambda c: ablate(c, "input", [["minilm"], ["smollm2"], ["minilm"]]),
        r"config: ablations\.x\.values: \['minilm'\] appears twice; leave one of them out",
    ),
    "two values that are written alike": (
        lambda c: ablate(c, "loss", ["1", 1]),
        r"config: ablations\.x\.values: 1 appears twice; leave one of them out",
    ),
    "an ablation that runs twice": (
        lambda c: c["run"].update(ablations=["temperature", "temperature"]),
        r"config: run\.ablations: 'temperature' appears twice; leave one of them out",
    ),
    "a reference twice": (
        lambda c: c["run"].update(references=["minilm", "smollm2", "minilm"]),
        r"config: run\.references: 'minilm' appears twice; leave one of them out",
    ),
    "a method that runs twice": (
        lambda c: c["run"].update(methods=["lda", "lda"]),
        r"config: run\.methods: 'lda' appears twice; leave one of them out",
    ),
    "an unknown rater": (
        lambda c: c.update(rating={"enabled": True, "kind": "likelyhood"}),
        r"config: rating\.kind: there is no rater 'likelyhood'; did you mean 'likelihood'\?",
    ),
    "an unknown rater that does not rate": (
        lambda c: c.update(rating={"enabled": False, "kind": "gpt"}),
        r"config: rating\.kind: there is no rater 'gpt'; known are likelihood, lm, server",
    ),
    "a parameter of a helper class": (
        lambda c: c["methods"]["dsl_minilm"].update(parameters={"keep": 5}),
        r"neural has no parameter 'keep'",
    ),
    "two methods of one title": (
        lambda c: c["methods"]["prodlda"].update(title="LDA"),
        r"methods\.lda and methods\.prodlda are both called 'LDA' and would share a row",
    ),
    "two readings of one title": (
        lambda c: c["lms"]["minilm"].update(title="SmolLM2-135M"),
        r"lms\.smollm2 and lms\.minilm are both called 'SmolLM2-135M'",
    ),
    "a rater that is no language model": (
        lambda c: c.update(rating={"enabled": True, "kind": "likelihood", "lm": "minilm"}),
        r"rating\.lm: kind likelihood needs a key of lms of kind causal_lm, not 'minilm'",
    ),
    "a rater without a language model": (
        lambda c: c.update(rating={"enabled": True, "kind": "lm"}),
        r"rating\.lm: kind lm needs a key of lms of kind causal_lm, not None; known are smollm2",
    ),
    "a rating prompt without words": (lambda c: c.update(rating={"prompt": "Rate {document}"}), r"rating\.prompt"),
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
    "a teacher without anything": (
        lambda c: c["teachers"].update(x={"title": "X"}),
        r"teachers\.x lacks a key: 'lm' is a required property",
    ),
    "a teacher with a model and a source": (
        lambda c: c["teachers"]["minilm"].update(source={"kind": "soft_labels", "id": "a/b", "revision": "0" * 40}),
        r"teachers\.minilm has a source and 'lm'; published soft labels need no model",
    ),
    "published soft labels without a revision": (
        lambda c: c["teachers"].update(x={"source": {"kind": "soft_labels", "id": "a/b"}}),
        r"teachers\.x\.source\.revision of a/b is not given, and there is no folder of that name; copy the 40",
    ),
    "a published teacher's unknown key": (
        lambda c: c["teachers"].update(x={"source": {"kind": "soft_labels", "id": "a/b", "revison": ""}}),
        r"teachers\.x\.source has the unknown key 'revison'; did you mean 'revision'\?",
    ),
    "a hub corpus at a branch": (
        lambda c: c["corpora"]["wordnet_topics"].update(
            source={"kind": "hub", "id": "a/b", "revision": "main", "text": "text"}
        ),
        r"corpora\.wordnet_topics\.source\.revision of a/b is 'main', not a commit",
    ),
    "a missing vocabulary": (
        lambda c: c["corpora"]["wordnet_topics"].update(
            source={"kind": "soft_labels", "id": "a/b", "revision": "0" * 40, "vocabulary": "nowhere.txt"}
        ),
        r"corpora\.wordnet_topics\.source\.vocabulary: there is no file nowhere\.txt",
    ),
    "a language that spaCy does not have": (
        lambda c: c["corpora"]["wordnet_topics"].update(preparation={"language": "ger"}),
        r"config: corpora\.wordnet_topics\.preparation\.language is 'ger', which is no language of spaCy",
    ),
    "a hub model without a revision": (
        lambda c: c["lms"]["smollm2"].update(source={"kind": "hub", "id": "a/b"}),
        r"lms\.smollm2\.source lacks a key: 'revision'",
    ),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_one_sentence_that_says_where(config, mistake):
    check_refused(config, *MISTAKES[mistake])


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


def tell(config, method="dsl_minilm", **parameters):
    config["methods"][method].setdefault("parameters", {}).update(parameters)


WRONG_VALUES = {
    "a number that YAML takes for text": (
        lambda c: tell(c, learning_rate="1e-3"),
        r"methods\.dsl_minilm\.parameters\.learning_rate is the text '1e-3', not a number above 0; write 1\.0e-3$",
    ),
    "a quoted number": (lambda c: tell(c, epochs="70"), r"epochs is the text '70', .* of at least 1; write 70$"),
    "a word for a number": (
        lambda c: tell(c, "lda", passes="many"),
        r"config: methods\.lda\.parameters\.passes is the text 'many', not a whole number of at least 1; correct it$",
    ),
    "half an epoch": (lambda c: tell(c, epochs=2.5), r"epochs is 2\.5, not a whole number of at least 1"),
    "a whole number with a point": (lambda c: tell(c, epochs=5.0), r"epochs is 5\.0, not a whole number.*; write 5$"),
    "no epochs": (lambda c: tell(c, epochs=0), r"epochs is 0, not a whole number of at least 1"),
    "no temperature": (lambda c: tell(c, temperature=0), r"temperature is 0, not a number above 0"),
    "yes for a number": (lambda c: tell(c, epochs=True), r"epochs is true, not a whole number"),
    "a number for yes": (lambda c: tell(c, standardize=1), r"standardize is 1, not true or false"),
    "nothing for a number": (lambda c: tell(c, epochs=None), r"epochs is null, not a whole number"),
    "all features dropped": (lambda c: tell(c, dropout=1), r"dropout is 1, not a number of at least 0 and below 1"),
    "batches of one document": (lambda c: tell(c, batch_size=1), r"batch_size is 1, not a whole number of at least 2"),
    "an unknown choice": (lambda c: tell(c, decoder="lda"), r"'lda', not prodlda or etm or ecrtm"),
    "an unknown prior": (lambda c: tell(c, "lda", alpha="asym"), r"not a number above 0 or auto or symmetric or asymm"),
    "clusters of one": (lambda c: tell(c, "bertopic", min_topic_size=1), r"not a whole number of at least 2 or null"),
    "FASTopic without steps": (lambda c: tell(c, "fastopic", epochs=0), r"epochs is 0, not a whole number"),
    "a base class's parameter": (
        lambda c: c["methods"].update(o={"model": "octis_combinedtm", "parameters": {"momentum": 1}}),
        r"methods\.o\.parameters\.momentum is 1, not a number of at least 0 and below 1",
    ),
    "a value of an ablation": (
        lambda c: ablate(c, "learning_rate", [0.001, "1e-2"]),
        r"ablations\.x\.values is the text '1e-2', not a number above 0; write 1\.0e-2",
    ),
    "a temperature of 0 in an ablation": (
        lambda c: ablate(c, "temperature", [0, 1]),
        r"ablations\.x\.values is 0, not",
    ),
    "K that is no whole number": (
        lambda c: c["run"].update(topics=[25.0]),
        r"topics\.0 is 25\.0, .* integer; write 25",
    ),
    "a negative seed": (lambda c: c["run"].update(seeds=[-1]), r"run\.seeds\.0: -1 is less than"),
    "a seed that no library takes": (lambda c: c["run"].update(seeds=[2**32]), r"run\.seeds\.0: 4294967296 is greater"),
    "a number as text in the evaluation": (
        lambda c: c.update(evaluation={"reference_temperature": "1e-1"}),
        r"evaluation\.reference_temperature is '1e-1', which is not of type number; write 1\.0e-1",
    ),
    "no words to rate": (lambda c: c["rating"].update(words=0), r"rating\.words: 0 is less than the minimum"),
    "a document without tokens": (
        lambda c: c["prompts"]["theme"].update(max_document_tokens=0),
        r"max_document_tokens: 0 is less than the minimum",
    ),
    "a title that is a number": (
        lambda c: c["methods"]["lda"].update(title=2020),
        r"methods\.lda\.title is 2020, which is not of type string; put it in quotes",
    ),
    "a blank title": (
        lambda c: c["methods"]["lda"].update(title=" "),
        r"title: ' ' .* it must be a text that is not blank",
    ),
    "no end": (lambda c: tell(c, temperature=float("inf")), r"temperature is inf, which is no number to work with"),
    "not a number": (
        lambda c: c.update(evaluation={"alpha": float("nan")}),
        r"evaluation\.alpha is nan, which is no number",
    ),
    "word vectors that are nowhere": (
        lambda c: c["word_vectors"].update(corpus={"kind": "file", "path": "nowhere.txt"}),
        r"word_vectors\.corpus\.path: there is no file nowhere\.txt",
    ),
    "a model that is nowhere": (
        lambda c: c["lms"]["minilm"].update(source={"kind": "folder", "path": "nowhere"}),
        r"lms\.minilm\.source\.path: there is no folder nowhere; give one that",
    ),
    "an input of an ablation that is a number": (
        lambda c: ablate(c, "input", [[0.5]]),
        r"ablations\.x\.values: \[0\.5\] is not a list of teachers",
    ),
    "a key with a line break": (lambda c: c["methods"].update({"a\nb": 1j}), r"methods\.a\\nb is 1j, which YAML takes"),
    "a kind that is a list": (lambda c: c["corpora"]["wordnet_nouns"]["source"].update(kind=[]), r"source\.kind"),
    "a key that is a number": (
        lambda c: c["corpora"].update({2020: c["corpora"]["wordnet_nouns"]}),
        r"config: the key 2020 of corpora is a number in YAML; put it in quotes",
    ),
    "a key of a model's parameters that is null": (
        lambda c: c["methods"]["lda"].update(parameters={None: 1}),
        r"config: the key None of methods\.lda\.parameters is null in YAML; put it in quotes",
    ),
}


@pytest.mark.parametrize("name", WRONG_VALUES)
def test_a_value_that_would_fail_after_hours_is_one_sentence_before_anything_runs(config, name):
    check_refused(config, *WRONG_VALUES[name])


@pytest.mark.parametrize("model", known_models())
def test_every_parameter_of_a_model_has_an_annotation_that_its_default_suits(model):
    signature: dict = {}
    for kind in reversed(load_model(model).__mro__[:-1]):
        signature |= inspect.signature(kind.__init__).parameters
    for name, kinds in parameters_of(model).items():
        assert kinds, f"{model}.{name} is not checked"
        assert any(kind.suits(signature[name].default) for kind in kinds), name


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("a: 1\nb:\n  c: 1\na: 2\n", r"^my\.yaml: the key a stands twice, in lines 1 and 4, and"),
        ("a:\n  b: {c: 1, d: 2, c: 3}\n", r"^my\.yaml: the key a\.b\.c stands twice, in lines 2 and 2"),
        ("a:\n- b: 1\n  'b': 2\n", r"the key a\.0\.b stands twice, in lines 2 and 3"),
        ('{\n\t"a": 1,\n\t"a": 2}\n', r"the key a stands twice, in lines 2 and 3"),
        ("x: &x {a: 1, a: 2}\ny: *x\n", r"the key x\.a stands twice, in lines 1 and 1"),
        ("a:\n  2020: 1\n", r"^my\.yaml, line 2: the key 2020 of a is a number in YAML; put it in quotes$"),
        ("on: 1\n", r"^my\.yaml, line 1: the key on of the top level is true or false in YAML; put it in quotes$"),
        ("a: {b: [{null: 1}]}\n", r"line 1: the key null of a\.b\.0 is null in YAML"),
        ("2020-01-01: 1\n", r"the key 2020-01-01 of the top level is a date in YAML"),
        ("1.5: 1\n", r"the key 1\.5 of the top level is a number in YAML"),
        ("? [a]\n: 1\n", r"the key that begins there of the top level is no text in YAML"),
        ("a: [\n", r"^my\.yaml: while parsing"),
    ],
)
def test_a_key_that_yaml_would_lose_or_misread_is_one_sentence_with_its_lines(text, sentence, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "my.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=sentence) as error:
        files.read([tmp_path / "my.yaml"])
    assert "\n" not in str(error.value)


def test_anchors_and_merge_keys_are_what_they_were(tmp_path):
    text = "a: &a {x: 1, y: 2}\nb: &b {z: 3}\nc:\n  <<: *a\n  <<: *b\n  x: 5\nd: {<<: [*a, *b], y: 7}\n"
    (tmp_path / "my.yaml").write_text(text, encoding="utf-8")
    read = files.read([tmp_path / "my.yaml"])
    assert read == yaml.safe_load(text) and read["c"] == {"x": 5, "y": 2, "z": 3} and read["d"]["y"] == 7


def test_a_method_that_reads_a_view_may_have_other_readers(config):
    """Found by the fuzz test: its input is no teacher."""
    config["ablations"]["prompt"] = {"methods": ["grounded"], "parameter": "reader", "values": ["minilm"]}
    config["run"]["ablations"] = ["prompt"]
    assert {cell.variant for cell in grid.ablation_cells(load(config), "prompt")} == {"prompt-minilm"}


def test_titles_are_in_one_line(config):
    config["methods"]["lda"]["title"] = "LDA,\n  the  old one "
    assert load(config)["methods"]["lda"]["title"] == "LDA, the old one"
