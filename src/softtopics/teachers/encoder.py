"""A sentence encoder reads documents; as a teacher it scores a word by its cosine to the document."""

import logging
from pathlib import Path

import numpy as np
import torch
from sentence_transformers import SentenceTransformer

from softtopics.runtime import device, fastest_dtype
from softtopics.teachers.batching import batches
from softtopics.teachers.lms import describe
from softtopics.teachers.prompts import Prompt
from softtopics.teachers.shards import compute_rows

log = logging.getLogger(__name__)


AGREE = 0.999  # cosine of an embedding in a faster type and in float32, at least
SAMPLE = 32  # texts that the types are compared on


@torch.inference_mode()
def read(
    texts: list[str],
    folder: str | Path,
    prompt: Prompt,
    *,
    batch_tokens: int | None = None,
    dtype: str = "float32",
    trust_remote_code: bool = False,
    store: str | Path | None = None,
) -> tuple[np.ndarray, dict]:
    """Embeddings of texts as the encoder's own `encode` computes them, batched by length in tokens.

    Args:
        texts: N texts.
        folder: the encoder's folder.
        prompt: what surrounds each text (some encoders want a prefix).
        batch_tokens: padded tokens in one forward pass; bounds the memory. None: what suits the device.
        dtype: a torch floating-point type, or `auto`: the fastest here, measured, if its embeddings agree with
            float32's.
        trust_remote_code: run code that the encoder's folder carries.
        store: folder of finished shards, see `shards.compute_rows`.

    Returns:
        N x D float32 rows of length 1, and what was measured on the way.
    """
    where = device()

    def load(wanted: str) -> SentenceTransformer:
        kind = {"dtype": getattr(torch, wanted)}
        return SentenceTransformer(
            str(folder), device=where, trust_remote_code=trust_remote_code, model_kwargs=kind
        ).eval()

    encoder = load("float32")
    prompts = prompt.fill(texts, encoder.tokenizer)
    lengths = [len(tokens) for tokens in encoder.tokenizer(prompts, truncation=True)["input_ids"]]

    def embed(rows: list[int]) -> np.ndarray:
        features = encoder.preprocess([prompts[row] for row in rows])
        features = {name: v.to(where) if torch.is_tensor(v) else v for name, v in features.items()}
        vectors = encoder(features)["sentence_embedding"].float()
        return torch.nn.functional.normalize(vectors, dim=1).cpu().numpy()

    wanted = fastest_dtype(where) if dtype == "auto" else dtype
    agreement = 1.0
    if wanted != "float32":
        sample = list(range(0, len(texts), -(-len(texts) // SAMPLE)))
        exact = embed(sample)
        encoder = load(wanted)
        agreement = float((exact * embed(sample)).sum(axis=1).min())
        if dtype == "auto" and not agreement > AGREE:
            log.info("%s would be faster but agrees with float32 only to a cosine of %.4f", wanted, agreement)
            wanted, agreement, encoder = "float32", 1.0, load("float32")
    embeddings = compute_rows(
        list(batches(lengths, batch_tokens, where)), embed, store=store, key=[describe(folder), wanted, prompts]
    )
    about = {"dtype": wanted, "device": where, "computed_tokens": sum(lengths), "cosine_to_float32": agreement}
    return embeddings, about


def score_words(
    hidden: np.ndarray,
    vocabulary: list[str],
    folder: str | Path,
    *,
    scale: float,
    prompt: Prompt,
    trust_remote_code: bool = False,
) -> tuple[np.ndarray, dict]:
    """`scale` times the cosine of documents (N x D unit rows) and words: N x V float32."""
    words, about = read(vocabulary, folder, prompt, trust_remote_code=trust_remote_code)
    return scale * (hidden @ words.T), about
