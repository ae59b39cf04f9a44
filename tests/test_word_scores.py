"""Word scores: first tokens and whole words, surface forms, tokenizers of every family."""

import numpy as np
import pytest
import torch
from conftest import FAMILIES, PROMPT, TEXTS, plain, small_lm, with_an_end
from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, trainers
from transformers import AutoModelForCausalLM, AutoTokenizer, PreTrainedTokenizerFast

from softtopics.errors import InputError
from softtopics.teachers import causal_lm, whole_words
from softtopics.teachers.branches import Branches
from softtopics.teachers.shards import WHOLE, Part
from softtopics.teachers.word_scores import Spellings, score_words, spell
from softtopics.threads import AT_ONCE

WORDS = ["law", "music", "sorting", "entity", "entityset", "entitysets", "food"]


def test_capitalized_forms_add_up_as_probabilities(smollm2):
    hidden, logits, tokenizer = plain(TEXTS, smollm2, PROMPT)
    scores, _ = score_words(hidden, ["law"], smollm2, forms=["written", "capitalized"])
    lower, upper = (logits[:, tokenizer(" " + form)["input_ids"][0]] for form in ("law", "Law"))
    np.testing.assert_allclose(scores[:, 0], np.logaddexp(lower, upper), atol=2e-3)


def test_forms_without_the_space_add_up_too(smollm2):
    hidden, logits, tokenizer = plain(TEXTS, smollm2, PROMPT)
    scores, _ = score_words(hidden, ["law"], smollm2, forms=["written"], unspaced=True)
    spaced, bare = (logits[:, tokenizer(form)["input_ids"][0]] for form in (" law", "law"))
    np.testing.assert_allclose(scores[:, 0], np.logaddexp(spaced, bare), atol=2e-3)


def test_a_token_shared_by_two_forms_of_a_word_counts_once(smollm2):
    hidden = np.ones((2, 576), dtype=np.float32)
    once, _ = score_words(hidden, ["law"], smollm2, forms=["upper"])
    twice, _ = score_words(hidden, ["LAW"], smollm2, forms=["written", "upper"])
    np.testing.assert_allclose(once, twice)


def test_words_that_share_their_first_token_are_counted_and_listed(smollm2):
    _, about = score_words(np.ones((1, 576), np.float32), ["law", "entity", "entityset"], smollm2, forms=["written"])
    assert about["collisions"] == 2
    assert set(about["collided_words"]) == {"entity", "entityset"}


def exact(texts, words, folder, prompt, forms):
    """All tokens of a word behind the prompt, one sequence at a time; first logits are not normalised."""
    tokenizer = AutoTokenizer.from_pretrained(folder)
    model = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32).eval()

    def score(tokens, word):
        with torch.inference_mode():
            logits = model(input_ids=torch.tensor([tokens + word])).logits[0, len(tokens) - 1 :].double()
        rest = logits.log_softmax(dim=1)
        return logits[0, word[0]].item() + sum(rest[i, word[i]].item() for i in range(1, len(word)))

    rows = []
    for tokens in prompt.tokens(texts, tokenizer):
        ways = [{tuple(tokenizer(" " + form(word))["input_ids"]) for form in forms} for word in words]
        rows.append([np.logaddexp.reduce([score(tokens, list(way)) for way in some]) for some in ways])
    return np.array(rows)


@pytest.fixture(scope="module")
def truth(smollm2) -> tuple[np.ndarray, np.ndarray]:
    """States after the prompts, and scores of the words written and capitalised."""
    hidden, _ = causal_lm.read(TEXTS, smollm2, PROMPT, dtype="float32")
    return hidden, exact(TEXTS, WORDS, smollm2, PROMPT, [str, str.capitalize])


