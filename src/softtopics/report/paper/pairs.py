"""Which of our rows stand beside which published ones, and under what other conditions ours were made.

Published: `published_results.csv`, the numbers of arXiv 2602.17907 (tables main, ablation, retrieval). A config maps
corpora, methods, teachers and values of ablations to its names by the key `published`.
"""

import csv
from pathlib import Path
from typing import NamedTuple

from softtopics.config import grid, teachers
from softtopics.config.model_parameters import defaults_of
from softtopics.errors import InputError, suggestion
from softtopics.metrics.catalogue import measured_in

RESULTS = Path(__file__).with_name("published_results.csv")
METRIC_NAMES = {
    "c_v": "c_v", "llm_rating": "llm_rating", "inverted_rbo": "i_rbo", "purity": "purity",
    "precision@1": "p_at_1", "precision@5": "p_at_5", "precision@10": "p_at_10",
}  # fmt: skip
DOCUMENTS = {"20_newsgroups": 18846, "tweet_topic": 21996, "stackoverflow": 20000}
TOPICS, SEEDS, WORDS, TEMPERATURE = [25, 50, 75, 100], 5, 2000, 3
EPOCHS = {"ECRTM": 200, "FASTopic": 200, "LDA": None, "BERTopic": None}  # all others: 100
ENCODER = "Alibaba-NLP/gte-large-en-v1.5"
READ_ENCODER = ("CombinedTM", "ZeroShotTM", "BERTopic", "FASTopic")  # and every ablation "Contextualized Embeddings"
LMS = {
    "ERNIE": "baidu/ERNIE-4.5-0.3B-PT",
    "Llama-1B": "meta-llama/Llama-3.2-1B-Instruct",
    "Llama-8B": "meta-llama/Llama-3.1-8B-Instruct",
}


class Pair(NamedTuple):
    """One of our rows beside a published one.

    Attributes:
        published: the published name.
        method, variant: ours, as in the scores.
        title: what our tables call it.
        corpora: on which it ran.
        topics: its K; empty where it has none (reference rows).
        kind: proposed (it learns from soft labels), variant (of an ablation), baseline, or reference (no topic model).
        conditions: what differs from the paper whatever is measured.
    """

    published: str
    method: str
    variant: str
    title: str
    corpora: list[str]
    topics: list[int]
    kind: str
    conditions: list[str]


def pairs(config: dict) -> list[Pair]:
    """All rows of an experiment that have a published partner, in the order of its config.

    Raises:
        InputError: a `published` names nothing that was published.
    """
    check(config)
    run = config["run"]
    corpora = [name for name in run["corpora"] if "published" in config["corpora"][name]]
    found = []
    for method in run["methods"]:
        block = config["methods"][method]
        if "published" in block:
            title = block["title"]
            found.append(pair(config, block["published"], method, grid.DEFAULT, title, corpora, run["topics"]))
    for ablation in run["ablations"]:
        block = config["ablations"][ablation]
        cells = grid.ablation_cells(config, ablation)
        for value, names in block["published"].items():
            for method, name in names.items():
                variant = grid.variant_name(ablation, value)
                own = [c for c in cells if (c.method, c.variant) == (method, variant)]
                title = f"{config['methods'][method]['title']}, {block['parameter']}: {value}"
                where = [c for c in dict.fromkeys(cell.corpus for cell in own) if "published" in config["corpora"][c]]
                found.append(pair(config, name, method, variant, title, where, list(dict.fromkeys(c.k for c in own))))
    found += references(config, corpora)
    return [one for one in found if one.corpora]


