"""Corpora in other languages than English: which words count, and what is said when a corpus looks like another one."""

# ruff: noqa: RUF001 - Cyrillic letters look like Latin ones.

import logging
from contextlib import suppress

import pandas as pd
import pytest

from softtopics.corpora import languages
from softtopics.corpora.prepare import prepare
from softtopics.corpora.stream import encode_file
from softtopics.corpora.text import tokenize
from softtopics.corpora.vocabulary import vocabulary_of
from softtopics.errors import InputError

TEXTS = {
    "de": "Der alte Richter hörte im Gericht die Klage. Gestern haben wir Rosen im Garten gepflanzt, es war warm.",
    "it": "Il vecchio giudice ascoltava l'avvocato nel tribunale. Abbiamo piantato le rose nel giardino dell'albergo.",
    "fr": "Le vieux juge écoutait l'avocat dans le tribunal. Nous avons planté des roses dans le jardin de l'hôtel.",
    "ru": "Старый судья слушал его в суде, и мы сажали розы в саду.",
    "hi": "शहर की अदालत में वकील की बात सुनी",
    "zh": "老法官在市法院听取了律师的陈述。昨天我们在花园种了玫瑰。",
    "ja": "裁判官は市の裁判所で弁護士の話を聞いた。",
}
COUNTING = {
    "de": ["alte", "richter", "hörte", "gericht", "klage", "gestern", "rosen", "garten", "gepflanzt", "warm"],
    "it": ["vecchio", "giudice", "ascoltava", "avvocato", "tribunale", "piantato", "rose", "giardino", "albergo"],
    "fr": ["vieux", "juge", "écoutait", "avocat", "tribunal", "planté", "roses", "jardin", "hôtel"],
    "ru": ["судья", "слушал", "суде", "сажали", "розы", "саду"],
    "hi": ["शहर", "अदालत", "वकील", "बात", "सुनी"],
    "zh": ["法官", "法院", "听取", "律师", "陈述", "昨天", "花园", "玫瑰"],
}  # fmt: skip


def counting(text: str, language: str, **settings) -> list[str]:
    tokens = tokenize([text], language, **settings)
    return tokens.words[tokens.word[tokens.counts]].tolist()


def corpus(*texts: str) -> pd.DataFrame:
    missing = pd.Series([None] * len(texts), dtype="str")
    return pd.DataFrame({"text": pd.Series(texts, dtype="str"), "label": missing, "label_name": missing})


@pytest.mark.parametrize("language", COUNTING)
def test_the_words_of_a_language_count_and_its_stop_words_do_not(language):
    if language == "zh":
        pytest.importorskip("jieba")
    assert counting(TEXTS[language], language) == COUNTING[language]


def test_nouns_count_where_they_have_capitals_and_elsewhere_if_asked_for():
    assert "Richter".lower() not in counting(TEXTS["de"], "de", lower_case=True)
    assert counting("Courts heal. MUSIC helps Anna", "en") == ["heal", "helps"]
    assert counting("Courts heal. MUSIC helps Anna", "en", lower_case=False) == [
        "courts",
        "heal",
        "music",
        "helps",
        "anna",
    ]


@pytest.mark.parametrize("language", TEXTS)
def test_a_corpus_that_looks_like_another_language_is_a_warning_that_names_the_key(language, caplog):
    with caplog.at_level(logging.WARNING), suppress(InputError):  # of some no word is left by the rules for English
        prepare(corpus(TEXTS[language]), name="mine")
    title = languages.title(language)
    assert f"mine: the documents look like {title}, not English" in caplog.text
    assert f"set preparation.language of the corpus to {language}" in caplog.text


@pytest.mark.parametrize("language", ["de", "it", "fr", "ru", "hi"])
def test_a_corpus_in_the_language_that_is_set_is_no_warning(language, caplog):
    with caplog.at_level(logging.WARNING):
        _, audit = prepare(corpus(TEXTS[language]), name="mine", language=language)
    assert audit["words"]["looks_like"] is None and audit["words"]["language"] == language and not caplog.text


@pytest.mark.parametrize(
    "text",
    [
        "How to sort a list of objects in java? The court heard the judge and the music was loud for us",
        "java spring hibernate query linq excel sheet macro oracle cursor plugin theme scala trait svn merge branch",
        "fundamental theorem algebra: polynomial complex coefficients root",
        "12 my kettle !",
    ],
    ids=["questions", "keywords", "a gloss", "hardly a word"],
)
def test_english_looks_like_english(text):
    assert prepare(corpus(text), name="mine")[1]["words"]["looks_like"] is None


def test_a_missing_package_and_an_unknown_language_are_one_sentence(monkeypatch):
    monkeypatch.setitem(languages.PACKAGES, "th", "no_such_package")
    languages.tokenizer.cache_clear()
    with pytest.raises(
        InputError, match=r"words of Thai are found by a package that .* run pip install no_such_package$"
    ):
        tokenize(["x"], "th")
    for wrong in ("vi", "qq"):
        with pytest.raises(InputError, match=f"preparation.language is '{wrong}', which is no language of spaCy"):
            tokenize(["x"], wrong)


def test_a_reference_text_is_split_by_the_rules_of_the_corpus_s_language(tmp_path):
    (tmp_path / "wiki.txt").write_text(f"{TEXTS['it']}\n", encoding="utf-8")
    words = ["avvocato", "albergo"]
    (encoded, _), *_ = encode_file(tmp_path / "wiki.txt", words, language="it")
    assert sorted(encoded[encoded >= 0]) == [0, 1]
    (encoded, _), *_ = encode_file(tmp_path / "wiki.txt", words)
    assert (encoded < 0).all()  # l'avvocato is no word of English


NO_WORDS = {
    "capitals": (
        ("THE COURT", "THE COURT"),
        "of the 4 words by the rules for English 4 have capitals, .* set preparation.lower_case of the corpus to false",
    ),
    "one word": (
        ("garden", "garden"),
        "2 are the first word of a sentence, in 2 documents; .* preparation.lower_case of the corpus to false",
    ),
    "another language": (
        (TEXTS["zh"], TEXTS["zh"]),
        "look like Chinese, so set preparation.language of the corpus to zh",
    ),
    "stop words": (("so it is", "it is so"), "6 are stop words, in 2 documents; give documents of more words"),
    "rare": (
        ("the court sat", "the judge saw"),
        "2 are stop words, 4 are in fewer than 2 documents, .* lower preparation.min_documents",
    ),
    "signs": (("12", "!"), "there is none by the rules for English, in 2 documents; they hold numbers and signs alone"),
}


@pytest.mark.parametrize("why", NO_WORDS)
def test_where_no_word_is_left_the_true_reason_is_said(why):
    texts, message = NO_WORDS[why]
    with pytest.raises(InputError, match=f"^mine: no word is left for the vocabulary: .*{message}") as raised:
        documents, audit = prepare(corpus(*texts), name="mine", deduplicate=False)
        assert why == "rare"  # all others have none from the start, and nothing is made of these documents
        vocabulary_of(documents, name="mine", words=audit["words"])
    assert "\n" not in str(raised.value)


def test_documents_of_one_word_make_a_corpus_where_first_words_count():
    documents, audit = prepare(corpus("garden", "kettle", "garden"), name="mine", deduplicate=False, lower_case=False)
    assert vocabulary_of(documents, name="mine", words=audit["words"], min_documents=1)[0] == ["garden", "kettle"]
