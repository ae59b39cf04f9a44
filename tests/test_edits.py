"""An edit of config or code reruns what depends on it, and nothing else."""

import os
import shutil
from pathlib import Path

import pytest
from dag import REPORTED, SMOKE, planned, snakemake


def append(name: str, edit, project: Path) -> None:
    """An edit that changes a file's content, not what it does."""
    first = (project / name).read_text(encoding="utf-8").splitlines()[0]
    edit(name, first, first + "\n# an edit" if first.startswith("#") else first.rstrip() + "  # an edit")


def test_the_explorer_is_there_and_its_data_are_written_again_without_texts(project, edit):
    data = project / "results/smoke/explorer/data"
    assert (data / "wordnet_topics/corpus/texts-0.js").stat().st_size > 5000
    assert len(list((data / "wordnet_topics/methods").iterdir())) == 12
    edit("config.yaml", "experiment: embedded", "report: {explorer: {texts: false}}\nexperiment: embedded")
    assert planned(project) == {"explorer_corpus": 1, "explorer_method": 12, "explorer": 1, "page": 1}


def test_an_edit_of_the_explorers_script_writes_the_page_alone(project, edit):
    edit("src/softtopics/report/explorer/page/data.js", '"use strict";', '"use strict"; // an edit')
    assert planned(project) == {"explorer": 1}


def test_an_older_file_in_place_of_another_reruns_what_depends_on_it(project, edit):
    """As `git checkout` of an earlier version may leave it: other content, an earlier date."""
    append("src/softtopics/metrics/diversity.py", edit, project)
    append("workflow/scripts/representations.py", edit, project)
    for name in ("src/softtopics/metrics/diversity.py", "workflow/scripts/representations.py"):
        os.utime(project / name, (0, 0))
    rules = planned(project)
    assert rules["evaluate"] == len(list((project / "results/smoke/runs").rglob("k*[0-9].npz")))
    assert rules["representations"] == 1 and not {"train", "counts", "rate"} & set(rules), rules


def test_an_edit_of_what_figures_share_reruns_only_figures_and_the_page_that_shows_them(project, edit):
    append("src/softtopics/report/figures/style.py", edit, project)
    rules = planned(project)
    assert rules == {"figure": 3, "page": 1}
    assert rules.reported == {"figures/main", "figures/ablation_temperature", "figures/ablation_vocabulary"}


@pytest.mark.parametrize("made", ["tables/topics", "figures/main"])
def test_an_edit_of_one_table_or_figure_reruns_it_and_the_page_alone(project, edit, made):
    append(f"src/softtopics/report/{made}.py", edit, project)
    rules = planned(project)
    suffixes = ("csv", "md", "tex", "html") if made.startswith("tables") else ("pdf", "png")
    assert rules == {made.split("s/")[0]: 1, "page": 1}
    assert rules.files == {f"results/smoke/{made}.{suffix}" for suffix in suffixes} | {"results/smoke/report.html"}


def test_a_new_row_of_the_catalogue_makes_its_table_and_no_other(project, edit):
    row = '"sizes": Row("Sizes", "corpora", ("audits", "vocabularies"), selection.every_corpus),'
    edit("src/softtopics/report/catalogue.py", "TABLES = {", f"TABLES = {{\n    {row}")
    rules = planned(project)
    assert rules == {"table": 1, "page": 1} and rules.reported == {"tables/sizes"}


def test_an_edit_of_a_model_reruns_its_runs_and_what_reads_their_scores(project, edit):
    append("src/softtopics/models/lda.py", edit, project)
    rules = planned(project)
    # lda as it is and with 100 words
    assert rules["train"] == rules["evaluate"] == 2
    assert not {"corpus", "vocabulary", "lm", "hidden", "teacher", "scaled_cosines", "representations"} & set(rules)
    # the temperature's table does not show it, nor do those of documents and teachers
    others = {"tables/ablation_temperature", "figures/ablation_temperature"}
    assert rules.reported == REPORTED - others - {"tables/corpora", "tables/duplicates", "tables/teachers"}


def test_a_new_temperature_trains_only_the_new_variant(project, edit):
    edit("workflow/experiments/smoke.yaml", "values: [2, 3]", "values: [2, 3, 7]")
    rules = planned(project)
    assert rules["train"] == rules["evaluate"] == 2  # one for each method of the ablation
    assert rules["rate"] == 1 and not {"associations", "validity"} & set(rules)
    assert not {"corpus", "lm", "hidden", "teacher", "representations"} & set(rules), rules
    assert rules.reported == {"tables/ablation_temperature", "figures/ablation_temperature"}


def test_a_new_vocabulary_size_reads_no_document_again(project, edit):
    edit("workflow/experiments/smoke.yaml", "values: [100, 300]", "values: [100, 200, 300]")
    rules = planned(project)
    # one for each of the two methods; one of them has a teacher
    assert (rules["vocabulary"], rules["scaled_cosines"], rules["train"], rules["evaluate"]) == (1, 1, 2, 2)
    assert set(rules) == {
        *("vocabulary", "encoded_words", "scaled_cosines", "word_vectors", "counts", "train", "evaluate"),
        *("associations", "rate"),
        *("table", "figure", "scores", "page", "explorer"),
    }, rules
    assert rules.reported == {"tables/ablation_vocabulary", "figures/ablation_vocabulary", "tables/teachers"}


