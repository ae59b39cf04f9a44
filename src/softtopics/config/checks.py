"""What a schema cannot say: names that exist, parameters that models take, files that are there, titles that differ."""

from collections.abc import Iterator
from pathlib import Path

from softtopics.config.grid import (
    external_references,
    method_settings,
    used_corpora,
    used_readings,
    used_vectors,
    used_word_scores,
    variants,
)
from softtopics.config.held_out import check_held_out
from softtopics.config.method_checks import check_ablation, check_method, check_trained
from softtopics.config.teachers import is_model, reading_titles
from softtopics.config.view_checks import READ, check_encoded_words, check_views
from softtopics.corpora.languages import check_language
from softtopics.errors import InputError, suggestion
from softtopics.hub import check_id, local_folder
from softtopics.metrics.raters.catalogue import RATERS


def check(config: dict) -> None:
    """Refuse what would fail only later, in a job.

    Args:
        config: with the schema's defaults.

    Raises:
        InputError: the first mistake found.
    """
    if "corpus" in config["reference_texts"]:
        raise InputError("config: reference_texts.corpus: that name means the corpus itself; choose another")
    check_names(config, places(config))
    check_views(config)
    for name, teacher in config["teachers"].items():
        check_teacher(f"teachers.{name}", teacher, config["lms"], config["prompts"].get(teacher.get("prompt"), {}))
    check_encoded_words(config)
    for name, prompt in config["prompts"].items():
        check_prompt(f"prompts.{name}", prompt)
    for name, source in config["word_vectors"].items():
        check_vectors(f"word_vectors.{name}", source)
    for name, ablation in config["ablations"].items():
        check_ablation(f"ablations.{name}", name, ablation)
    for name, block in config["methods"].items():
        check_method(config, name, block)
    check_names(config, places_of_variants(config))
    check_trained(config)
    check_titles(config)
    check_rating(config)
    check_sources(config)
    check_held_out(config)


VECTORS = {"corpus": ("size", "epochs"), "file": ("path",), "gensim": ("name",), "encoder": ("teacher",)}

# Where in the config, the name that it gives, the catalogues of which one must have it.
Place = tuple[str, str, tuple[str, ...]]


def places(config: dict) -> Iterator[Place]:
    """Every place that names an entry of a catalogue, but for those of methods and their variants."""
    run = config["run"]
    for catalogue in ("corpora", "methods", "ablations"):
        yield from ((f"run.{catalogue}", name, (catalogue,)) for name in run[catalogue])
    yield from (("run.references", name, READ) for name in run["references"])
    for kind, catalogue in (("words", "word_vectors"), ("documents", "views")):
        if judge := config["evaluation"]["judges"][kind]:
            yield f"evaluation.judges.{kind}", judge, (catalogue,)
    where = "evaluation.coherence.references"
    yield from ((where, name, ("reference_texts",)) for name in external_references(config))
    for name, teacher in config["teachers"].items():
        if is_model(config, name):
            yield f"teachers.{name}.lm", teacher["lm"], ("lms",)
            yield f"teachers.{name}.prompt", teacher["prompt"], ("prompts",)
    for catalogue in READ:
        for name, block in config[catalogue].items():
            named = (part["teacher"] for part in block.get("parts", ()) if "teacher" in part)
            yield from ((f"{catalogue}.{name}.parts", teacher, ("teachers",)) for teacher in named)
            if block.get("neighbours"):
                yield f"{catalogue}.{name}.neighbours.view", block["neighbours"]["view"], ("views",)
    for name, source in config["word_vectors"].items():
        if source["kind"] == "encoder":
            yield f"word_vectors.{name}.teacher", source["teacher"], ("teachers",)
    for name, ablation in config["ablations"].items():
        for catalogue in ("methods", "corpora"):
            yield from ((f"ablations.{name}.{catalogue}", key, (catalogue,)) for key in ablation[catalogue] or [])
    for name, methods in config["report"]["backbones"].items():
        yield from ((f"report.backbones.{name}", method, ("methods",)) for method in methods)


