"""Values and keys that would fail after hours, or be misread, are one sentence before anything runs."""

import inspect
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import yaml
from configs import ablate
from conftest import check_refused, load

from softtopics.config import files, grid, model_parameters
from softtopics.config.model_parameters import defaults_of, has_method, known_models, lacking, parameters_of
from softtopics.errors import InputError
from softtopics.models.base import load_model


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
        r"topics\.0 is 25\.0, not a whole number; write 25",
    ),
    "a negative seed": (lambda c: c["run"].update(seeds=[-1]), r"run\.seeds\.0: -1 is less than"),
    "a seed that no library takes": (lambda c: c["run"].update(seeds=[2**32]), r"run\.seeds\.0: 4294967296 is greater"),
    "a number as text in the evaluation": (
        lambda c: c.update(evaluation={"reference_temperature": "1e-1"}),
        r"evaluation\.reference_temperature is the text '1e-1', not a number; write 1\.0e-1",
    ),
    "no words to rate": (lambda c: c["rating"].update(words=0), r"rating\.words: 0 is less than the minimum"),
    "a document without tokens": (
        lambda c: c["prompts"]["theme"].update(max_document_tokens=0),
        r"max_document_tokens: 0 is less than the minimum",
    ),
    "a title that is a number": (
        lambda c: c["methods"]["lda"].update(title=2020),
        r"methods\.lda\.title is 2020, not a text; put it in quotes",
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
        r"config: the key 2020 of corpora is a number in YAML; if it is meant, put it in quotes",
    ),
    "a key of a model's parameters that is null": (
        lambda c: c["methods"]["lda"].update(parameters={None: 1}),
        r"config: the key None of methods\.lda\.parameters is null in YAML; if it is meant, put it in quotes",
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


MINE = """import numpy as np
from softtopics.models.base import TopicModel


class Mine(TopicModel):
    def __init__(self, n_topics: int, *, random_state: int, smoothing: float = 0.1, angle: float = np.pi) -> None:
        super().__init__(n_topics, random_state=random_state)

    def transform(self, data):
        return data


"""


@pytest.fixture
def write_model(tmp_path, monkeypatch) -> Iterator[Callable[[str], Path]]:
    """Writes mine.py beside the package's models, for what looks at files of models without importing them."""
    shutil.copytree(model_parameters.MODELS, tmp_path / "models", ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(model_parameters, "MODELS", tmp_path / "models")
    cached = [
        getattr(model_parameters, name)
        for name in ("parse", "class_of", "parameters_of", "defaults_of", "needs_of", "has_method")
    ]

    def write(text: str) -> Path:
        for function in cached:
            function.cache_clear()
        (tmp_path / "models/mine.py").write_text(text, encoding="utf-8")
        return tmp_path / "models/mine.py"

    yield write
    for function in cached:
        function.cache_clear()


NAMED_BY = [
    "MODEL = Mine\n",
    "MODEL=Mine",
    "MODEL: type[TopicModel] = Mine\n",
    "BEST = MODEL = Mine\n",
    "MODEL = None\nMODEL = Mine\n",
    "MODEL: type[TopicModel]\nMODEL = Mine\n",
    "class MODEL(Mine):\n    pass\n",
]


@pytest.mark.parametrize("end", NAMED_BY)
def test_a_model_may_be_named_in_any_way_and_a_default_that_is_no_literal_is_not_known(end, write_model, config):
    write_model(MINE + end)
    assert "mine" in known_models() and has_method("mine", "transform")
    assert set(parameters_of("mine")) == {"smoothing", "angle"} and defaults_of("mine") == {"smoothing": 0.1}
    config["methods"]["mine"] = {"model": "mine", "parameters": {"smoothing": 0.2, "angle": 1.0}}
    load(config)


def test_what_a_model_needs_may_depend_on_a_parameter_whose_default_is_not_known(write_model):
    needs = '    needs: tuple = (("input", {}), ("teacher", {"angle": ("wide",)}))\n\n    def transform'
    write_model(MINE.replace("    def transform", needs) + "MODEL = Mine\n")
    block = {"input": [], "teacher": None}
    assert lacking("mine", {}, block) == ["input"]
    assert lacking("mine", {"angle": "wide"}, block) == ["input", "teacher"]


def test_a_model_that_does_not_say_what_it_needs_may_be_given_anything(write_model, config):
    write_model(MINE + "MODEL = Mine\n")
    config["methods"]["mine"] = {"model": "mine", "input": ["minilm"], "teacher": "minilm", "word_vectors": "corpus"}
    config["run"]["methods"] = ["mine"]
    load(config)
    write_model(MINE.replace("    def transform", "    needs = ()\n\n    def transform") + "MODEL = Mine\n")
    with pytest.raises(InputError, match=r"methods\.mine\.input: mine makes no use of it"):
        load(config)


OWN_MODELS = {
    "no MODEL": (MINE, r"^src/softtopics/models/mine\.py names no class by `MODEL`; end it with MODEL = and"),
    "MODEL of another name": (
        f"{MINE}MODEL = Mime\n",
        r"mine\.py: MODEL is Mime, and the file has no class of that name",
    ),
    "a class of another package": (
        f"from x import Y\n{MINE}MODEL = Y\n",
        r"MODEL is Y, and the file has no class .* imp",
    ),
    "a syntax error": (
        f"{MINE}MODEL == = Mine\n",
        r"^src/softtopics/models/mine\.py, line 13: this is not Python \(inval",
    ),
    "bytes that are no text": (
        f"{MINE}\0",
        r"^src/softtopics/models/mine\.py.*: this is not Python \(.*null bytes\); cor",
    ),
    "an import of nothing": (
        "from softtopics.models.nix import M\nMODEL = M\n",
        r"models/nix\.py: there is no such file",
    ),
    "a parameter by place": (
        f"{MINE}MODEL = Mine\n".replace(
            "*, random_state: int, smoothing", "smoothing: float = 0, *, random_state: int, x"
        ),
        r"^config: methods\.mine: the parameter 'smoothing' of mine is not keyword-only; write it behind a \* in",
    ),
    "no parameter": (f"{MINE}MODEL = Mine\n".replace("smoothing", "smooth"), "'smoothing'; did you mean 'smooth'"),
    "needs of another form": (
        f"{MINE}MODEL = Mine\n".replace("    def tr", '    needs = (("input",),)\n\n    def tr'),
        r"mine\.py: `needs` is no tuple of pairs of one of input, teacher, word_vectors and values",
    ),
    "needs of nothing that there is": (
        f"{MINE}MODEL = Mine\n".replace("    def tr", '    needs = (("embeddings", {}),)\n\n    def tr'),
        r"mine\.py: `needs` is no tuple of pairs of one of input, teacher, word_vectors and values",
    ),
    "needs that are computed": (
        f"{MINE}MODEL = Mine\n".replace("    def tr", "    needs = tuple(NEEDS)\n\n    def tr"),
        r"`needs` of the class Mine \(line 9 of its file\) is read without being run; write its value out",
    ),
}


@pytest.mark.parametrize(("text", "sentence"), OWN_MODELS.values(), ids=OWN_MODELS)
def test_a_mistake_in_the_file_of_an_own_model_is_one_sentence(text, sentence, write_model, config):
    write_model(text)
    config["run"]["methods"] = ["mine"]
    check_refused(
        config,
        lambda c: c["methods"].update(mine={"model": "mine", "parameters": {"smoothing": 0.2}}),
        sentence,
    )


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("a: 1\nb:\n  c: 1\na: 2\n", r"^my\.yaml: the key a stands twice, in lines 1 and 4, and"),
        ("a:\n  b: {c: 1, d: 2, c: 3}\n", r"^my\.yaml: the key a\.b\.c stands twice, in lines 2 and 2"),
        ("a:\n- b: 1\n  'b': 2\n", r"the key a\.0\.b stands twice, in lines 2 and 3"),
        ('{\n\t"a": 1,\n\t"a": 2}\n', r"the key a stands twice, in lines 2 and 3"),
        ("x: &x {a: 1, a: 2}\ny: *x\n", r"the key x\.a stands twice, in lines 1 and 1"),
        (
            "a:\n  2020: 1\n",
            r"^my\.yaml, line 2: the key 2020 of a is a number in YAML; if it is meant, put it in quotes$",
        ),
        (
            "on: 1\n",
            r"^my\.yaml, line 1: the key on of the top level is true or false in YAML; if it is meant, "
            "put it in quotes$",
        ),
        ("a: {b: [{null: 1}]}\n", r"line 1: the key null of a\.b\.0 is null in YAML"),
        ("2020-01-01: 1\n", r"the key 2020-01-01 of the top level is a date in YAML"),
        ("1.5: 1\n", r"the key 1\.5 of the top level is a number in YAML"),
        ("? [a]\n: 1\n", r"the key that begins there of the top level is no text in YAML"),
        ("a: [\n", r"^my\.yaml, line 2: .* \(while parsing a flow node that begins in line 2\)$"),
        ("a: 1: 2\n", r"^my\.yaml, line 1: mapping values are not allowed in this context$"),
        ("a: 2020-13-45\n", r"^my\.yaml: month must be in 1..12$"),
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
