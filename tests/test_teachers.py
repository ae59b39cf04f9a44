"""Language models and encoders: the fast reading equals the plain one, document by document."""

import shutil

import numpy as np
import pytest
import torch
from sentence_transformers import SentenceTransformer
from transformers import AutoModelForCausalLM, AutoTokenizer, GPT2Config, GPTNeoXConfig, LlamaConfig

from softtopics.errors import InputError
from softtopics.teachers import causal_lm, encoder
from softtopics.teachers.batching import batches
from softtopics.teachers.lms import describe, fetch
from softtopics.teachers.prompts import Prompt, shared_beginning
from softtopics.teachers.word_scores import first_tokens, head, score_words

PROMPT = Prompt("{instruction}\n\nDocument: {document}\n\nTopic:", "Name the theme of the document.")
TEXTS = [
    "court: an assembly to conduct judicial business",
    "how to sort",
    "a stringed instrument usually played with a bow; it has four strings tuned in fifths",
    "Émile's café — naïve",
]
WORDS = ["law", "music", "sorting", "entity", "entityset", "food"]


def plain(texts, folder, prompt):
    """One document at a time, all logits, all hidden states: what the fast reading must equal."""
    tokenizer = AutoTokenizer.from_pretrained(folder)
    model = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32).eval()
    hidden, logits = [], []
    for text in prompt.fill(texts, tokenizer):
        with torch.inference_mode():
            out = model(**tokenizer(text, return_tensors="pt"), output_hidden_states=True)
        hidden.append(out.hidden_states[-1][0, -1].numpy())
        logits.append(out.logits[0, -1].numpy())
    return np.stack(hidden), np.stack(logits), tokenizer


def small_lm(config, tokenizer_folder, folder):
    """A language model of some family with random weights and SmolLM2's tokenizer."""
    tokenizer = AutoTokenizer.from_pretrained(tokenizer_folder)
    torch.manual_seed(0)
    AutoModelForCausalLM.from_config(config(vocab_size=len(tokenizer))).save_pretrained(folder / "saved")
    tokenizer.save_pretrained(folder / "saved")
    fetch("small", {"kind": "folder", "path": str(folder / "saved")}, folder / "lm")
    return folder / "lm"


FAMILIES = {
    "llama": lambda vocab_size: LlamaConfig(
        vocab_size=vocab_size, hidden_size=32, intermediate_size=64, num_hidden_layers=2, num_attention_heads=4
    ),
    "gpt2": lambda vocab_size: GPT2Config(vocab_size=vocab_size, n_embd=32, n_layer=2, n_head=4),
    "gpt_neox": lambda vocab_size: GPTNeoXConfig(
        vocab_size=vocab_size, hidden_size=32, intermediate_size=64, num_hidden_layers=2, num_attention_heads=4
    ),
}


def test_reading_smollm2_in_batches_equals_one_document_at_a_time(smollm2):
    hidden, logits, tokenizer = plain(TEXTS, smollm2, PROMPT)
    ours, about = causal_lm.read(TEXTS, smollm2, PROMPT, batch_tokens=64, dtype="float32")
    np.testing.assert_allclose(ours, hidden, atol=2e-4)
    assert about["shared_tokens"] > 5
    scores, _ = score_words(ours, WORDS, smollm2, forms=["written"])
    np.testing.assert_allclose(scores, logits[:, first_tokens(tokenizer, WORDS)], atol=2e-3)


@pytest.mark.parametrize("family", FAMILIES)
def test_reading_equals_the_plain_way_in_other_families(family, smollm2, tmp_path):
    folder = small_lm(FAMILIES[family], smollm2, tmp_path)
    hidden, logits, tokenizer = plain(TEXTS, folder, PROMPT)
    ours, _ = causal_lm.read(TEXTS, folder, PROMPT, batch_tokens=64, dtype="float32")
    np.testing.assert_allclose(ours, hidden, atol=1e-4)
    scores, _ = score_words(ours, WORDS, folder, forms=["written"])
    np.testing.assert_allclose(scores, logits[:, first_tokens(tokenizer, WORDS)], atol=1e-4)


def test_the_batch_and_the_order_do_not_change_the_hidden_states(smollm2):
    one, _ = causal_lm.read(TEXTS, smollm2, PROMPT, batch_tokens=1, dtype="float32")
    many, _ = causal_lm.read(TEXTS[::-1], smollm2, PROMPT, batch_tokens=4096, dtype="float32")
    np.testing.assert_allclose(one, many[::-1], atol=2e-4)


