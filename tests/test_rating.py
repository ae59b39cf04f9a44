"""The chat model's rating, against a real server on this machine."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import numpy as np
import pytest

from softtopics.artifacts import Run
from softtopics.errors import InputError
from softtopics.metrics.rating import Cache, rate, rate_cell

WORDS = ["court", "law", "judge"]


@pytest.fixture
def server(monkeypatch):
    """A server that answers from `replies` (a status code is an error) and keeps what it was asked."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            asked.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            reply = replies.pop(0) if len(replies) > 1 else replies[0]
            status = reply if isinstance(reply, int) else 200
            message = {"role": "assistant", "content": reply}
            choice = {"index": 0, "finish_reason": "stop", "message": message}
            body = {"id": "x", "object": "chat.completion", "created": 0, "model": "m", "choices": [choice]}
            content = json.dumps(body if status == 200 else {"error": {"message": "try later"}}).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_):
            pass

    asked, replies = [], ["3"]
    http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=http.serve_forever, args=(0.01,), daemon=True).start()
    monkeypatch.setenv("TEST_KEY", "secret")
    monkeypatch.setattr("openai._base_client.INITIAL_RETRY_DELAY", 0.01)
    http.settings = {"base_url": f"http://127.0.0.1:{http.server_port}/v1", "model": "m", "api_key_env": "TEST_KEY"}
    http.asked, http.replies = asked, replies
    yield http
    http.shutdown()
    http.server_close()


def test_a_rating_is_asked_for_once_at_temperature_zero_and_kept(server, tmp_path):
    cache = Cache(tmp_path / "cache.jsonl")
    assert rate(WORDS, cache, **server.settings) == 3
    assert rate(WORDS, Cache(tmp_path / "cache.jsonl"), **server.settings) == 3  # from the file
    (question,) = server.asked
    assert question["temperature"] == 0 and question["max_tokens"] == 1
    assert "court, law, judge" in question["messages"][0]["content"]


def test_a_failing_server_is_tried_again(server, tmp_path):
    server.replies[:] = [500, 429, "2"]
    assert rate(WORDS, Cache(tmp_path / "c"), **server.settings) == 2
    assert len(server.asked) == 3


def test_a_server_that_keeps_failing_is_one_sentence_and_what_is_rated_is_kept(server, tmp_path):
    cache = Cache(tmp_path / "c")
    rate(WORDS, cache, **server.settings)
    server.replies[:] = [500]
    with pytest.raises(InputError, match=r"did not rate a topic"):
        rate(["other"], cache, retries=1, **server.settings)
    assert len(Cache(tmp_path / "c").answers) == 1


def test_an_answer_cut_short_by_a_kill_is_asked_again_and_the_others_are_kept(server, tmp_path):
    path = tmp_path / "c"
    for words in (["first"], ["second"]):
        rate(words, Cache(path), **server.settings)
    path.write_text(path.read_text()[:-9])  # in the middle of the second answer
    assert len(Cache(path).answers) == 1
    rate(["second"], Cache(path), **server.settings)
    assert len(Cache(path).answers) == 2
    for words in (["first"], ["second"]):
        rate(words, Cache(path), **server.settings)
    assert len(server.asked) == 3


def test_a_prompt_without_a_place_for_the_words_is_refused(server, tmp_path):
    with pytest.raises(InputError, match=r"no \{words\}"):
        rate(WORDS, Cache(tmp_path / "c"), prompt="How related are these words?", **server.settings)
    assert not server.asked


def test_an_answer_that_is_no_rating_is_named_after_a_second_try(server, tmp_path):
    server.replies[:] = ["Sure"]
    with pytest.raises(InputError, match="answered 'Sure'"):
        rate(WORDS, Cache(tmp_path / "c"), **server.settings)
    assert len(server.asked) == 2


def test_a_missing_key_is_one_sentence(server, tmp_path):
    with pytest.raises(InputError, match="NO_SUCH_KEY is not set"):
        rate(WORDS, Cache(tmp_path / "c"), **{**server.settings, "api_key_env": "NO_SUCH_KEY"})


def test_a_cell_is_rated_by_seed(server, tmp_path):
    server.replies[:] = ["1", "3", "2", "2"]
    run = {"beta": np.eye(2, 3), "theta": np.full((4, 2), 0.5), "seconds": 1.0, "versions": {}}
    runs = [Run(**run, vocabulary=[f"a{seed}", f"b{seed}", "c"], seed=seed) for seed in (0, 1)]
    scores = rate_cell(runs, top_words=1, cache=tmp_path / "c", **server.settings)
    assert scores.to_dict("list") == {"seed": [0, 1], "metric": ["llm_rating"] * 2, "value": [2.0, 2.0]}
