"""Where files are, what jobs read and what they are told: plain functions of a checked config."""

import copy

import pytest
from configs import EMBEDDED
from conftest import SCHEMA

from softtopics.config import grid, settings, teachers
from softtopics.config.grid import Cell
from softtopics.jobs import parameters
from softtopics.jobs.paths import Paths
from softtopics.metrics.raters import catalogue as raters
from softtopics.report.catalogue import FIGURES, TABLES, items
from softtopics.report.layout import Layout, layout_of

TOPICS = "results/embedded/corpora/wordnet_topics"


@pytest.fixture
def raw(tmp_path) -> dict:
    """The embedded experiment with a vocabulary ablation, a teacher that is a dataset and an external reference."""
    config = copy.deepcopy(EMBEDDED)
    (tmp_path / "theirs").mkdir()
    (tmp_path / "theirs/a.parquet").write_bytes(b"")
    (tmp_path / "words.txt").write_text("law\n", encoding="utf-8")
    (tmp_path / "wiki.txt").write_text("text\n", encoding="utf-8")
    source = {"kind": "soft_labels", "id": str(tmp_path / "theirs"), "vocabulary": str(tmp_path / "words.txt")}
    config["teachers"]["theirs"] = {"title": "Theirs", "source": source}
    config["ablations"]["v"] = {
        "methods": ["etm", "dsl_smollm2"],
        "parameter": "vocabulary_size",
        "values": [100, 2000],
    }
    config["run"] |= {"ablations": ["v"], "topics": [25, 50], "seeds": [0, 1]}
    config["reference_texts"] = {"wiki": {"title": "Wiki", "path": str(tmp_path / "wiki.txt")}}
    config["evaluation"] = {"coherence": {"references": ["corpus", "wiki"]}}
    config["rating"] = {"enabled": True, "kind": "likelihood", "lm": "smollm2"}
    return config


def load(raw: dict) -> dict:
    return settings.load(copy.deepcopy(raw), SCHEMA)


def test_results_are_below_the_experiment_and_models_beside_all_experiments(raw):
    paths = Paths(load(raw | {"results": "store", "experiment": "mine"}))
    assert paths.lm == "store/lms/{lm}/source.json" and paths.lm_log == "store/lms/{lm}.log"
    assert paths.runs == "store/mine/runs/{corpus}/{method}/{variant}/k{k}.npz"
    assert paths.log("runs/{corpus}") == "store/mine/logs/runs/{corpus}.log"
    assert paths.benchmark("runs/{corpus}") == "store/mine/benchmarks/runs/{corpus}.tsv"
    assert {paths.page, paths.all_scores} == {"store/mine/report.html", "store/mine/scores.csv"}


def test_a_corpus_is_three_files_of_which_two_are_of_a_vocabulary(raw):
    paths = Paths(load(raw))
    assert paths.of_corpus("wordnet_topics", 100) == {
        "documents": f"{TOPICS}/documents.parquet",
        "vocabulary": f"{TOPICS}/v100/vocabulary.txt",
        "bow": f"{TOPICS}/v100/bow.npz",
    }
    assert paths.size("wordnet_topics") == 2000


def test_teachers_of_one_reading_share_its_states_and_a_dataset_has_its_own(raw):
    paths = Paths(load(raw))
    own = "results/embedded/teachers/wordnet_topics/smollm2_whole/v2000/hidden.npy"  # on the way to whole words
    assert {paths.of_hidden("wordnet_topics", t) for t in ("smollm2", "smollm2_whole", "smollm2_paper")} == {own}
    assert paths.of_hidden("wordnet_topics", "minilm", "meta.json").endswith("/minilm/document/meta.json")
    assert paths.of_hidden("wordnet_topics", "smollm2", "meta.json") == own.replace("hidden.npy", "meta.json")
    raw["run"] |= {"methods": ["dsl_smollm2_paper"], "references": [], "ablations": []}
    alone = Paths(load(raw))
    assert alone.of_hidden("wordnet_topics", "smollm2").endswith("/hidden/wordnet_topics/smollm2/theme/hidden.npy")
    assert paths.of_hidden("wordnet_topics", "theirs") == "results/embedded/hidden/wordnet_topics/theirs/hidden.npy"
    assert paths.of_teacher("c", "theirs", 100) == "results/embedded/teachers/c/theirs/v100/logits.npy"


