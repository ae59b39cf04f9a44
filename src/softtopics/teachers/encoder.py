"""A sentence encoder reads documents; as a teacher it scores a word by its cosine to the document."""

import logging
import threading
from functools import partial
from pathlib import Path

import numpy as np
import torch
from sentence_transformers import SentenceTransformer

from softtopics.runtime import device, fastest_dtype
from softtopics.storage import check_folder
from softtopics.teachers.batching import batches
from softtopics.teachers.lms import describe
from softtopics.teachers.prompts import Prompt
from softtopics.teachers.shards import WHOLE, Part, compute_rows

log = logging.getLogger(__name__)

AGREE = 0.999  # the lowest cosine that embeddings in a faster type may have to those in float32
SAMPLE = 32  # texts that the types are compared on
TOKENIZER = threading.Lock()  # a tokenizer serves one batch at a time


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
    part: Part = WHOLE,
) -> tuple[np.ndarray, dict]:
    """Embeddings of texts as the encoder's own `encode` computes them, in batches of similar length.

    Args:
        texts: N texts.
        folder: the encoder's folder.
        prompt: what surrounds each text (some encoders want a prefix).
        batch_tokens: padded tokens in one forward pass; bounds the memory. None: what suits the device.
        dtype: a torch floating-point type, or `auto`: the fastest here, measured. Where embeddings in it do not agree
            with those in float32, it is float32.
        trust_remote_code: run code that the encoder's folder carries.
        store, part: see `shards.compute_rows`.

    Returns:
        N x D float32 rows of length 1, and an account of the reading.
    """
    where = device()
    load = partial(load_encoder, folder, where, trust_remote_code)
    exact = load("float32")
    prompts = prompt.fill(texts, exact.tokenizer)
    lengths = [len(tokens) for tokens in exact.tokenizer(prompts, truncation=True)["input_ids"]]
    wanted = fastest_dtype(where) if dtype == "auto" else dtype
    chosen, agreement = exact, 1.0
    if wanted != "float32":
        sample = prompts[:: -(-len(prompts) // SAMPLE)]
        chosen = load(wanted)
        agreement = float((embed(exact, sample) * embed(chosen, sample)).sum(axis=1).min())
        if not agreement > AGREE:
            log.info("%s agrees with float32 only to a cosine of %.4f: read in float32", wanted, agreement)
            wanted, chosen, agreement = "float32", exact, 1.0
    del exact  # its memory, unless it is the chosen one
    embeddings = compute_rows(
        list(batches(lengths, batch_tokens, where)),
        lambda rows: embed(chosen, [prompts[row] for row in rows]),
        store=store,
        key=[describe(folder), wanted, prompts],
        part=part,
    )
    about = {"dtype": wanted, "device": where, "computed_tokens": sum(lengths), "cosine_to_float32": agreement}
    return embeddings, about


def load_encoder(folder: str | Path, where: str, trust_remote_code: bool, dtype: str) -> SentenceTransformer:
    check_folder(folder)
    kind = {"dtype": getattr(torch, dtype)}
    encoder = SentenceTransformer(str(folder), device=where, trust_remote_code=trust_remote_code, model_kwargs=kind)
    return encoder.eval()


def embed(encoder: SentenceTransformer, prompts: list[str]) -> np.ndarray:
    """B x D rows of length 1, all prompts in one forward pass."""
    with TOKENIZER:
        tokens = encoder.preprocess(prompts)
    features = {name: value.to(encoder.device) if torch.is_tensor(value) else value for name, value in tokens.items()}
    vectors = encoder(features)["sentence_embedding"].float()
    return torch.nn.functional.normalize(vectors, dim=1).cpu().numpy()