def references(config: dict, corpora: list[str]) -> list[Pair]:
    """The rows without a topic model: raw soft labels, and BoW wherever a teacher's are compared."""
    temperature = config["evaluation"]["reference_temperature"]
    found = []
    for teacher in config["run"]["references"]:
        block = config["teachers"].get(teacher) or config["views"][teacher]
        if "published" in block:
            notes = [*substitutes(config, block["published"], teacher, []), *scored(config, teacher)]
            notes += [f"compared at temperature {temperature:g}"]
            title = f"raw soft labels, {block['title']}"
            method = f"soft_labels/{teacher}"
            found.append(Pair(block["published"], method, grid.DEFAULT, title, corpora, [], "reference", notes))
    if found:
        bow = Pair("BoW (Baseline)", "bow", grid.DEFAULT, "BoW (tf-idf)", corpora, [], "reference", [])
        found.append(bow)
    return found


def pair(
    config: dict, published: str, method: str, variant: str, title: str, corpora: list[str], topics: list[int]
) -> Pair:
    own = grid.method_settings(config, method, variant)
    kind = "variant" if variant != grid.DEFAULT else "proposed" if own["teacher"] else "baseline"
    notes = substitutes(config, published, own["teacher"], own["input"])
    parameters = defaults_of(own["model"]) | own["parameters"]
    if own["teacher"] and "BoW" not in published:
        notes += scored(config, own["teacher"])
        if (temperature := parameters.get("temperature", TEMPERATURE)) != TEMPERATURE:
            notes.append(f"temperature {temperature:g}, not {TEMPERATURE}")
        if share := parameters.get("calibration"):
            notes.append(f"{share:g} of the corpus mean removed")
    expected = EPOCHS.get(published, 100)
    if expected and parameters.get("epochs", expected) != expected:
        notes.append(f"{parameters['epochs']} epochs, not {expected}")
    if parameters.get("standardize"):
        notes.append("inputs standardized")
    if differs := config["methods"][method].get("differs"):
        notes.append(differs)
    return Pair(published, method, variant, title, corpora, topics, kind, notes)


def substitutes(config: dict, published: str, teacher: str | None, inputs: list[str]) -> list[str]:
    """Models in place of those that the paper used as the teacher and to read documents."""
    encoded = published in READ_ENCODER or published.endswith("Contextualized Embeddings")
    lm, notes = lm_of(published), []
    reader = ENCODER if encoded else lm
    # Which LM a dataset is of, its id says (`scored`).
    if reader != ENCODER and all("source" in (config["teachers"].get(name) or {}) for name in inputs):
        reader = None
    if teacher and teachers.is_model(config, teacher) and lm and hub_id(config, teacher) != lm:
        notes.append(f"{model(config, teacher)} in place of {short(lm)}")
    if reader and inputs and [hub_id(config, name) for name in inputs] != [reader]:
        note = f"{' and '.join(model(config, name) for name in inputs)} in place of {short(reader)}"
        notes += [] if note in notes else [f"reads {note}"]
    if encoded and any(reads_texts(config, name) for name in inputs):
        notes.append("reads whole texts, not their lower-case vocabulary words")
    return notes


def reads_texts(config: dict, name: str) -> bool:
    """Whether a teacher reads whole documents, not their vocabulary words as the encoders of the paper's code do."""
    block = config["teachers"].get(name, {})
    return "prompt" in block and "{document}" in config["prompts"][block["prompt"]]["template"]


def scored(config: dict, teacher: str) -> list[str]:
    """How words are scored, where it is not the paper's way: the first token of the word as it is written."""
    if teachers.is_precomputed(config, teacher):
        return [f"soft labels as published in {config['teachers'][teacher]['source']['id']}"]
    if teachers.is_mixed(config, teacher):
        return ["a mixture of teachers in place of one"]
    words = config["teachers"][teacher]["words"]
    if "scale" in words:
        return ["words scored by cosine"]
    notes = ["whole words scored, not first tokens"] if words["tokens"] == "all" else []
    return notes + ([] if words["forms"] == ["written"] else [f"forms {' + '.join(words['forms'])} scored"])


