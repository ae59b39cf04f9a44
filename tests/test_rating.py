"""The chat model's rating, against a real server on this machine."""

import numpy as np
import pytest
from conftest import JsonHandler, serving

from softtopics.artifacts import Run
from softtopics.errors import InputError
from softtopics.metrics.raters.base import Cache
from softtopics.metrics.raters.server import ask
from softtopics.metrics.rating import load_rater, rate_cells

WORDS = ["court", "law", "judge"]


@pytest.fixture
def server(monkeypatch):
    """A server that answers from `replies` (a status code is an error) and keeps what it was asked."""

    class Handler(JsonHandler):
        def do_POST(self):
            asked.append(self.asked())
            reply = replies.pop(0) if len(replies) > 1 else replies[0]
            status = reply if isinstance(reply, int) else 200
            message = {"role": "assistant", "content": reply}
            choice = {"index": 0, "finish_reason": "stop", "message": message}
            body = {"id": "x", "object": "chat.completion", "created": 0, "model": "m", "choices": [choice]}
            self.answer(status, body if status == 200 else {"error": {"message": "try later"}})

    asked, replies = [], ["3"]
    monkeypatch.setenv("TEST_KEY", "secret")
    monkeypatch.setattr("openai._base_client.INITIAL_RETRY_DELAY", 0.01)
    with serving(Handler) as http:
        http.settings = {"base_url": http.url, "model": "m", "api_key_env": "TEST_KEY"}
        http.asked, http.replies = asked, replies
        yield http


def test_a_rating_is_asked_for_once_at_temperature_zero_and_kept(server, tmp_path):
    cache = Cache(tmp_path / "cache.jsonl")
    assert ask(WORDS, cache, **server.settings) == 3
    assert ask(WORDS, Cache(tmp_path / "cache.jsonl"), **server.settings) == 3  # from the file
    (question,) = server.asked
    assert question["temperature"] == 0 and question["max_tokens"] == 1
    assert "court, law, judge" in question["messages"][0]["content"]


def test_a_failing_server_is_tried_again(server, tmp_path):
    server.replies[:] = [500, 429, "2"]
    assert ask(WORDS, Cache(tmp_path / "c"), **server.settings) == 2
    assert len(server.asked) == 3


def test_a_server_that_keeps_failing_is_one_sentence_and_what_is_rated_is_kept(server, tmp_path):
    cache = Cache(tmp_path / "c")
    ask(WORDS, cache, **server.settings)
    server.replies[:] = [500]
    with pytest.raises(InputError, match=r"did not rate a topic"):
        ask(["other"], cache, retries=1, **server.settings)
    assert len(Cache(tmp_path / "c").ratings) == 1


def test_an_answer_cut_short_by_a_kill_is_asked_again_and_the_others_are_kept(server, tmp_path):
    path = tmp_path / "c"
    for words in (["first"], ["second"]):
        ask(words, Cache(path), **server.settings)
    path.write_text(path.read_text()[:-9])  # in the middle of the second answer
    assert len(Cache(path).ratings) == 1
    ask(["second"], Cache(path), **server.settings)
    assert len(Cache(path).ratings) == 2
    for words in (["first"], ["second"]):
        ask(words, Cache(path), **server.settings)
    assert len(server.asked) == 3


def test_a_prompt_without_a_place_for_the_words_is_refused(server, tmp_path):
    with pytest.raises(InputError, match=r"no \{words\}"):
        ask(WORDS, Cache(tmp_path / "c"), prompt="How related are these words?", **server.settings)
    assert not server.asked


def test_an_answer_that_is_no_rating_is_named_after_a_second_try(server, tmp_path):
    server.replies[:] = ["Sure"]
    with pytest.raises(InputError, match="answered 'Sure'"):
        ask(WORDS, Cache(tmp_path / "c"), **server.settings)
    assert len(server.asked) == 2


def test_a_missing_key_is_one_sentence(server, tmp_path):
    with pytest.raises(InputError, match="NO_SUCH_KEY is not set"):
        ask(WORDS, Cache(tmp_path / "c"), **{**server.settings, "api_key_env": "NO_SUCH_KEY"})


def test_a_server_of_another_address_is_asked_anew(server, tmp_path):
    ask(WORDS, Cache(tmp_path / "c"), **server.settings)
    other = server.settings | {"base_url": server.settings["base_url"].replace("127.0.0.1", "localhost")}
    ask(WORDS, Cache(tmp_path / "c"), **other)
    assert len(server.asked) == 2


def test_topics_are_asked_for_once_each_and_answered_in_order(server, tmp_path):
    server.replies[:] = ["1", "3"]
    rate = load_rater("server", cache=tmp_path / "c", parallel=1, **server.settings)
    topics = [["law", "court"], ["song", "opera"], ["law", "court"]]
    assert rate(topics).tolist() == [1, 3, 1]
    assert load_rater("server", cache=tmp_path / "c", **server.settings)(topics[::-1]).tolist() == [1, 3, 1]
    assert len(server.asked) == 2


def test_no_further_topic_is_asked_for_after_an_error(server, tmp_path):
    server.replies[:] = ["Sure"]
    with pytest.raises(InputError, match="answered 'Sure'"):
        load_rater("server", cache=tmp_path / "c", parallel=1, **server.settings)([[f"w{i}", "w"] for i in range(50)])
    assert len(server.asked) <= 4  # the first, and perhaps one that was under way, twice each


def runs(*tops: str) -> list[Run]:
    run = {"beta": np.eye(2, 3), "theta": np.full((4, 2), 0.5), "seconds": 1.0, "versions": {}}
    return [Run(**run, vocabulary=[*words, "-"], seed=seed) for seed, words in enumerate(tops)]


def test_cells_are_rated_in_one_call_and_by_seed():
    asked = []

    def rate(topics):
        asked.append(topics)
        return np.array([ord(words[0]) - ord("a") for words in topics], dtype=float)

    cells = {("c", "lda", "default", 2): runs("ab", "cd"), ("c", "etm", "x-1", 2): runs("ef")}
    scores = rate_cells(cells, rate, n_words=1)
    assert asked == [[["a"], ["b"], ["c"], ["d"], ["e"], ["f"]]]
    assert list(scores.columns) == ["corpus", "method", "variant", "k", "seed", "metric", "value"]
    assert scores.to_numpy().tolist() == [
        ["c", "lda", "default", 2, 0, "llm_rating", 0.5],
        ["c", "lda", "default", 2, 1, "llm_rating", 2.5],
        ["c", "etm", "x-1", 2, 0, "llm_rating", 4.5],
    ]


def test_a_rating_that_is_not_a_number_is_refused():
    with pytest.raises(ValueError, match="2 ratings are not finite"):
        rate_cells({("c", "lda", "default", 2): runs("ab")}, lambda topics: np.full(2, np.nan), n_words=1)
