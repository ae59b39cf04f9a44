"""What a language model writes about a document before it is asked for a word: one line, greedily, in batches.

Chain of thought (Wei et al., NeurIPS 2022) for soft labels: the thought stands behind the document when the prompt of
the label is read. Tokens are read once (key-value cache), and a document whose thought has ended leaves its batch.
"""

from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor
from transformers import AutoTokenizer, PreTrainedTokenizerBase

from softtopics.artifacts import read_array
from softtopics.errors import InputError
from softtopics.teachers.batching import BUDGETS, batches, distinct
from softtopics.teachers.line import Line
from softtopics.teachers.lm_head import Head
from softtopics.teachers.lms import describe
from softtopics.teachers.prompts import Prompt
from softtopics.teachers.reader import Reader
from softtopics.teachers.reading import texts_for
from softtopics.teachers.shards import WHOLE, Part, compute_rows

NONE = -1  # stands behind the last token of a thought
SAMPLE = 3  # thoughts that the account of a reading shows
# A token is written with a pass over all weights, however many documents it is written for: on a CPU the more the
# better, up to what memory holds.
WRITING = {"cpu": 8 * BUDGETS["cpu"], "cuda": BUDGETS["cuda"]}  # padded tokens of a batch that is written behind


@torch.inference_mode()
def think(
    texts: list[str],
    folder: str | Path,
    prompt: Prompt,
    *,
    batch_tokens: int | None = None,
    dtype: str = "auto",
    trust_remote_code: bool = False,
    store: str | Path | None = None,
    part: Part = WHOLE,
) -> tuple[np.ndarray, dict]:
    """The likeliest next tokens, one after another, up to the end of a line or of what the model says.

    Args:
        texts: N documents.
        folder: the model's folder.
        prompt: that of the label; its `think` says what is asked first.
        batch_tokens, dtype, trust_remote_code, store, part: see `causal_lm.read`.

    Returns:
        N x T float32 token numbers, -1 behind the last one, and an account of the reading.

    Raises:
        InputError: the prompt is not for this model, or the model cannot write in batches.
    """
    asked, n_tokens = prompt.first(), prompt.thinking["tokens"]
    reader = Reader.load(folder, asked, texts, dtype, trust_remote_code, behind=n_tokens)
    writer = Writer(reader, Head.load(folder).to(reader.device).to(reader.backbone.dtype), n_tokens)
    tokens = compute_rows(
        list(batches([len(rest) + n_tokens for rest in reader.rests], batch_tokens or WRITING[reader.device.type])),
        writer.write,
        store=store,
        key=[describe(folder), reader.dtype, reader.start, reader.rests, n_tokens],
        part=part,
    )
    return tokens, reader.about()


class Presented(NamedTuple):
    """What is read for the documents of a file, and under which prompt.

    Attributes:
        texts: each distinct one, with its thought behind it.
        first, place: how to go from all documents to these and back (`batching.distinct`).
        prompt: it cuts no documents any more where they have been cut before their thoughts.
        account: some of the thoughts, how many are empty, how long they may be; nothing if the prompt wants none.
    """

    texts: list[str]
    first: np.ndarray | slice
    place: np.ndarray | slice
    prompt: Prompt
    account: dict


def presented(
    documents: str | Path,
    words: list[str],
    thoughts: list[str],
    folder: Path,
    prompt: Prompt,
    trust_remote_code: bool = False,
) -> Presented:
    """What is read for the documents of a file, and under which prompt.

    Args:
        documents, words: see `reading.texts_for`.
        thoughts: the file of the documents' thoughts, if the prompt has the model write first.
        folder: the language model's.
        prompt: that of the label.
        trust_remote_code: run code that the model's folder carries.
    """
    texts, first, place = distinct(texts_for(documents, words))
    if not thoughts:
        return Presented(texts, first, place, prompt, {})
    tokenizer = AutoTokenizer.from_pretrained(folder, trust_remote_code=trust_remote_code)
    written = decoded(read_array(thoughts[0])[first], tokenizer)
    show = prompt.thinking["show"]
    behind = [
        text + show.replace("{thought}", one) for text, one in zip(prompt.cut(texts, tokenizer), written, strict=True)
    ]
    account = {"thoughts": written[:SAMPLE], "without_thought": written.count("")}
    account["longest"] = prompt.thinking["tokens"]
    return Presented(behind, first, place, replace(prompt, max_document_tokens=None), account)


