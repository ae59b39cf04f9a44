"""The config: defaults, and one sentence per mistake."""

from collections.abc import Iterator

import pytest
import yaml
from configs import ablate, refer
from conftest import SCHEMA, check_refused, load


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
    "a wrong type": (
        lambda c: c["run"].update(topics="fifty"),
        r"run\.topics is the text 'fifty', not a list; write \[fifty\]",
    ),
    "a wrong type inside a list": (lambda c: c["run"].update(topics=["a"]), r"run\.topics\.0 is the text 'a'"),
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
    "a model without what it reads": (
        lambda c: c["methods"]["bertopic"].update(input=[]),
        r"methods\.bertopic: bertopic reads hidden states or embeddings; name teachers or views in `input`",
    ),
    "a model without a teacher": (
        lambda c: c["methods"]["dsl_minilm"].update(teacher=None),
        r"methods\.dsl_minilm: neural learns from soft labels; name whose in `teacher`",
    ),
    "a decoder without word vectors": (
        lambda c: c["methods"]["zeroshottm"].update(parameters={"decoder": "etm", "target": "counts"}),
        r"methods\.zeroshottm: neural starts from word vectors; name some in `word_vectors`",
    ),
    "an ablation that takes away what a model reads": (
        lambda c: (ablate(c, "input", [[]], "fastopic"), c["run"]["ablations"].append("x")),
        r"methods\.fastopic: fastopic reads hidden states or embeddings",
    ),
    "a mixed teacher at the temperature of others": (
        lambda c: c["methods"]["grounded"]["parameters"].pop("temperature"),
        r"methods\.grounded\.parameters has no temperature; its teacher grounded is mixed, .*: write temperature: 1$",
    ),
    "a view that is called like a model": (
        lambda c: c["views"]["near"].update(title="MiniLM"),
        r"run\.references: minilm and run\.references: near are both called 'MiniLM' and would share a row",
    ),
    "a model at a branch": (
        lambda c: c["lms"]["minilm"].update(source={"kind": "hub", "id": "a/b", "revision": "main"}),
        r"lms\.minilm\.source\.revision of a/b is 'main', not a commit; copy the 40 hexadecimal digits of a commit",
    ),
    "a colour that is none": (
        lambda c: c["methods"]["lda"].update(color="#12"),
        r"methods\.lda\.color: '#12' does not fit; it must be a colour as in \"#1f77b4\"",
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
    "neighbours of a teacher that is not mixed": (
        lambda c: c["teachers"]["minilm"].update(neighbours={"view": "lsa"}),
        r"config: teachers\.minilm has neighbours and no parts",
    ),
    "a mixed teacher that is read": (
        lambda c: c["methods"]["dsl_smollm2"].update(input=["grounded"]),
        r"config: methods\.dsl_smollm2\.input: grounded is a mixed teacher, which has no states",
    ),
    "vectors with a key of another kind": (
        lambda c: c["word_vectors"]["minilm_words"].update(kind="corpus"),
        r"config: word_vectors\.minilm_words has 'teacher', which vectors of kind corpus do not have.*teacher: null",
    ),
    "a thought about something else": (
        lambda c: c["prompts"]["theme"].update(think={"template": "{words}:"}),
        r"config: prompts\.theme: one of template and think\.template has \{document\}, the other \{words\}",
    ),
    "names of classes alone": (
        lambda c: c["corpora"]["wordnet_topics"].update(
            source={"kind": "table", "path": "a.csv", "text": "text", "label_name": "kind"}
        ),
        r"config: corpora\.wordnet_topics\.source has label_name and no label",
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
        r"references: smollm2_whole and run\.references: minilm are both called 'SmolLM2-135M'",
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
    "an input that the model does not read": (
        lambda c: c["methods"]["lda"].update(input=["minilm"]),
        r"methods\.lda\.input: lda makes no use of it with these parameters; .* write input: \[\]",
    ),
    "a teacher whose label is no target": (
        lambda c: c["methods"]["prodlda"].update(teacher="minilm"),
        r"methods\.prodlda\.teacher: neural makes no use of it .* write teacher: null",
    ),
    "a hub model without a revision": (
        lambda c: c["lms"]["smollm2"].update(source={"kind": "hub", "id": "a/b"}),
        r"lms\.smollm2\.source lacks a key: 'revision'",
    ),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_one_sentence_that_says_where(config, mistake):
    check_refused(config, *MISTAKES[mistake])
