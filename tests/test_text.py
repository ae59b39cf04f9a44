"""Which tokens count, what becomes the vocabulary, what BoW counts: against examples counted by hand and spaCy."""

import logging
import time
from collections import Counter

import numpy as np
import pytest
import spacy

from softtopics.corpora.text import encode, running_text, tokenize
from softtopics.corpora.vocabulary import build_vocabulary, count_words


def counting(*texts: str) -> list[str]:
    """The words that count, in reading order."""
    tokens = tokenize(texts)
    return tokens.words[tokens.word[tokens.counts]].tolist()


def test_only_lower_case_words_of_some_length_inside_a_sentence_count():
    assert counting("The court of LAW and the Judge met an ox. clerks wrote, slowly! 30 pages of legal prose2.") == [
        "court",
        "met",
        "wrote",
        "slowly",
        "pages",
        "legal",
    ]


def test_the_first_word_of_every_document_is_no_word_that_counts():
    assert counting("violin music", "music", "violin music") == ["music", "music"]


def texts_of(*texts: str) -> tuple[list[str], list[str]]:
    """All tokens of some texts, and those that count."""
    tokens = tokenize(texts)
    return running_text(tokens, len(texts)), running_text(tokens, len(texts), tokens.counts)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("we are gonna dance", ["dance"]),
        ("we don't, didn\N{RIGHT SINGLE QUOTATION MARK}t and won't dance", ["dance"]),
        ("we didn t, they won t dance", ["dance"]),
        ("the dog's bowl", ["dog", "bowl"]),
        ("a non-zero self-made sum", ["sum"]),
        ("an exam-\nple text", ["ple", "text"]),
        ("we play #rap and ask @joe nicely", ["play", "ask", "nicely"]),
        ("see /usr/lib/fonts or http://foo.org/pub or mail joe@foo.org today", ["mail", "today"]),
        ("wind of 30mph at x=speed over $price", ["wind"]),
        (
            "dogs, cats; (birds) 'mice' *very* >quoted, fish--more fish",
            ["dogs", "cats", "birds", "mice", "quoted", "fish", "fish"],
        ),
        ("dogs, cats, etc", ["dogs", "cats"]),
        ("so, well, dogs.Cats and fish", ["dogs", "fish"]),
    ],
)
def test_pieces_of_words_do_not_count(text, words):
    assert counting("X " + text) == words


def test_capitals_and_other_scripts_do_not_count_but_accents_do():
    assert counting("X LAW Law naïve café 法律 résumé") == ["naïve", "café", "résumé"]


TEXTS = [
    "A judge heard music: the music of courts.",
    "Music heals. courts do not, nor do judges.",
    "The judge likes courts and zebras, the courts like music.",
]


def test_the_vocabulary_is_the_most_frequent_words_ties_by_alphabet():
    # music and courts count 3 times each (once more they begin a sentence), judge twice, the others once.
    _, candidates = texts_of(*TEXTS)
    assert build_vocabulary(candidates, 6, min_documents=1) == ["courts", "music", "judge", "heals", "heard", "judges"]
    assert build_vocabulary(candidates, 6, min_documents=2) == ["courts", "music", "judge"]


def test_a_small_vocabulary_is_said(caplog):
    with caplog.at_level(logging.WARNING):
        assert len(build_vocabulary(texts_of(*TEXTS)[1], 2000, min_documents=2)) == 3
        assert build_vocabulary(["court"], 2000, min_documents=1) == ["court"]
    assert "the vocabulary has 3 words, fewer than the 2000 asked for" in caplog.text
    assert "the vocabulary has 1 word, fewer than the 2000 asked for" in caplog.text


def test_bow_counts_every_occurrence_in_capitals_or_at_the_beginning_too():
    bow = count_words(texts_of(*TEXTS)[0], ["courts", "music", "judge", "heals"])
    assert bow.dtype == np.int32 and bow.format == "csr" and bow.has_canonical_format
    assert bow.toarray().tolist() == [[1, 2, 1, 0], [1, 1, 0, 1], [2, 1, 1, 0]]