@pytest.mark.parametrize("branches", [1000, 3, 0])
def test_whole_words_equal_the_plain_computation(branches, smollm2, truth):
    """Exactly with as many branches as there are beginnings, for single tokens with any number, else roughly."""
    forms, (alone, truth) = ["written", "capitalized"], truth
    settings = {"forms": forms, "dtype": "float32", "batch_tokens": 128}
    hidden, scores, about = whole_words.read(TEXTS, smollm2, PROMPT, WORDS, branches=branches, **settings)
    np.testing.assert_allclose(hidden, alone, rtol=1e-3, atol=1e-3 * np.abs(alone).max())
    assert about["branches"] == min(branches, about["beginnings"]) and about["collisions"] == 0
    single = [WORDS.index(word) for word in ("law", "music", "food")]
    np.testing.assert_allclose(scores[:, single], truth[:, single], atol=2e-3)
    if branches >= about["beginnings"]:
        np.testing.assert_allclose(scores, truth, atol=2e-3)
    else:
        assert 0 < np.abs(scores - truth).max() < 6


@pytest.fixture
def one_thread():
    """As in a job."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def test_batches_at_once_and_parts_of_a_reading_give_the_same_bytes(smollm2, one_thread, monkeypatch):
    texts = [f"{text} {number}" for number in range(3) for text in TEXTS]
    settings = {"batch_tokens": 64, "dtype": "float32"}

    def read(part=WHOLE):
        hidden, _ = causal_lm.read(texts, smollm2, PROMPT, part=part, **settings)
        more = {"forms": ["written"], "branches": 3, "part": part, **settings}
        return hidden, *whole_words.read(texts, smollm2, PROMPT, WORDS, **more)[:2]

    alone = read()
    monkeypatch.setenv(AT_ONCE, "3")
    for ours, theirs in zip(read(), alone, strict=True):
        assert ours.tobytes() == theirs.tobytes()
    for first, second, theirs in zip(read(Part(0, 2)), read(Part(1, 2)), alone, strict=True):
        assert 0 < np.isnan(first).any(axis=1).sum() < len(texts)
        assert np.where(np.isnan(first), second, first).tobytes() == theirs.tobytes()


@pytest.mark.parametrize("family", [name for name in FAMILIES if name not in ("qwen3_5", "mpt")])
def test_whole_words_equal_the_plain_computation_in_every_family(family, smollm2, tmp_path):
    folder = small_lm(family, smollm2, tmp_path, **({"sliding_window": 64} if family == "gemma2" else {}))
    settings = {"forms": ["written"], "dtype": "float32", "branches": 20}
    _, scores, _ = whole_words.read(TEXTS, folder, PROMPT, WORDS, **settings)
    np.testing.assert_allclose(scores, exact(TEXTS, WORDS, folder, PROMPT, [str]), atol=1e-3, rtol=1e-4)


def test_whole_words_follow_the_prompt_and_not_what_a_tokenizer_appends(smollm2, tmp_path):
    plainly, ending = small_lm("llama", smollm2, tmp_path), with_an_end(tmp_path / "lm", tmp_path / "ending")
    settings = {"forms": ["written"], "branches": 8, "dtype": "float32"}
    words = ["law", "violin", "sorting", "naïve"]
    found = [whole_words.read(TEXTS, folder, PROMPT, words, **settings)[1] for folder in (plainly, ending)]
    np.testing.assert_allclose(found[1], found[0], atol=1e-5)


def test_whole_words_need_attention(smollm2, tmp_path):
    folder = small_lm("qwen3_5", smollm2, tmp_path)
    with pytest.raises(InputError, match="attention layers alone"):
        whole_words.read(TEXTS, folder, PROMPT, WORDS, forms=["written"])


def test_a_model_that_counts_places_in_the_batch_is_refused(smollm2, tmp_path):
    folder = small_lm("mpt", smollm2, tmp_path)
    with pytest.raises(InputError, match="differently in a batch than alone"):
        whole_words.read(TEXTS, folder, PROMPT, WORDS, forms=["written"], dtype="float32")


def test_whole_words_need_a_window_that_holds_the_prompt(smollm2, tmp_path):
    folder = small_lm("gemma2", smollm2, tmp_path)
    with pytest.raises(InputError, match="sees 8"):
        whole_words.read(TEXTS, folder, PROMPT, WORDS, forms=["written"])


def test_branches_are_the_beginnings_of_words_and_know_their_trees():
    spellings = Spellings([(1,), (2, 3), (2, 3, 4), (2, 5), (6, 7, 8)], np.array([0, 1, 3]))
    branches = Branches.of(spellings)
    assert list(zip(branches.token, branches.parent, branches.depth, strict=True)) == [
        (2, -1, 0), (6, -1, 0), (3, 0, 1), (7, 1, 1),
    ]  # fmt: skip
    edges = list(zip(branches.edge_node, branches.edge_token, strict=True))
    assert edges == [(0, 3), (0, 5), (1, 7), (2, 4), (3, 8)]
    np.testing.assert_array_equal(branches.reached(np.array([-1.0, -2, -3, -4, -5])), [0, 0, -1, -3])
    scores = np.array([[-1.0, -2, -3, -4, -5]]) @ branches.passed
    np.testing.assert_array_equal(scores, [[0, -1, -5, -2, -8]])
    place, edge = branches.edges_of(np.array([0, 3]))
    assert place.tolist() == [0, 0, 1] and edge.tolist() == [0, 1, 4]
    assert branches.lineage()[2].tolist() == [True, False, True, False]
    assert sorted(np.concatenate(list(branches.chunks()))) == [0, 1, 2, 3]


def test_words_of_one_token_each_need_no_branches(smollm2):
    hidden, _ = causal_lm.read(TEXTS, smollm2, PROMPT, dtype="float32")
    first, _ = score_words(hidden, ["law", "music"], smollm2, forms=["written"])
    settings = {"forms": ["written"], "dtype": "float32"}
    _, whole, about = whole_words.read(TEXTS, smollm2, PROMPT, ["law", "music"], **settings)
    np.testing.assert_allclose(whole, first, atol=1e-4)
    assert about["branches"] == 0


CORPUS = ["music law food court music sorting music law food" * 3, "law music sorting court food entityset"] * 40


def byte_level():
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(vocab_size=300, initial_alphabet=pre_tokenizers.ByteLevel.alphabet())
    return tokenizer, trainer


def leading_marker(scheme="always"):
    """As SentencePiece: the space becomes a marker in front of the word, always one more at the start."""
    tokenizer = Tokenizer(models.BPE(unk_token="<unk>"))
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme=scheme, split=True)
    tokenizer.decoder = decoders.Metaspace(prepend_scheme=scheme)
    return tokenizer, trainers.BpeTrainer(vocab_size=200, special_tokens=["<unk>"])


def lone_space():
    tokenizer = Tokenizer(models.WordLevel(unk_token="<unk>"))
    tokenizer.pre_tokenizer = pre_tokenizers.Split(" ", "isolated")
    tokenizer.decoder = decoders.Fuse()
    return tokenizer, trainers.WordLevelTrainer(special_tokens=["<unk>"])


def lower_case():
    tokenizer = Tokenizer(models.WordPiece(unk_token="<unk>"))
    tokenizer.normalizer = normalizers.Lowercase()
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.decoder = decoders.WordPiece()
    return tokenizer, trainers.WordPieceTrainer(vocab_size=200, special_tokens=["<unk>"])


@pytest.mark.parametrize("family", [byte_level, leading_marker, lone_space, lower_case])
def test_a_word_starts_with_a_token_of_its_own_in_every_family_of_tokenizers(family):
    tokenizer, trainer = family()
    tokenizer.train_from_iterator(CORPUS, trainer)
    fast = PreTrainedTokenizerFast(tokenizer_object=tokenizer, unk_token="<unk>")
    spellings = spell(fast, ["music", "law"], forms=["written"])
    for tokens, word in zip(spellings.tokens, ("music", "law"), strict=True):
        assert fast.decode(tokens[:1]).strip() and word.startswith(fast.decode(tokens[:1]).strip())
        assert fast.decode(list(tokens)).strip() == word
    if family is lower_case:  # both forms are one spelling
        assert len(spell(fast, ["music"], forms=["written", "capitalized"]).tokens) == 1
