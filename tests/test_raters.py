"""Language models as raters: what they say equals the plain computation, and is not computed twice."""

import inspect
import json
from importlib import import_module
from pathlib import Path

import numpy as np
import pytest
import torch
from conftest import small_lm, with_an_end
from transformers import AutoModelForCausalLM, AutoTokenizer, PreTrainedTokenizerFast

from softtopics.artifacts import write_array, write_json
from softtopics.errors import InputError
from softtopics.metrics.raters import likelihood
from softtopics.metrics.raters.base import PROMPT
from softtopics.metrics.raters.catalogue import RATERS
from softtopics.metrics.raters.lm import BeforeRating
from softtopics.metrics.rating import load_rater
from softtopics.teachers import causal_lm
from softtopics.teachers.associations import associations

TOPICS = [["court", "law", "judge"], ["violin", "song", "kidney", "orchestra"], ["sort", "list", "array"]]


def plain_rating(words: list[str], folder: Path, prompt: str, chat: bool) -> float:
    """One topic at a time, all logits; each rating's probability is that of the prompt with the digit behind it."""
    tokenizer = AutoTokenizer.from_pretrained(folder)
    model = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32).eval()
    text = prompt.replace("{words}", ", ".join(words))
    if chat:
        said = [{"role": "user", "content": text}]
        text = tokenizer.apply_chat_template(said, tokenize=False, add_generation_prompt=True)
    logits = []
    for digit in "123":
        rated = text + (digit if text[-1].isspace() else f" {digit}")
        tokens = tokenizer(rated, return_tensors="pt", add_special_tokens=not chat)["input_ids"]
        assert tokenizer.decode(tokens[0, -1:]).strip() == digit
        with torch.inference_mode():
            logits.append(model(input_ids=tokens).logits[0, -2, tokens[0, -1]].item())
    odds = np.exp(np.array(logits) - max(logits))
    return float(odds @ [1, 2, 3] / odds.sum())


@pytest.mark.parametrize(
    ("prompt", "chat"),
    [(PROMPT, True), (PROMPT + "\n\nRating:", False), (PROMPT + "\n\n", False)],
    ids=["chat", "a space before the digit", "white space before the digit"],
)
def test_an_expected_rating_equals_the_plain_computation(prompt, chat, smollm2, tmp_path):
    settings = {"lm": smollm2 / "source.json", "cache": tmp_path / "c", "prompt": prompt, "chat": chat}
    ratings = load_rater("lm", **settings, dtype="float32", batch_tokens=64)(TOPICS)
    expected = [plain_rating(words, smollm2, prompt, chat) for words in TOPICS]
    np.testing.assert_allclose(ratings, expected, atol=1e-4)
    assert ((ratings > 1) & (ratings < 3)).all()


def test_no_topic_is_read_twice_and_another_prompt_or_model_reads_anew(smollm2, tmp_path, monkeypatch):
    folder = small_lm("llama", smollm2, tmp_path)
    settings = {"lm": folder / "source.json", "cache": tmp_path / "c", "dtype": "float32"}
    read, whole = [], causal_lm.read
    monkeypatch.setattr(causal_lm, "read", lambda texts, *a, **k: read.append(texts) or whole(texts, *a, **k))
    first = load_rater("lm", **settings)([*TOPICS, TOPICS[0]])
    assert read == [[", ".join(words) for words in TOPICS]] and first[0] == first[3]
    again = load_rater("lm", **settings)([["new", "words"], *TOPICS[::-1]])
    assert read[1:] == [["new, words"]]
    np.testing.assert_array_equal(again[1:], first[:3][::-1])
    load_rater("lm", **settings, prompt="How related are {words}? Answer 1, 2 or 3:")(TOPICS)
    assert len(read) == 3
    record = json.loads((folder / "source.json").read_text(encoding="utf-8"))
    write_json(folder / "source.json", record | {"revision": "another"})
    load_rater("lm", **settings)(TOPICS)
    assert len(read) == 4


def test_a_prompt_without_a_place_for_the_words_is_refused(tmp_path):
    with pytest.raises(InputError, match=r"no \{words\}"):
        load_rater("lm", lm="nowhere/source.json", cache=tmp_path / "c", prompt="How related are these words?")


class Halves(PreTrainedTokenizerFast):
    """Writes every character as two tokens, the second of which is always the same."""

    def __call__(self, texts, **options):
        return {"input_ids": [[token for character in text for token in (ord(character), 0)] for text in texts]}


def test_a_tokenizer_that_writes_a_rating_in_two_tokens_is_refused(smollm2):
    tokenizer = Halves.from_pretrained(smollm2)
    with pytest.raises(InputError, match="does not write 1, 2 and 3 as one token each"):
        BeforeRating("Rate {document}:").digits(["a, b"], tokenizer)


def test_raters_and_associations_read_nothing_that_a_tokenizer_appends(smollm2, tmp_path):
    plainly, ending = small_lm("llama", smollm2, tmp_path), with_an_end(tmp_path / "lm", tmp_path / "ending")
    topics, words = [["law", "court"], ["violin", "bow", "tune"]], ["law", "court", "violin"]
    rated, associated = [], []
    for folder in (plainly, ending):
        rate = load_rater(
            "lm", lm=folder / "source.json", cache=tmp_path / f"{folder.name}.jsonl", chat=False, dtype="float32"
        )
        rated.append(rate(topics))
        associated.append(associations(words, folder, dtype="float32")[0])
    np.testing.assert_allclose(rated[1], rated[0], atol=1e-5)
    np.testing.assert_allclose(associated[1], associated[0], atol=1e-5)


