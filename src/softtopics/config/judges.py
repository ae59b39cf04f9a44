"""What judges without labels, and which methods have read what a judge is made of."""

from collections.abc import Iterator

from softtopics.config.teachers import is_mixed, is_model

WORDS = "the words of the documents"
# Models whose theta is made of embeddings alone: the words of the documents only describe their topics.
BY_EMBEDDINGS = ("bertopic",)
NEURAL = ("neural", "consensus")  # whose theta is made of what their parameters say


def judges(config: dict) -> dict[str, str]:
    """The key of `word_vectors` and that of `views` that judge, by the metric that each gives."""
    named = config["evaluation"]["judges"]
    found = {"embedding_coherence": named["words"], "neighbour_agreement": named["documents"]}
    return {metric: name for metric, name in found.items() if name}


def words_judged(config: dict) -> bool:
    """Whether something beside counts judges the words of topics: a rater or word vectors."""
    return config["rating"]["enabled"] or bool(config["evaluation"]["judges"]["words"])


def judge_title(config: dict, metric: str) -> str:
    """What tables call the judge behind a metric."""
    name = judges(config)[metric]
    if metric == "neighbour_agreement":
        return config["views"][name]["title"]
    return vectors_title(config, name)


def vectors_title(config: dict, vectors: str) -> str:
    """Where word vectors come from."""
    source = config["word_vectors"][vectors]
    if source["kind"] == "encoder":
        return config["teachers"][source["teacher"]]["title"]
    return source.get("path") or source.get("name") or "the corpus itself"


def favoured(config: dict, metric: str) -> list[str]:
    """Methods of `run` that have read something of what the judge behind a metric is made of, and may so please it."""
    name = judges(config)[metric]
    made = set(of_states(config, name) if metric == "neighbour_agreement" else of_vectors(config, name))
    return [method for method in config["run"]["methods"] if made & set(of_method(config, method))]


def of_method(config: dict, method: str) -> Iterator[str]:
    """What a method has read: models, datasets, files, and the words of the documents."""
    block = config["methods"][method]
    for name in [*filter(None, [block["teacher"]]), *block["input"]]:
        yield from of_states(config, name)
    if block["word_vectors"]:
        yield from of_vectors(config, block["word_vectors"])
    if counts_words(block):
        yield WORDS


def counts_words(block: dict) -> bool:
    """Whether a method's theta depends on counts of words; of models that are not known here it is taken to."""
    if block["model"] in NEURAL:
        own = block["parameters"]
        return own.get("reads", "input") != "input" or own.get("target", "soft_label") != "soft_label"
    return block["model"] not in BY_EMBEDDINGS


def of_states(config: dict, name: str) -> Iterator[str]:
    """What a teacher or a view is made of, with those of the view that it averages over."""
    block = config["views"].get(name) or config["teachers"][name]
    if name in config["teachers"] and not is_mixed(config, name):
        yield block["lm"] if is_model(config, name) else name
        return
    for part in block["parts"]:
        yield from of_states(config, part["teacher"]) if "teacher" in part else [WORDS]
    if block.get("neighbours"):
        yield from of_states(config, block["neighbours"]["view"])


def of_vectors(config: dict, name: str) -> Iterator[str]:
    """What word vectors are made of."""
    source = config["word_vectors"][name]
    if source["kind"] == "encoder":
        yield from of_states(config, source["teacher"])
    else:
        yield WORDS if source["kind"] == "corpus" else source.get("path") or source["name"]