def test_another_vocabulary_size_of_a_corpus_reads_no_document_again(project, edit):
    edit("workflow/experiments/smoke.yaml", "vocabulary_size: 300", "vocabulary_size: 100")
    rules = planned(project)
    assert "train" in rules and not {"corpus", "lm", "hidden"} & set(rules), rules


def test_another_count_of_neighbours_mixes_again_and_reads_nothing(project, edit):
    edit("config.yaml", "neighbours: {view: near, count: 10}", "neighbours: {view: near, count: 5}")  # the teacher's
    rules = planned(project)
    assert (rules["mixed_teacher"], rules["train"], rules["evaluate"]) == (1, 2, 2)  # both grounded methods
    assert not {"hidden", "teacher", "neighbours", "view", "corpus"} & set(rules), rules


def test_another_weight_of_a_part_mixes_again_and_compares_nothing(project, edit):
    edit("config.yaml", "- {of: words, weight: 0.5}", "- {of: words, weight: 0.6}")
    rules = planned(project)
    assert (rules["mixed_teacher"], rules["train"]) == (1, 2)
    assert not {"hidden", "teacher", "neighbours", "view", "corpus"} & set(rules), rules


PROMPTS = """
prompts:
  subject: {instruction: "What is this about?", template: "{instruction} {document} Subject:"}
teachers:
  smollm2_subject: {title: "SmolLM2, subject", lm: smollm2, prompt: subject, words: {forms: [written]}}
ablations:
  prompt: {methods: [dsl_smollm2_paper], parameter: reader, values: [smollm2_paper, smollm2_subject]}
run: {ablations: [prompt], references: [smollm2_paper, smollm2_subject]}
"""


def test_an_ablation_of_prompts_reads_once_more_with_each_new_one(project):
    (project / "prompts.yaml").write_text(PROMPTS, encoding="utf-8")
    rules = planned(project, configs=(SMOKE, "prompts.yaml"))
    # both references read with SmolLM2: the tables call them by their prompts
    assert (rules["hidden"], rules["teacher"], rules["train"], rules["representations"]) == (1, 1, 1, 1), rules
    assert not {"corpus", "vocabulary", "lm"} & set(rules), rules
    assert "tables/ablation_prompt" in rules.reported and "figures/ablation_prompt" not in rules.reported


def test_more_top_words_are_evaluated_and_not_trained(project, edit):
    edit("workflow/experiments/smoke.yaml", "evaluation: {top_words: 10}", "evaluation: {top_words: 12}")
    rules = planned(project)
    assert "evaluate" in rules and not {"train", "vocabulary", "teacher", "representations"} & set(rules), rules


def test_a_new_version_of_a_local_folder_starts_over(project):
    shutil.copytree(project / "results/lms/minilm", project / "mine")
    (project / "local.yaml").write_text("lms: {mine: {kind: encoder, source: {kind: folder, path: mine}}}\n")
    target, configs = "results/lms/mine/source.json", (SMOKE, "local.yaml")
    run = snakemake(project, target, configs=configs)
    assert run.returncode == 0, run.stderr[-3000:]
    assert planned(project, target, configs=configs) == {}
    with (project / "mine/model.safetensors").open("ab") as weights:
        weights.write(b" ")
    assert planned(project, target, configs=configs) == {"lm": 1}


def test_an_edit_of_the_word_scores_does_not_run_the_language_model(project, edit):
    append("src/softtopics/teachers/word_scores.py", edit, project)
    rules = planned(project)
    assert "teacher" in rules and "hidden" not in rules, rules


def test_an_edit_of_the_coherence_scores_again_but_neither_trains_nor_counts(project, edit):
    append("src/softtopics/metrics/coherence.py", edit, project)
    rules = planned(project)
    assert "evaluate" in rules and not {"counts", "train", "representations"} & set(rules), rules


def test_another_c_v_counts_again_and_does_not_train(project, edit):
    edit("config.yaml", "evaluation:\n", "evaluation:\n  coherence: {c_v: palmetto}\n")
    rules = planned(project)
    # once for each size of the vocabulary
    assert rules["counts"] == 2 and "evaluate" in rules and "train" not in rules, rules


def test_an_edit_of_the_rating_looks_up_and_does_not_read(project, edit):
    append("src/softtopics/metrics/raters/likelihood.py", edit, project)
    rules = planned(project)
    # the main cells, and what each ablation adds; of the score tables the main one alone shows it
    assert rules == {"rate": 3, "validity": 1, "table": 4, "scores": 1, "page": 1, "explorer_method": 12, "explorer": 1}
    assert rules.reported == {f"tables/{name}" for name in ("main", "label_free", "trust", "rating_validity")}


def test_a_new_colour_draws_figures_and_writes_no_table(project, edit):
    edit("config.yaml", "    title: BERTopic", "    color: '#884400'\n    title: BERTopic")
    assert set(planned(project)) == {"figure", "explorer", "page"}


def test_a_new_title_draws_and_does_not_train(project, edit):
    edit("config.yaml", "title: BERTopic", "title: BERTopic, renamed")
    rules = planned(project)
    assert set(rules) == {"table", "figure", "page", "explorer"}, rules
    assert {"tables/main", "figures/main"} <= rules.reported
