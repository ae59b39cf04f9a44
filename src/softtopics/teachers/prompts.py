"""The text a language model reads: a document inside a prompt."""

import re
from dataclasses import dataclass, replace
from itertools import takewhile
from typing import cast

from transformers import PreTrainedTokenizerBase

from softtopics.errors import InputError


@dataclass(frozen=True)
class Prompt:
    """How a document is presented to a language model.

    >>> Prompt("{instruction}: {document} Topic:", "Name the topic").fill(["how to sort"], tokenizer)  # doctest: +SKIP
    ['Name the topic: how to sort Topic:']

    Attributes:
        template: the whole prompt, with `{document}` (or `{words}`, where the document's vocabulary words are read in
            its place, see `reading.texts_for`) and, if there is one, `{instruction}` in it. Examples of documents and
            their topics (few-shot) belong into it: they are read once for all documents.
        instruction: what is asked of the model.
        max_document_tokens: a longer document is cut to its first tokens; the template never is. None: no limit.
        chat: whether the filled template is what a user says, in the format that the model was trained to chat in.
        answer: how the model's answer begins; the model is asked for the word after it.
        think: what the model writes about the document first (`thoughts`): instruction, template and answer of the
            prompt for that, tokens (the most that it writes), and show, which then stands behind the document with the
            thought in place of `{thought}`. None: nothing.
    """

    template: str
    instruction: str = ""
    max_document_tokens: int | None = None
    chat: bool = False
    answer: str = ""
    think: dict | None = None

    @property
    def thinking(self) -> dict:
        """`think`, which is there.

        Raises:
            ValueError: it is not.
        """
        if self.think is None:
            raise ValueError("this prompt has the model write nothing first")
        return self.think

    def first(self) -> "Prompt":
        """The prompt that the model writes behind before it reads this one."""
        asked = {name: self.thinking[name] for name in ("instruction", "template", "answer")}
        return replace(self, think=None, **asked)

    def fill(self, texts: list[str], tokenizer: PreTrainedTokenizerBase) -> list[str]:
        """The whole prompt of each text.

        Raises:
            InputError: the prompt is a chat and the tokenizer has no chat template.
        """
        before, after = re.split(r"\{document\}|\{words\}", self.template)
        before = before.replace("{instruction}", self.instruction)
        filled = [before + text + after for text in self.cut(texts, tokenizer)]
        if self.chat:
            if not tokenizer.chat_template:
                raise InputError(
                    f"prompts: the tokenizer of {tokenizer.name_or_path} has no chat template; set chat: false or take "
                    "an instruct model"
                )
            said = [[{"role": "user", "content": text}] for text in filled]
            filled = cast(list[str], tokenizer.apply_chat_template(said, tokenize=False, add_generation_prompt=True))
        return [text + self.answer for text in filled]

    def tokens(self, texts: list[str], tokenizer: PreTrainedTokenizerBase) -> list[list[int]]:
        """The whole prompt of each text as token numbers.

        A prompt is tokenised as a whole: were its parts tokenised separately, tokens where they meet could differ. Chat
        templates contain their special tokens. The last token is the text's own: what some tokenizers append (an end of
        the text, a separator) would be asked for the word after it.
        """
        filled = self.fill(texts, tokenizer)
        tokens = cast(list[list[int]], tokenizer(filled, add_special_tokens=not self.chat)["input_ids"])
        end = 0 if self.chat else appended(max(filled, key=len), tokenizer)
        tokens = [row[: len(row) - end] for row in tokens]
        if not all(tokens):
            raise InputError("prompts: nothing is left to read of a document without text; put words around {document}")
        return tokens

    def cut(self, texts: list[str], tokenizer: PreTrainedTokenizerBase) -> list[str]:
        """Each text up to the end of its `max_document_tokens`-th token."""
        if self.max_document_tokens is None:
            return texts
        encoded = tokenizer(
            texts,
            add_special_tokens=False,
            truncation=True,
            max_length=self.max_document_tokens,
            return_offsets_mapping=True,
        )
        ends = [offsets[-1][1] if offsets else 0 for offsets in encoded["offset_mapping"]]
        whole = [len(offsets) < self.max_document_tokens for offsets in encoded["offset_mapping"]]
        return [text if kept else text[:end] for text, end, kept in zip(texts, ends, whole, strict=True)]


def appended(text: str, tokenizer: PreTrainedTokenizerBase) -> int:
    """How many special tokens a tokenizer puts behind a text.

    Raises:
        InputError: the text's own tokens are not among those of the text with special tokens.
    """
    bare, whole = (tokenizer(text, add_special_tokens=special)["input_ids"] for special in (False, True))
    for before in range(len(whole) - len(bare) + 1):
        if whole[before : before + len(bare)] == bare:
            return len(whole) - len(bare) - before
    raise InputError(
        f"prompts: the tokenizer of {tokenizer.name_or_path} reads a text in another way when it adds special tokens; "
        "take another model, or one with a chat format and chat: true"
    )


def shared_beginning(prompts: list[list[int]]) -> int:
    """How many tokens all prompts begin with, leaving at least one to each."""
    first, last = min(prompts), max(prompts)  # in lexicographic order: what these two share, all share
    shared = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(first, last, strict=False)))
    return min(shared, min(map(len, prompts)) - 1)