def decoded(tokens: np.ndarray, tokenizer: PreTrainedTokenizerBase) -> list[str]:
    """The text of each of N thoughts."""
    rows = [[int(token) for token in row if token != NONE] for row in tokens]
    return [text.strip() for text in tokenizer.batch_decode(rows, skip_special_tokens=True)]


@dataclass(frozen=True)
class Writer:
    """Writes behind prompts.

    Attributes:
        reader: of the prompts.
        head: the language model's.
        n_tokens: T, the most that are written.
    """

    reader: Reader
    head: Head
    n_tokens: int

    def __post_init__(self) -> None:
        self.check()

    @cached_property
    def ends(self) -> Tensor:
        """Tokens that end a thought: all that are special, and all with the end of a line in them."""
        tokenizer = self.reader.tokenizer
        texts = tokenizer.batch_decode([[token] for token in range(len(self.head.weight))])
        found = {token for token, text in enumerate(texts) if "\n" in text}
        found |= {token for token, added in tokenizer.added_tokens_decoder.items() if added.special}
        return torch.tensor(sorted(found), device=self.reader.device)

    def write(self, rows: list[int]) -> np.ndarray:
        """len(rows) x T token numbers.

        Recurrent layers would go on through the padding behind a shorter prompt: there, a batch is of one length.
        """
        lengths = np.array([len(self.reader.rests[row]) for row in rows])
        if self.reader.beginning is not None or len(set(lengths)) == 1:
            return self.write_batch(rows)
        written = np.empty((len(rows), self.n_tokens), dtype=np.float32)
        for length in set(lengths):
            alike = np.flatnonzero(lengths == length)
            written[alike] = self.write_batch([rows[place] for place in alike])
        return written

    def write_batch(self, rows: list[int]) -> np.ndarray:
        written = np.full((len(rows), self.n_tokens), NONE, dtype=np.float32)
        line, open_rows = Line.of(self.reader, rows), np.arange(len(rows))
        for step in range(self.n_tokens):
            token = self.head.logits(line.state).argmax(dim=1)
            going = torch.isin(token, self.ends).logical_not().nonzero()[:, 0]
            open_rows = open_rows[going.cpu().numpy()]
            if not len(open_rows):
                break
            written[open_rows, step] = token[going].cpu().numpy()
            if step + 1 < self.n_tokens:
                line = line.only(going) if len(going) < len(token) else line
                line.extend(token[going])
        return written

    def check(self) -> None:
        """Compare the state behind a first token that is written in a batch with the same tokens read alone.

        Raises:
            InputError: they differ by more than rounding.
        """
        reader, lengths = self.reader, list(map(len, self.reader.rests))
        rows = [int(np.argmin(lengths)), int(np.argmax(lengths))] if reader.beginning is not None else [0, 0]
        line = Line.of(reader, rows)
        token = self.head.logits(line.state).argmax(dim=1)
        line.extend(token)
        for place, row in enumerate(rows):
            whole = torch.tensor([[*reader.start, *reader.rests[row], int(token[place])]], device=reader.device)
            plain = reader.backbone(input_ids=whole).last_hidden_state[0, -1]
            error = float((line.state[place] - plain).norm() / plain.norm())
            if not error < (1e-3 if reader.dtype == "float32" else 0.1):
                raise InputError(
                    f"prompts: {type(reader.backbone).__name__} writes differently in a batch than alone (relative "
                    f"difference {error:.2g}); leave out the prompt's `think`"
                )