def places_of_variants(config: dict) -> Iterator[Place]:
    """What methods learn from, read and start from, as their blocks say and as ablations change it."""
    for method in config["methods"]:
        for variant in variants(config, method):
            own = method_settings(config, method, variant)
            yield from ((f"methods.{method}", name, READ) for name in own["input"])
            if own["teacher"]:
                yield f"methods.{method}", own["teacher"], ("teachers",)
            if own["word_vectors"]:
                yield f"methods.{method}.word_vectors", own["word_vectors"], ("word_vectors",)


def check_names(config: dict, named: Iterator[Place]) -> None:
    for where, name, catalogues in named:
        known = [key for catalogue in catalogues for key in config[catalogue]]
        if name not in known:
            raise InputError(f"config: {where}: {catalogues[0]} has no {name!r}{suggestion(name, known)}")


def check_prompt(where: str, prompt: dict) -> None:
    """What the model thinks about first is what it is shown."""
    think = prompt.get("think")
    if think and ("{words}" in prompt["template"]) != ("{words}" in think["template"]):
        raise InputError(
            f"config: {where}: one of template and think.template has {{document}}, the other {{words}}; a model "
            "thinks about what it reads: write the same in both"
        )


def check_vectors(where: str, source: dict) -> None:
    """Vectors have no keys of another kind, which a file over config.yaml may have left them."""
    if extra := set(source) - {"kind", *VECTORS[source["kind"]]}:
        raise InputError(
            f"config: {where} has {min(extra)!r}, which vectors of kind {source['kind']} do not have; leave it out or, "
            f"where it comes from another file, write {min(extra)}: null"
        )


def check_teacher(where: str, teacher: dict, lms: dict, prompt: dict) -> None:
    """A teacher with a source or with parts reads nothing itself; any other scores words as its kind of model can."""
    reads = [key for key in ("lm", "prompt", "words") if key in teacher]
    if "parts" in teacher and (extra := [*reads, *(["source"] if "source" in teacher else [])]):
        raise InputError(f"config: {where} has parts and {extra[0]!r}; a mixed teacher is nothing else: leave out one")
    if teacher.get("neighbours") and "parts" not in teacher:
        raise InputError(
            f"config: {where} has neighbours and no parts, but only mixed teachers average over them; make one of its "
            "own, with parts: [{teacher: ...}] and neighbours"
        )
    if "source" in teacher:
        if reads:
            raise InputError(
                f"config: {where} has a source and {reads[0]!r}; published soft labels need no model: leave out one "
                "of them"
            )
        check_dataset(f"{where}.source", teacher["source"])
    if "source" in teacher or "parts" in teacher:
        return
    words, kind = teacher["words"], lms[teacher["lm"]]["kind"]
    if kind == "encoder" and prompt.get("think"):
        raise InputError(f"config: {where}.prompt has `think`, but an encoder writes nothing; take another prompt")
    needed = "scale" if kind == "encoder" else "forms"
    known = ["scale"] if kind == "encoder" else ["forms", "unspaced", "tokens", "branches"]
    given = {key: value for key, value in words.items() if (key, value) != ("tokens", "first")}
    if needed not in given:
        raise InputError(f"config: {where}.words lacks {needed!r}, which the words of a model of kind {kind} need")
    if wrong := [key for key in given if key not in known]:
        raise InputError(f"config: {where}.words has {wrong[0]!r}; a model of kind {kind} knows {', '.join(known)}")


def check_titles(config: dict) -> None:
    """Rows and sections of tables are told apart by their titles alone."""
    run = config["run"]
    ablations = [config["ablations"][name] for name in run["ablations"]]
    shown = {
        "corpora": used_corpora(config),
        "methods": [*run["methods"], *(method for block in ablations for method in block["methods"])],
        "teachers": [scores.teacher for scores in used_word_scores(config)],
    }
    titles = [
        [(f"{kind}.{name}", config[kind][name]["title"]) for name in dict.fromkeys(shown[kind])] for kind in shown
    ]
    titles.append([(f"run.references: {name}", title) for name, title in reading_titles(config).items()])
    for named in titles:
        seen: dict[str, str] = {}
        for where, title in named:
            if (other := seen.setdefault(title, where)) != where:
                raise InputError(
                    f"config: {other} and {where} are both called {title!r} and would share a row; give one of them "
                    "another title"
                )