def lm_of(published: str) -> str | None:
    """The hub id of the LM that a published name speaks of."""
    for name, lm in LMS.items():
        if published.endswith(f"({name})") or published.startswith(f"{short(lm)}: "):
            return lm
    return None


def hub_id(config: dict, name: str) -> str | None:
    """Of the model behind a teacher; None where there is none, or not one alone (a view)."""
    if name in config["views"] or not teachers.is_model(config, name):
        return None
    return config["lms"][config["teachers"][name]["lm"]]["source"].get("id")


def model(config: dict, name: str) -> str:
    """The title of what reads documents: a teacher's model, or the teacher or view itself where it is not one model."""
    if name in config["views"] or not teachers.is_model(config, name):
        return (config["views"].get(name) or config["teachers"][name])["title"]
    return config["lms"][config["teachers"][name]["lm"]]["title"]


def short(hub_id: str) -> str:
    return hub_id.rsplit("/", 1)[-1]


def metrics(config: dict) -> dict[str, tuple[str, str]]:
    """For every published metric ours, and what differs in how it is measured ("" where nothing does)."""
    ours = {name: (own, "") for name, own in METRIC_NAMES.items()}
    if external := grid.external_references(config):
        title = config["reference_texts"][external[0]]["title"]
        notes = [] if title == "Wikipedia" else [f"in {title}, not in all of Wikipedia"]
        notes += [] if config["evaluation"]["coherence"]["c_v"] == "palmetto" else ["gensim's, not Palmetto's"]
        ours["c_v"] = (measured_in("c_v", external[0]), f"C_V {', '.join(notes)}" if notes else "")
    else:
        ours["c_v"] = ("c_v", "C_V in the corpus itself, not in Wikipedia")
    rating = config["rating"]
    if rating["enabled"] and rating["kind"] != "likelihood":  # whose scale is another
        ours["llm_rating"] = ("llm_rating", f"rated by {rating['model' if rating['kind'] == 'server' else 'lm']}")
    else:
        del ours["llm_rating"]
    return ours


def corpus_conditions(block: dict, documents: int) -> list[str]:
    """What differs in the documents of a corpus: `block` says its published name and its preparation."""
    notes = []
    if documents != (published := DOCUMENTS[block["published"]]):
        why = ", each text once" if block["preparation"]["deduplicate"] else ""
        notes.append(f"{documents:,} documents, not {published:,}{why}")
    if block["preparation"]["capitalized"]:
        notes.append("capitalised words count")
    if (size := block["preparation"]["vocabulary_size"]) != WORDS:
        notes.append(f"{size:,} words, not {WORDS:,}")
    return notes


def read_published() -> list[dict[str, str]]:
    """Rows with the keys table, method, dataset, num_topics (a K or "mean"), metric, value."""
    with open(RESULTS, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def check(config: dict) -> None:
    """Every `published` of a config is a name that was published; every value and method of an ablation its own."""
    rows = read_published()
    methods, corpora = {row["method"] for row in rows}, {row["dataset"] for row in rows}

    def known(where: str, name: str, names: set[str]) -> None:
        if name not in names:
            raise InputError(f"config: {where}: nothing was published as {name!r}{suggestion(name, sorted(names))}")

    for catalogue, names in (("corpora", corpora), ("methods", methods), ("teachers", methods)):
        for name, block in config[catalogue].items():
            if "published" in block:
                known(f"{catalogue}.{name}.published", block["published"], names)
    for ablation, block in config["ablations"].items():
        values = [grid.variant_name(ablation, value) for value in block["values"]]
        for value, mapped in block["published"].items():
            if grid.variant_name(ablation, value) not in values:
                raise InputError(f"config: ablations.{ablation}.published: {value!r} is none of its values")
            for method, name in mapped.items():
                if method not in block["methods"]:
                    raise InputError(f"config: ablations.{ablation}.published: {method!r} is none of its methods")
                known(f"ablations.{ablation}.published.{value}.{method}", name, methods)