def test_a_cell_reads_what_its_method_and_variant_say(raw):
    raw["methods"]["combinedtm"]["input"] = ["smollm2", "minilm"]
    paths = Paths(load(raw))
    of = {method: paths.of_cell(Cell("wordnet_topics", method, "default", 50)) for method in raw["run"]["methods"]}
    assert of["lda"] == paths.of_corpus("wordnet_topics", 2000) | {"hidden": [], "logits": [], "vectors": []}
    assert of["etm"]["vectors"] == [f"{TOPICS}/v2000/vectors/corpus.npy"]
    assert [path.split("/")[-3] for path in of["combinedtm"]["hidden"]] == ["smollm2_whole", "minilm"]
    assert of["dsl_minilm"]["logits"] == ["results/embedded/teachers/wordnet_topics/minilm/v2000/logits.npy"]
    small = Cell("wordnet_topics", "dsl_smollm2", "v-100", 50)
    assert paths.size_of(small) == 100
    changed = {"vocabulary", "bow", "logits"}
    of_small, of_default = paths.of_cell(small), of["dsl_smollm2"]
    assert {name for name in of_small if of_small[name] != of_default[name]} == changed
    assert all("/v100/" in str(of_small[name]) for name in changed)


@pytest.mark.parametrize(
    ("rating", "reads"),
    [
        ({"kind": "likelihood", "lm": "smollm2"}, {"logits": "associations.npy", "vocabulary": "vocabulary.txt"}),
        ({"kind": "lm", "lm": "smollm2"}, {"lm": "results/lms/smollm2/source.json"}),
        ({"kind": "server"}, {}),
    ],
)
def test_a_rater_reads_what_its_row_says(raw, rating, reads):
    raw["rating"] = {"enabled": True, **rating}
    found = Paths(load(raw)).of_rater("wordnet_topics", 2000)
    assert {name: path.endswith(reads[name]) for name, path in found.items()} == dict.fromkeys(reads, True)


def test_ratings_are_files_of_the_parts_that_rate_the_cells(raw):
    config = load(raw)
    main, ablated = grid.default_cells(config), grid.ablation_cells(config, "v")
    topics = [cell for cell in main if cell.corpus == "wordnet_topics"]
    folder = "results/embedded/ratings/wordnet_topics"
    assert Paths(config).of_ratings(topics) == [f"{folder}/v2000/main.csv"]
    new = [cell for cell in ablated if cell.variant == "v-100" and cell.corpus == "wordnet_topics"]
    assert Paths(config).of_ratings(new) == [f"{folder}/v100/ablation_v.csv"]
    assert len(Paths(config).of_ratings([*main, *ablated])) == 4
    raw["rating"]["enabled"] = False
    assert Paths(load(raw)).of_ratings(main) == []


@pytest.mark.parametrize("rated", [True, False])
@pytest.mark.parametrize("catalogue", [TABLES, FIGURES], ids=["tables", "figures"])
def test_an_item_reads_the_files_of_what_it_shows(raw, catalogue, rated):
    raw["rating"]["enabled"] = rated
    config = load(raw)
    paths, found = Paths(config), items(catalogue, config)
    for name, item in found.items():
        files = paths.of_item(item)
        assert list(files) == list(item.reads), name
        assert len(files.get("audits", item.corpora)) == len(item.corpora), name
        assert files.get("scores", []) == (paths.of_scores(item.cells) if "scores" in item.reads else []), name
        for kind in {"ratings", "validity"} & set(files):
            assert bool(files[kind]) == rated, name
    assert len(paths.of_item(found["main"])["scores"]) == 2 * 13 * 2  # corpora, methods, K
    if catalogue is TABLES:
        files = {name: paths.of_item(found[name]) for name in ("ablation_v", "topics", "teachers", "corpora")}
        assert len(files["ablation_v"]["scores"]) == 2 * 2 * 2 * 2  # corpora, methods, values, K
        assert len(files["topics"]["runs"]) == 2 * 13 and all("/k50.npz" in path for path in files["topics"]["runs"])
        assert len(files["teachers"]["words"]) == len(files["teachers"]["readings"]) == 2 * 5  # one of them at two V
        assert files["corpora"]["vocabularies"][0] == f"{TOPICS}/v2000/audit.json"
        assert ("rating_validity" in found) == rated


def test_a_reading_depends_on_a_measured_type_and_not_on_how_many_jobs_share_it(raw):
    config = load(raw | {"extraction": {"jobs": 4}})
    assert Paths(config).of_dtype() == ["results/embedded/dtype.json"]
    assert teachers.extraction(config) == {"dtype": "auto", "batch_tokens": None}
    assert Paths(load(raw | {"extraction": {"dtype": "float32"}})).of_dtype() == []