def test_associations_are_what_the_model_says_after_each_word(smollm2):
    words = ["law", "court", "violin", "song"]
    logits, about = associations(words, smollm2, dtype="float32", batch_tokens=8)
    tokenizer = AutoTokenizer.from_pretrained(smollm2)
    model = AutoModelForCausalLM.from_pretrained(smollm2, dtype=torch.float32).eval()
    for row, word in zip(logits, words, strict=True):
        tokens = tokenizer(f"A list of related words: {word},", return_tensors="pt")["input_ids"]
        with torch.inference_mode():
            last = model(input_ids=tokens).logits[0, -1]
        first = [tokenizer(f" {other}")["input_ids"][0] for other in words]
        np.testing.assert_allclose(row, last[first].numpy(), atol=2e-3)
    assert about["first_prompt"] == "A list of related words: law,"


@pytest.mark.parametrize("kind", RATERS)
def test_every_row_of_the_catalogue_names_what_its_module_takes(kind):
    row, module = RATERS[kind], import_module(f"softtopics.metrics.raters.{kind}")
    functions = [module.rater, *([module.ask] if kind == "server" else [])]  # whose **server is for `ask`
    takes = {name for function in functions for name in inspect.signature(function).parameters}
    told = {*row.settings, *row.reads, *(["cache"] if row.keeps_answers else [])}
    told |= {"dtype", "batch_tokens", "trust_remote_code"} if row.loads_lm else set()
    needed = {name for name, one in inspect.signature(module.rater).parameters.items() if one.default is one.empty}
    assert told <= takes and needed - {"server"} <= told


@pytest.fixture
def planted(tmp_path) -> dict[str, Path]:
    """Files of a vocabulary of two halves: words of one half call for each other, and for b0 as all do."""
    random = np.random.default_rng(0)
    words = [f"{half}{i}" for half in "ab" for i in range(8)]
    logits = random.normal(0, 0.1, (16, 16)).astype(np.float32)
    logits[:8, :8] += 3
    logits[8:, 8:] += 3
    logits[:, 8] += 5
    write_array(tmp_path / "logits.npy", logits)
    (tmp_path / "vocabulary.txt").write_text("\n".join(words), encoding="utf-8")
    return {"logits": tmp_path / "logits.npy", "vocabulary": tmp_path / "vocabulary.txt"}


def plain_likelihood(words: list[str], logits: np.ndarray, vocabulary: list[str]) -> float:
    """The formula word by word."""

    def chance(read: str, said: str) -> float:
        odds = {w: np.exp(logits[vocabulary.index(read), vocabulary.index(w)]) for w in vocabulary if w != read}
        return odds.get(said, 0.0) / sum(odds.values())

    def information(read: str, said: str) -> float:
        return np.log(chance(read, said) / np.mean([chance(other, said) for other in vocabulary]))

    belongs = []
    for word in words:
        others = [other for other in words if other != word]
        mean = np.mean([(information(o, word) + information(word, o)) / 2 for o in others])
        belongs.append(1 / (1 + np.exp(-mean)))
    return float(np.prod(belongs) ** (1 / len(words)))


def test_a_likelihood_equals_the_formula_word_by_word(planted):
    logits, vocabulary = np.load(planted["logits"]).astype(float), planted["vocabulary"].read_text().split()
    topics = [["a1", "a2", "a3"], ["b0", "b1", "b2", "b3"], ["a4", "b4"]]
    expected = [plain_likelihood(words, logits, vocabulary) for words in topics]
    np.testing.assert_allclose(load_rater("likelihood", **planted)(topics), expected, rtol=1e-5)


def test_words_that_belong_are_likely_and_a_frequent_word_does_not_belong_everywhere(planted):
    together, mixed, frequent = load_rater("likelihood", **planted)(
        [["a1", "a2", "a3", "a4"], ["a1", "a2", "b3", "b4"], ["a1", "a2", "a3", "b0"]]
    )
    assert together > 0.5 > frequent > 0 and together > mixed


def test_a_topic_of_fewer_than_two_words_has_the_lowest_rating(planted):
    rate = load_rater("likelihood", **planted)
    assert rate([["a1"], ["a1", "a2"], []]).tolist() == [0, *rate([["a1", "a2"]]), 0]
    assert rate([["a1"], []]).tolist() == [0, 0]
    with pytest.raises(ValueError, match="at least two"):
        likelihood.rater(**planted)([["a1"]])


def test_information_does_not_depend_on_how_likely_the_model_finds_a_word_anyway():
    random = np.random.default_rng(1)
    logits = random.normal(size=(6, 6))
    information = likelihood.mutual_information(logits)
    assert (information.diagonal() == 0).all() and np.isfinite(information).all()
    # adding to a row changes nothing: it is the document's constant
    np.testing.assert_allclose(likelihood.mutual_information(logits + random.normal(size=(6, 1))), information)