def test_bow_is_what_counting_spacys_tokens_one_by_one_gives():
    texts = [*TEXTS, "", "42 !", "MUSIC's non-music/music, don't"]
    tokens, candidates = texts_of(*texts)
    vocabulary = build_vocabulary(candidates, 100, min_documents=1)
    nlp = spacy.blank("en")
    counts = [Counter(token.lower_ for token in nlp(text) if token.is_alpha) for text in texts]
    expected = [[count[word] for word in vocabulary] for count in counts]
    assert count_words(tokens, vocabulary).toarray().tolist() == expected


def test_running_text_keeps_stop_words_and_every_word_of_the_vocabulary():
    texts = ["It is the Law of 12 X-rays!", "??", "a law; it isn't, is it"]
    assert running_text(tokenize(texts), 3) == ["it is the law of x rays", "", "a law it is is it"]
    tokens, candidates = texts_of(*TEXTS)
    assert set(build_vocabulary(candidates, 100, 1)) <= set(" ".join(tokens).split())


def test_a_text_longer_than_spacys_maximum_is_read():
    text = "Long words " * 100_000
    assert len(text) > spacy.blank("en").max_length
    assert len(tokenize([text]).word) == 200_000


def test_the_order_of_documents_does_not_change_the_vocabulary():
    texts = [f"X {a} {b} {a}" for a in ("red", "green", "blue") for b in ("wine", "sky", "door")]
    vocabularies = {tuple(build_vocabulary(texts_of(*order)[1], 5, 2)) for order in (texts, texts[::-1])}
    assert vocabularies == {("blue", "green", "red", "door", "sky")}


SIGNS = "".join(map(chr, range(0x2600, 0x26FF))) * 40  # 10,200 different signs in turn
GIANTS = ("A1b2+C3d/" * 20_000, "\u2603" * 13_200, "!" * 20_000, SIGNS, "(" * 20_000, "x" * 100_000)


def test_giant_tokens_are_cut_in_seconds_and_counted():
    started = time.perf_counter()
    tokens = tokenize([f"the green garden {giant} has roses" for giant in GIANTS] + ["the green garden has roses"])
    assert time.perf_counter() - started < 20  # minutes, if spaCy saw them whole
    found = [row.split() for row in running_text(tokens, len(GIANTS) + 1, tokens.counts)]
    assert all(words == ["green", "garden", "roses"] for words in found)
    account = tokens.account
    assert (account["giant_tokens"], account["documents_with_giant_tokens"]) == (len(GIANTS), len(GIANTS))
    assert account["first_document_with_giant_tokens"] == 0
    encoded, lengths = encode([f"green {GIANTS[1]} roses"], ["green", "roses"])
    assert encoded.tolist() == [0, 1] and lengths.tolist() == [2]


def test_words_between_signs_without_spaces_are_no_giant_token_that_is_lost():
    tokens = tokenize(["keywords: " + ",".join(["garden", "rose", "court"] * 100)])
    assert len(tokens.word) == 301 and tokens.account["giant_tokens"] == 1
    assert tokens.counts.sum() == 300


def test_long_tokens_below_the_limit_are_as_spacy_splits_them():
    text = "see http://example.org/" + "a/b-c" * 40 + " now"
    assert tokenize([text]).account["giant_tokens"] == 0
    expected = [token.lower_ for token in spacy.blank("en")(text) if token.is_alpha]
    assert running_text(tokenize([text]), 1)[0].split() == expected


def test_what_each_rule_leaves_out_is_counted():
    account = tokenize(["music helps THE Law, and an ox in non-zero gardens. 42 \u6cd5\u5f8b"]).account
    assert account["tokens"] == 12
    assert account["left_out"] == {
        "without_case": 1,
        "capitals": 2,
        "stop_words": 3,
        "short": 1,
        "first_of_sentence": 1,
        "pieces": 2,
    }


def test_letters_put_together_of_two_characters_are_one():
    assert counting("the nai\u0308ve cafe\u0301") == ["na\u00efve", "caf\u00e9"]