def test_a_job_asks_for_the_memory_of_its_language_model():
    of = {"parameters": 8e9, "hidden": 4096}
    assert [parameters.gigabytes(lm) for lm in ({"size": of}, {})] == [44, 16]


def test_counts_report_and_datasets_are_all_files_of_their_kind(raw):
    paths = Paths(load(raw))
    assert paths.of_counts("wordnet_topics", 100) == [
        f"results/embedded/counts/wordnet_topics/v100/{reference}.npz" for reference in ("corpus", "wiki")
    ]
    assert sorted(paths.of_report(["main"], ["main"])) == sorted(
        f"results/embedded/{name}" for name in (
            "tables/main.csv", "tables/main.md", "tables/main.tex", "tables/main.html", "figures/main.pdf",
            "figures/main.png",
        )
    )  # fmt: skip
    datasets = [f"results/embedded/datasets/{c}/{t}/README.md" for c in raw["run"]["corpora"] for t in
                ("smollm2_whole", "smollm2_paper", "minilm")]  # fmt: skip
    assert paths.of_datasets() == datasets  # none of another vocabulary size


def test_documents_and_vocabulary_depend_on_their_part_of_a_preparation_alone(raw):
    config = load(raw)
    of_documents = parameters.of_documents(config, "wordnet_topics")
    everything = config["corpora"]["wordnet_topics"]["preparation"]
    assert set(everything) - set(of_documents) == {"vocabulary_size", "min_documents", "with_words_only", "held_out"}
    assert of_documents.items() <= everything.items() and "deduplicate" in of_documents
    everything["with_words_only"] = True
    expected = of_documents | {"with_words_of": {"vocabulary_size": 2000, "min_documents": 2}}
    assert parameters.of_documents(config, "wordnet_topics") == expected


def test_files_of_a_source_are_the_users_own_and_a_hubs_are_none(raw, tmp_path):
    theirs = raw["teachers"]["theirs"]["source"]
    (tmp_path / "theirs/.cache").write_bytes(b"")
    assert parameters.files_of(theirs) == [str(tmp_path / "theirs/a.parquet"), str(tmp_path / "words.txt")]
    assert parameters.files_of({"kind": "table", "path": "a.csv"}) == ["a.csv"]
    assert parameters.files_of({"kind": "wordnet", "entries": "topics"}) == parameters.files_of(None) == []
    assert parameters.files_of({"kind": "hub", "id": "owner/name", "text": "text"}) == []
    for name in ("model.safetensors", "README.md"):
        (tmp_path / "theirs" / name).write_bytes(b"")
    assert parameters.model_files({"kind": "folder", "path": str(tmp_path / "theirs")}) == [
        str(tmp_path / "theirs" / name) for name in ("a.parquet", "model.safetensors")
    ]
    assert parameters.model_files({"kind": "hub", "id": "owner/name"}) == []


def test_errors_name_a_source_by_what_the_user_wrote(raw, tmp_path):
    (tmp_path / "mine.csv").write_text("text\nwords\n", encoding="utf-8")
    raw["corpora"]["mine"] = {"source": {"kind": "table", "path": str(tmp_path / "mine.csv"), "text": "text"}}
    raw["corpora"]["theirs"] = {"source": raw["teachers"]["theirs"]["source"]}
    config = load(raw)
    names = [parameters.source_name(config, corpus) for corpus in ("wordnet_topics", "mine", "theirs")]
    assert names == ["corpora.wordnet_topics", str(tmp_path / "mine.csv"), str(tmp_path / "theirs")]
    own = [parameters.own_words(config, corpus) for corpus in ("wordnet_topics", "mine", "theirs")]
    assert own == [None, None, config["corpora"]["theirs"]["source"]]


def test_a_teacher_is_scored_by_the_module_and_settings_of_its_kind(raw):
    config = load(raw)
    told = {teacher: parameters.scoring(config, teacher) for teacher in ("smollm2_paper", "smollm2_whole", "minilm")}
    assert {name: one["scorer"] for name, one in told.items()} == {
        "smollm2_paper": "word_scores", "smollm2_whole": "whole_words", "minilm": "scaled_cosines",
    }  # fmt: skip
    assert told["smollm2_paper"]["settings"] == {"forms": ["written"]}
    assert told["smollm2_whole"]["settings"] == {"forms": ["written", "capitalized"], "branches": 16}
    assert told["minilm"]["settings"] == {"scale": config["teachers"]["minilm"]["words"]["scale"]}
    assert all(one["words"] == config["teachers"][name]["words"] for name, one in told.items())
    config["teachers"]["smollm2_paper"]["words"]["branches"] = 3  # of whole words: first tokens know none
    assert parameters.scoring(config, "smollm2_paper")["settings"] == {"forms": ["written"]}


