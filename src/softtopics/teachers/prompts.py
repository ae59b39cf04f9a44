"""The text a language model reads: a document inside a prompt."""

from dataclasses import dataclass
from itertools import takewhile

from transformers import PreTrainedTokenizerBase


@dataclass(frozen=True)
class Prompt:
    """How a document is put before a language model.

    Attributes:
        template: the whole prompt with `{document}` and, if it has one, `{instruction}` in it.
        instruction: what is asked of the model.
        max_document_tokens: a longer document is cut to its first tokens; the template never is. None: no limit.
    """

    template: str
    instruction: str = ""
    max_document_tokens: int | None = None

    def fill(self, texts: list[str], tokenizer: PreTrainedTokenizerBase) -> list[str]:
        before, after = self.template.replace("{instruction}", self.instruction).split("{document}")
        return [before + text + after for text in self.cut(texts, tokenizer)]

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
        return [text[: offsets[-1][1]] for text, offsets in zip(texts, encoded["offset_mapping"], strict=True)]


def shared_beginning(prompts: list[list[int]]) -> int:
    """How many first tokens all prompts share, at least one token being left to each.

    The whole prompt is tokenised before what is common is looked for: tokens at the seam of two strings
    that are tokenised apart differ from those of the joined string.
    """
    shortest, longest = min(prompts), max(prompts)  # in lexicographic order: what these share, all share
    shared = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(shortest, longest, strict=False)))
    return min(shared, min(map(len, prompts)) - 1)
