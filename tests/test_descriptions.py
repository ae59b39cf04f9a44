"""The tables that describe: topics, corpora, duplicates, teachers, an ablation."""

from importlib import import_module

import numpy as np
from reported import METHODS, ablated, table

from softtopics.artifacts import Run, write_json
from softtopics.report.material import Material


def test_the_ablation_table_has_a_row_for_every_value(scores, layout):
    made = table("ablation", layout, ablated(), scores=scores)
    assert [[cell.text for cell in row[:2]] for row in made.sections[0].rows] == [
        ["DSL & co_1", "1"],
        ["DSL & co_1", "9"],
    ]
    assert made.columns == ["Method", "Temperature", "C_V", "Purity"]
    assert set(made.data["value"]) == {"1", "9"} and set(made.data["method"]) == {"dsl"}


def test_the_topics_table_shows_the_most_used_topics(layout):
    theta = np.array([[0.1, 0.7, 0.2]] * 4)
    beta = np.array([[9, 8, 7, 6, 5, 4, 3, 2, 1], [1, 9, 8, 7, 6, 5, 4, 3, 2], [2, 1, 9, 8, 7, 6, 5, 4, 3]])
    run = Run(beta, theta, list("abcdefghi"), 0, 1.0, {})
    runs = {(corpus, method): run for corpus in layout.corpora for method in layout.methods}
    made = table("topics", layout, {"shown": 2, "relevance": 1}, runs=runs)
    rows = [[cell.text for cell in row] for row in made.sections[0].rows]
    assert rows[:3] == [
        ["LDA", "70.0%", "b c d e f g h i"],
        ["", "20.0%", "c d e f g h i a"],
        ["DSL & co_1", *rows[0][1:]],
    ]
    assert len(rows) == 2 * len(METHODS) and "The 2 topics" in made.caption and "K = 20" in made.caption


def test_the_corpora_table_shows_the_audit(layout):
    audit = {"rows_read": 10, "empty": 1, "repeated": 2, "repeated_with_another_label": 1, "sampled_away": 0}
    audit |= {"documents": 7, "labels": "2 classes", "vocabulary_size": 5, "documents_without_vocabulary_words": 0}
    audits = {"a": {**audit, "tokens_median": 4.5}, "b": {**audit, "tokens_median": 4.0}}
    made = table("corpora", layout, audits=audits)
    assert [cell.text for cell in made.sections[0].rows[0]][:4] == ["Corpus A", "10", "1", "2"]
    audit |= {"tokens_median": 4.5}
    rebuilt = audit | {"source": {"word_order": "not known"}}
    caption = table("corpora", layout, audits={"a": audit, "b": rebuilt}).caption
    assert "Corpus B: rebuilt from bags of words; the order of words is not known." in caption
    assert "Corpus A" not in caption
    one = audit | {"held_out": {"documents": 1}, "held_out_copies_of_training_documents": 0}
    many = audit | {"held_out": {"documents": 20}, "held_out_copies_of_training_documents": 3}
    caption = table("corpora", layout, audits={"a": one | {"without_words_left_out": 1}, "b": many}).caption
    assert "Corpus A: Documents are those of training; 1 more is held out." in caption
    assert "Corpus A: 1 document without a word of the vocabulary was left out." in caption
    assert "20 more are held out, without 3 copies of training documents." in caption


def test_the_duplicates_table_shows_groups_shares_and_what_models_see(layout):
    copies = {"distinct": 6, "groups": 2, "groups_of_several_classes": 1, "largest_group": 3, "largest_groups": []}
    copies |= {"rows_with_a_copy": 5 / 9, "documents_with_a_copy": 0.0, "nearly_repeated": 1}
    audit = {"rows_read": 21_996, "empty": 1, "repeated": 3, "documents": 6, "copies": copies}
    made = table("duplicates", layout, audits={"a": audit, "b": audit})
    cells = dict(zip(made.columns, (cell.text for cell in made.sections[0].rows[1]), strict=True))
    assert cells["Corpus"] == "Corpus B" and cells["Rows read"] == "21,996" and cells["Rows with a copy"] == "55.6%"
    assert cells["Classes disagree"] == "1" and cells["of those, with a copy"] == "0.0%"
    assert made.data["rows_with_a_copy"].tolist() == [5 / 9, 5 / 9]