@pytest.mark.parametrize(
    ("rating", "told", "title"),
    [
        (
            {"kind": "likelihood", "lm": "smollm2", "prompt": "Rate {words}", "chat": False},
            {"kind": "likelihood"},
            "likelihood of a topic's words given each other under SmolLM2-135M, 0 to 1",
        ),
        (
            {"kind": "lm", "lm": "smollm2", "chat": False},
            {"kind": "lm", "chat": False, "cache": "c"}
            | {"dtype": "auto", "batch_tokens": None, "trust_remote_code": False},
            "the expected answer of SmolLM2-135M, 1 to 3",
        ),
        (
            {"kind": "server", "model": "judge", "prompt": "Rate {words}", "base_url": "http://here/v1"},
            {"kind": "server", "prompt": "Rate {words}", "base_url": "http://here/v1", "model": "judge", "cache": "c"}
            | {"api_key_env": "OPENAI_API_KEY", "retries": 5, "parallel": 4},
            "the answer of judge, 1 to 3",
        ),
    ],
    ids=["likelihood", "lm", "server"],
)  # fmt: skip
def test_a_rater_is_told_what_its_row_says_and_named_with_its_scale(raw, rating, told, title):
    raw["rating"] = {"enabled": True, **rating}
    raw["run"]["methods"] = ["lda", "dsl_minilm"]
    assert raters.settings(load(raw), "c") == told
    assert raters.title(load(raw)) == title
    raw["run"]["methods"] = ["lda", "dsl_smollm2"]
    warned = " (it may favour the methods that it teaches)" if rating["kind"] != "server" else ""
    assert raters.title(load(raw)) == title + warned
    raw["rating"]["enabled"] = False
    assert raters.title(load(raw)) == ""


def test_a_layout_takes_order_titles_and_colours_from_the_config(raw):
    raw["methods"]["lda"] |= {"title": "Latent", "color": "#112233"}
    raw["evaluation"] |= {"alpha": 0.01, "correction": "holm"}
    config = load(raw)
    methods = ["etm", "lda", "dsl_minilm"]
    found = layout_of(config, ["wordnet_nouns"], methods, [50])
    layout = Layout.load(found, {"wordnet_nouns": {"classes": {"animal": 3, "food": 4}}})
    assert layout.methods == {"etm": "ETM", "lda": "Latent", "dsl_minilm": config["methods"]["dsl_minilm"]["title"]}
    assert list(layout.methods) == methods and layout.corpora == {"wordnet_nouns": "WordNet nouns"}
    assert layout.colors == {"lda": "#112233"} and layout.proposed == ["dsl_minilm"]
    assert (layout.topics, layout.seeds, layout.alpha, layout.correction) == ([50], [0, 1], 0.01, "holm")
    assert layout.references == {"corpus": "corpus", "wiki": "Wiki"} and layout.vectors == {"ETM": "the corpus itself"}
    assert layout.rated and layout.labelled == {"wordnet_nouns"}
    assert layout.about("c_v@wiki").title == "C_V (Wiki)" and layout.about("purity").title == "Purity"
    assert not Layout.load(found, {"wordnet_nouns": {"classes": {"animal": 7}}}).labelled


def test_readings_are_called_by_their_model_with_the_prompt_where_it_has_several(raw):
    raw["run"]["references"] = ["smollm2_whole", "smollm2_paper", "minilm", "theirs"]
    found = layout_of(load(raw), ["wordnet_topics"], ["lda"], [50])
    titles = {teacher: block["title"] for teacher, block in load(raw)["teachers"].items()}
    assert found["teachers"] == {teacher: titles[teacher] for teacher in raw["run"]["references"]}
    # the first two read alike
    assert found["readings"] == {"smollm2_whole": "SmolLM2-135M", "minilm": "MiniLM", "theirs": "Theirs (published)"}
    raw["teachers"]["smollm2_paper"]["prompt"] = "document"
    assert layout_of(load(raw), ["wordnet_topics"], ["lda"], [50])["readings"] == {
        "smollm2_whole": "SmolLM2-135M, prompt theme", "smollm2_paper": "SmolLM2-135M, prompt document",
        "minilm": "MiniLM", "theirs": "Theirs (published)",
    }  # fmt: skip
