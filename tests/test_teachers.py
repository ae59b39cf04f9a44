"""Language models and encoders: the fast reading equals the plain one, document by document."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from conftest import FAMILIES, PROMPT, TEXTS, plain, small_lm, with_an_end
from sentence_transformers import SentenceTransformer
from transformers import AutoTokenizer

from softtopics.artifacts import write_documents, write_words
from softtopics.errors import InputError
from softtopics.teachers import causal_lm, encoder, scaled_cosines
from softtopics.teachers.batching import batches, distinct
from softtopics.teachers.prompts import Prompt, shared_beginning
from softtopics.teachers.reader import Reader
from softtopics.teachers.reading import texts_for
from softtopics.teachers.word_scores import score_words, spell

WORDS = ["law", "music", "sorting", "entity", "entityset", "food"]


def first_tokens(tokenizer, words):
    return [tokens[0] for tokens in spell(tokenizer, words, forms=["written"], first=True).tokens]


def test_a_prompt_may_hold_a_documents_words_in_place_of_its_text(tmp_path):
    documents, words = tmp_path / "documents.parquet", tmp_path / "words.txt"
    texts = ["Hot tea, and Tea!", "42"]
    write_documents(documents, pd.DataFrame({"text": texts, "tokens": ["hot tea and tea", ""]}))
    write_words(words, ["tea", "hot"])
    assert texts_for(documents, []) == texts and texts_for(documents, [words]) == ["hot tea tea", ""]
    assert Prompt("Words: {words}.").fill(["hot tea tea", ""], None) == ["Words: hot tea tea.", "Words: ."]


def test_reading_smollm2_in_batches_equals_one_document_at_a_time(smollm2):
    hidden, logits, tokenizer = plain(TEXTS, smollm2, PROMPT)
    ours, about = causal_lm.read(TEXTS, smollm2, PROMPT, batch_tokens=64, dtype="float32")
    np.testing.assert_allclose(ours, hidden, atol=2e-4)
    assert about["shared_tokens"] > 5 and about["first_prompt"] == PROMPT.fill(TEXTS, tokenizer)[0]
    scores, _ = score_words(ours, WORDS, smollm2, forms=["written"])
    words = [law for word in WORDS for law in first_tokens(tokenizer, [word])]
    np.testing.assert_allclose(scores, logits[:, words], atol=2e-3)


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("tied", [True, False], ids=["tied", "untied"])
def test_reading_equals_the_plain_way_in_every_family(family, tied, smollm2, tmp_path):
    """Hidden states and word scores, soft caps and scales included, whatever side the tokenizer would pad."""
    folder = small_lm(family, smollm2, tmp_path, tied=tied, padding_side="left" if tied else "right")
    hidden, logits, tokenizer = plain(TEXTS, folder, PROMPT)
    ours, _ = causal_lm.read(TEXTS, folder, PROMPT, batch_tokens=64, dtype="float32")
    np.testing.assert_allclose(ours, hidden, atol=1e-4)
    scores, _ = score_words(ours, WORDS, folder, forms=["written"])
    words = [token for word in WORDS for token in first_tokens(tokenizer, [word])]
    np.testing.assert_allclose(scores, logits[:, words], atol=1e-4, rtol=1e-4)


@pytest.mark.parametrize("family", ["gpt2", "llama"])
def test_a_prompt_longer_than_the_model_has_places_is_one_sentence(family, smollm2, tmp_path):
    folder = small_lm(family, smollm2, tmp_path, max_position_embeddings=30)
    with pytest.raises(InputError, match=r"longest prompt has \d\d tokens, and .* has places for 30; cut documents by"):
        causal_lm.read(TEXTS, folder, PROMPT, dtype="float32")
    cut = replace(PROMPT, max_document_tokens=5)
    assert causal_lm.read(TEXTS, folder, cut, dtype="float32")[0].shape == (len(TEXTS), 32)


def test_the_batch_and_the_order_do_not_change_the_hidden_states(smollm2):
    one, _ = causal_lm.read(TEXTS, smollm2, PROMPT, batch_tokens=1, dtype="float32")
    many, _ = causal_lm.read(TEXTS[::-1], smollm2, PROMPT, batch_tokens=4096, dtype="float32")
    np.testing.assert_allclose(one, many[::-1], atol=2e-4)


def test_what_a_tokenizer_appends_is_not_read(smollm2, tmp_path):
    """The word after an end of the text has nothing to do with the text: all documents would be alike."""
    plainly, ending = small_lm("llama", smollm2, tmp_path), with_an_end(tmp_path / "lm", tmp_path / "ending")
    expected, _ = causal_lm.read(TEXTS, plainly, PROMPT, dtype="float32")
    found, about = causal_lm.read(TEXTS, ending, PROMPT, dtype="float32")
    np.testing.assert_allclose(found, expected, atol=1e-6)
    assert about["first_prompt"].endswith("Topic:")
    around = with_an_end(tmp_path / "lm", tmp_path / "around", "<|im_start|> $A <|endoftext|> <|endoftext|>")
    _, about = causal_lm.read(TEXTS, around, PROMPT, dtype="float32")
    assert about["first_prompt"].startswith("<|im_start|>Name the theme") and about["first_prompt"].endswith("Topic:")


def test_a_prompt_of_which_nothing_is_left_is_one_sentence(smollm2):
    with pytest.raises(InputError, match="nothing is left to read of a document without text"):
        Prompt("{document}").tokens(["a text", ""], AutoTokenizer.from_pretrained(smollm2))


def test_a_single_document_is_read(smollm2):
    single, _ = causal_lm.read(TEXTS[:1], smollm2, PROMPT, dtype="float32")
    hidden, _, _ = plain(TEXTS[:1], smollm2, PROMPT)
    np.testing.assert_allclose(single, hidden, atol=2e-4)


def test_a_model_that_reads_differently_in_batches_is_refused(smollm2, tmp_path, monkeypatch):
    """Like a model whose attention looks at the padding."""
    folder = small_lm("llama", smollm2, tmp_path)
    whole = Reader.read

    def elsewhere(self: Reader, *batch: object) -> tuple:
        states, *others = whole(self, *batch)
        return states + 1, *others

    monkeypatch.setattr(Reader, "read", elsewhere)
    with pytest.raises(InputError, match="a different hidden state in a batch than alone"):
        causal_lm.read(TEXTS, folder, PROMPT, dtype="float32")


def test_only_the_document_is_cut_never_the_prompt(smollm2):
    tokenizer = AutoTokenizer.from_pretrained(smollm2)
    (filled,) = Prompt(PROMPT.template, PROMPT.instruction, 5).fill([TEXTS[2]], tokenizer)
    assert filled.endswith("\n\nTopic:") and filled.startswith("Name the theme")
    document = filled.split("Document: ")[1].split("\n\nTopic:")[0]
    assert len(tokenizer(document)["input_ids"]) == 5 and TEXTS[2].startswith(document)


def test_braces_in_a_document_are_text(smollm2):
    tokenizer = AutoTokenizer.from_pretrained(smollm2)
    assert PROMPT.fill(["{instruction} {document} {0}"], tokenizer)[0].count("{instruction} {document} {0}") == 1


def test_the_shared_beginning_leaves_every_prompt_a_token():
    assert shared_beginning([[1, 2, 3, 4], [1, 2, 3, 5], [1, 2, 3]]) == 2
    assert shared_beginning([[1, 2], [3, 4]]) == 0


def test_batches_keep_the_budget_and_every_row():
    lengths = [5, 1, 9, 3, 3, 30]
    parts = list(batches(lengths, 10))
    assert sorted(row for part in parts for row in part) == list(range(6))
    assert all(len(part) == 1 or len(part) * max(lengths[row] for row in part) <= 10 for part in parts)


def test_a_chat_prompt_is_the_models_own_format_and_ends_with_the_answers_beginning(smollm2):
    tokenizer = AutoTokenizer.from_pretrained(smollm2)
    prompt = Prompt("{instruction}\n\n{document}", "Name the theme.", chat=True, answer="The theme is")
    (filled,) = prompt.fill(["how to sort"], tokenizer)
    assert filled.count("<|im_start|>user\nName the theme.\n\nhow to sort<|im_end|>") == 1
    assert filled.endswith("<|im_start|>assistant\nThe theme is")
    hidden, _, _ = plain(["how to sort"], smollm2, prompt)
    ours, about = causal_lm.read(["how to sort", *TEXTS], smollm2, prompt, dtype="float32")
    np.testing.assert_allclose(ours[:1], hidden, atol=2e-4)
    assert about["first_prompt"] == filled


def test_a_chat_with_a_model_that_cannot_chat_is_one_sentence(minilm):
    tokenizer = SentenceTransformer(str(minilm)).tokenizer
    with pytest.raises(InputError, match="has no chat template"):
        Prompt("{document}", chat=True).fill(["a"], tokenizer)


def test_the_encoder_equals_its_own_encode(minilm):
    ours, _ = encoder.read(TEXTS, minilm, Prompt("{document}"), batch_tokens=32)
    theirs = SentenceTransformer(str(minilm)).encode(TEXTS, normalize_embeddings=True)
    np.testing.assert_allclose(ours, theirs, atol=1e-5)


def test_an_encoder_scores_words_by_scaled_cosine(minilm):
    documents, words = (encoder.read(texts, minilm, Prompt("{document}"))[0] for texts in (TEXTS, ["law", "violin"]))
    scores = scaled_cosines.score_words(documents, words, scale=10)
    theirs = SentenceTransformer(str(minilm)).encode(["law", "violin"], normalize_embeddings=True)
    np.testing.assert_allclose(scores, 10 * documents @ theirs.T, atol=1e-4)
    assert scores[0].argmax() == 0 and scores[2].argmax() == 1


def test_an_encoder_takes_a_faster_type_only_where_it_agrees(minilm, monkeypatch):
    monkeypatch.setattr(encoder, "fastest_dtype", lambda where: "bfloat16")
    exact, _ = encoder.read(TEXTS, minilm, Prompt("{document}"))
    fast, about = encoder.read(TEXTS, minilm, Prompt("{document}"), dtype="auto")
    assert about["dtype"] == "bfloat16" and (fast * exact).sum(axis=1).min() > 0.999
    monkeypatch.setattr(encoder, "AGREE", 1.1)
    same, about = encoder.read(TEXTS, minilm, Prompt("{document}"), dtype="auto")
    assert about["dtype"] == "float32"
    np.testing.assert_array_equal(same, exact)


@pytest.mark.parametrize("texts", [["b", "a", "b", "c", "a"], ["b", "a"]])
def test_copies_of_a_text_share_the_row_that_was_read(texts):
    once, first, place = distinct(texts)
    read = np.array(texts, dtype=object)[first]
    assert read.tolist() == once and len(read) == len(set(texts))
    assert read[place].tolist() == texts