def test_the_teachers_table_names_the_dataset_of_published_soft_labels(layout):
    meta = {
        "source": {"kind": "soft_labels", "id": "someone/corpus"},
        "dtype": "not known",
        "words": {"published": True},
    }
    teachers = {(corpus, "t", 2000): meta for corpus in "ab"}
    made = table("teachers", layout, {"titles": {"t": "ERNIE"}}, teachers=teachers)
    assert [cell.text for cell in made.sections[0].rows[0]] == [
        "ERNIE", "as published in someone/corpus", "not known", "", "2000", "–",
    ]  # fmt: skip


def test_the_table_of_teachers_names_words_that_collide(layout):
    first = {"words": {"forms": ["written"], "tokens": "first"}, "dtype": "float32", "collisions": 2}
    first["collided_words"] = {"entity": "ent", "entityset": "ent"}
    whole = {"words": {"forms": ["written", "upper"], "tokens": "all"}, "dtype": "bfloat16", "collisions": 0}
    whole |= {"collided_words": {}, "branches": 16, "beginnings": 500}
    encoder = {"words": {"scale": 20, "tokens": "first"}, "dtype": "float32"}
    metas = {(c, t, 2000): m for c in layout.corpora for t, m in {"p": first, "w": whole, "e": encoder}.items()}
    made = table("teachers", layout, {"titles": {"p": "Paper", "w": "Whole", "e": "Encoder"}}, teachers=metas)
    text = made.markdown()
    assert "| Paper | written | float32 | entity entityset | 2000 | 2 |" in text
    assert "| Whole | written + upper, whole words (16 of 500 beginnings exact) | bfloat16 |  | 2000 | 0 |" in text
    assert "| Encoder | cosine | float32 |  | 2000 | – |" in text
    assert len(made.data) == 6


def test_a_teacher_that_shares_a_reading_keeps_its_own_account_of_words(tmp_path):
    first = {"words": {"forms": ["written"], "tokens": "first"}, "collisions": 31, "collided_words": {"a": "b"}}
    whole = {"words": {"forms": ["written", "upper"], "tokens": "all"}, "collisions": 0, "collided_words": {}}
    whole |= {"branches": 16, "beginnings": 500, "spellings": 900, "dtype": "bfloat16", "thoughts": ["so"]}
    files = {"words": [str(tmp_path / "first.json")], "readings": [str(tmp_path / "whole.json")]}
    write_json(files["words"][0], first)
    write_json(files["readings"][0], whole)
    settings = {"used": [("a", "p", 2000)], "titles": {"p": "Paper"}}
    layout = {"corpora": {"a": "A"}, "methods": {}, "teachers": {}, "readings": {}, "topics": [5], "seeds": [0]}
    material = Material.load("T", layout | {"alpha": 0.05}, settings, files)
    assert material.teachers == {("a", "p", 2000): first | {"dtype": "bfloat16", "thoughts": ["so"]}}
    assert import_module("softtopics.report.tables.teachers").scored_by(material.teachers["a", "p", 2000]) == "written"


def test_a_topic_without_words_says_so(layout):
    beta = np.array([[3.0, 2, 1, 0], [0, 0, 0, 0]])
    run = Run(beta, np.array([[0.3, 0.7]]), ["a", "b", "c", "d"], seed=0, seconds=1, versions={})
    runs = {(corpus, method): run for corpus in "ab" for method in METHODS}
    made = table("topics", layout, {"shown": 2, "relevance": 1}, runs=runs)
    assert [row[2].text for row in made.sections[0].rows[:2]] == ["(no word of weight above 0)", "a b c"]


def test_empty_topics_have_a_column_where_there_are_some(scores, layout):
    assert "Empty topics" not in table("coherence", layout, scores=scores).columns
    scores.loc[(scores.metric == "empty_topics") & (scores.method == "weak"), "value"] = 3
    made = table("coherence", layout, scores=scores)
    assert made.columns[-1] == "Empty topics" and "fewer than two words have a weight above 0" in made.caption