def test_a_single_document_is_read(smollm2):
    single, _ = causal_lm.read(TEXTS[:1], smollm2, PROMPT, dtype="float32")
    hidden, _, _ = plain(TEXTS[:1], smollm2, PROMPT)
    np.testing.assert_allclose(single, hidden, atol=2e-4)


def test_capitalized_forms_add_up_as_probabilities(smollm2):
    hidden, logits, tokenizer = plain(TEXTS, smollm2, PROMPT)
    scores, _ = score_words(hidden, ["law"], smollm2, forms=["written", "capitalized"])
    lower, upper = (logits[:, first_tokens(tokenizer, [form])[0]] for form in ("law", "Law"))
    np.testing.assert_allclose(scores[:, 0], np.logaddexp(lower, upper), atol=2e-3)


def test_a_token_shared_by_two_forms_of_a_word_counts_once(smollm2):
    hidden = np.ones((2, 576), dtype=np.float32)
    once, _ = score_words(hidden, ["law"], smollm2, forms=["upper"])
    twice, _ = score_words(hidden, ["LAW"], smollm2, forms=["written", "upper"])
    np.testing.assert_allclose(once, twice)


def test_words_that_share_their_first_token_are_counted_and_listed(smollm2):
    _, about = score_words(np.ones((1, 576), np.float32), WORDS, smollm2, forms=["written"])
    assert about["collisions"] == 2
    assert set(about["collided_words"]) == {"entity", "entityset"}


def test_the_head_is_read_from_the_stored_weights(smollm2):
    weight, bias = head(smollm2)
    model = AutoModelForCausalLM.from_pretrained(smollm2, dtype=torch.float32)
    np.testing.assert_array_equal(weight, model.get_output_embeddings().weight.detach().numpy())
    assert bias is None


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


def test_the_encoder_equals_its_own_encode(minilm):
    ours, _ = encoder.read(TEXTS, minilm, Prompt("{document}"), batch_tokens=32)
    theirs = SentenceTransformer(str(minilm)).encode(TEXTS, normalize_embeddings=True)
    np.testing.assert_allclose(ours, theirs, atol=1e-5)


def test_an_encoder_scores_words_by_scaled_cosine(minilm):
    prompt = Prompt("{document}")
    documents, _ = encoder.read(TEXTS, minilm, prompt)
    scores, _ = encoder.score_words(documents, ["law", "violin"], minilm, scale=10, prompt=prompt)
    words = SentenceTransformer(str(minilm)).encode(["law", "violin"], normalize_embeddings=True)
    np.testing.assert_allclose(scores, 10 * documents @ words.T, atol=1e-4)
    assert scores[0].argmax() == 0 and scores[2].argmax() == 1


def test_a_fetched_folder_says_what_it_is(smollm2, embedded_lms):
    about = describe(smollm2)
    assert about["sha256"] == embedded_lms["smollm2"]["source"]["sha256"] and "transformers" in about["versions"]


def test_a_wrong_checksum_is_refused(embedded_lms, tmp_path):
    with pytest.raises(InputError, match=r"lms\.minilm\.source\.sha256"):
        fetch("minilm", {**embedded_lms["minilm"]["source"], "sha256": "0" * 64}, tmp_path / "lm")


def test_a_package_that_is_not_installed_is_named(tmp_path):
    with pytest.raises(InputError, match="no_such_package is not installed"):
        fetch("x", {"kind": "package", "module": "no_such_package", "file": "f", "sha256": ""}, tmp_path / "lm")


def test_a_local_folder_is_linked_and_read(smollm2, tmp_path):
    local = tmp_path / "mine"
    shutil.copytree(smollm2, local)
    fetch("mine", {"kind": "folder", "path": str(local)}, tmp_path / "lm")
    np.testing.assert_array_equal(head(tmp_path / "lm")[0], head(smollm2)[0])


def test_a_folder_that_is_not_there_is_one_sentence(tmp_path):
    with pytest.raises(InputError, match="there is no folder"):
        fetch("mine", {"kind": "folder", "path": str(tmp_path / "nothing")}, tmp_path / "lm")


def test_a_hub_model_without_a_network_is_one_sentence(tmp_path, monkeypatch):
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path / "cache"))
    with pytest.raises(InputError, match="could not be reached"):
        fetch("far", {"kind": "hub", "id": "nobody/nothing", "revision": "0" * 40}, tmp_path / "lm")