def check_rating(config: dict) -> None:
    """There is such a rater, and one that asks a language model has one to ask."""
    rating = config["rating"]
    if rating["kind"] not in RATERS:
        raise InputError(
            f"config: rating.kind: there is no rater {rating['kind']!r}{suggestion(rating['kind'], RATERS)}"
        )
    if "@" in rating["base_url"] or "?" in rating["base_url"]:
        raise InputError(
            "config: rating.base_url: an address with a password or a key in it would be shown in the report; put the "
            "key into the environment variable that rating.api_key_env names"
        )
    if not rating["enabled"] or not RATERS[rating["kind"]].needs_lm:
        return
    able = [name for name, block in config["lms"].items() if block["kind"] == "causal_lm"]
    if rating["lm"] not in able:
        raise InputError(
            f"config: rating.lm: kind {rating['kind']} needs a key of lms of kind causal_lm, not {rating['lm']!r}"
            f"{suggestion(str(rating['lm']), able)}"
        )


def check_sources(config: dict) -> None:
    """What corpora and models in use are read from is pinned, or is a folder on this machine."""
    for name in used_corpora(config):
        source, preparation = config["corpora"][name]["source"], config["corpora"][name]["preparation"]
        check_language(f"config: corpora.{name}.preparation.language", preparation["language"])
        check_dataset(f"corpora.{name}.source", source)
        if source.get("label_name") and not source.get("label"):
            raise InputError(f"config: corpora.{name}.source has label_name and no label; name the classes in label")
        if source["kind"] == "soft_labels" and preparation["with_words_only"]:
            raise InputError(
                f"config: corpora.{name}.preparation.with_words_only: its source brings a vocabulary of its own; set "
                "it to false"
            )
    rating = config["rating"]
    lms = {one.lm for one in used_readings(config)} | ({rating["lm"]} if rating["enabled"] else set())
    encoded = [config["word_vectors"][name] for name in used_vectors(config)]
    lms |= {config["teachers"][source["teacher"]]["lm"] for source in encoded if source["kind"] == "encoder"}
    for name, block in config["lms"].items():
        if name not in lms:
            continue
        source = block["source"]
        if source["kind"] == "hub":
            check_id(f"config: lms.{name}.source", source["id"], source["revision"])
        if source["kind"] == "folder" and not local_folder(source["path"]):
            raise InputError(
                f"config: lms.{name}.source.path: there is no folder {source['path']}; give one that save_pretrained "
                "wrote (paths start at the working directory)"
            )


def check_dataset(where: str, source: dict) -> None:
    """A dataset of the hub is pinned."""
    if source["kind"] in ("hub", "soft_labels"):
        check_id(f"config: {where}", source["id"], source.get("revision"))


def check_files(config: dict) -> None:
    """The files that corpora, word vectors and coherence in use are read from are on this machine.

    Raises:
        InputError: one is not.
    """
    for name in used_corpora(config):
        source = config["corpora"][name]["source"]
        if source["kind"] == "table":
            check_file(f"corpora.{name}.source.path", source["path"])
        check_words(f"corpora.{name}.source", source)
    for name, teacher in config["teachers"].items():
        check_words(f"teachers.{name}.source", teacher.get("source", {}))
    for name in used_vectors(config):
        if path := config["word_vectors"][name].get("path"):
            check_file(f"word_vectors.{name}.path", path)
    for name in external_references(config):
        check_file(f"reference_texts.{name}.path", config["reference_texts"][name]["path"])


def check_words(where: str, source: dict) -> None:
    """A file of words, which a dataset of soft labels may need."""
    if words := source.get("vocabulary"):
        check_file(f"config: {where}.vocabulary", str(Path(words).expanduser()))


def check_file(where: str, path: str) -> None:
    if not Path(path).is_file():
        raise InputError(f"{where}: there is no file {path}; paths start at the working directory")
