"""How fast soft labels are extracted, and what the whole-word approximation costs: ratios measured in one run.

    make .venv/ready && .venv/bin/python benchmarks/soft_labels.py

Short texts are StackOverflow titles and long ones 20 Newsgroups posts where `data/` has them (see
workflow/experiments), else WordNet glosses alone. Writes results/benchmarks/soft_labels.md.
"""

import argparse
import logging
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

import numpy as np
import torch
import yaml
from scipy.special import softmax
from sentence_transformers import SentenceTransformer
from transformers import AutoModelForCausalLM, AutoTokenizer

from softtopics.artifacts import write_text
from softtopics.corpora.prepare import prepare, read
from softtopics.corpora.vocabulary import vocabulary_of
from softtopics.runtime import device, fastest_dtype
from softtopics.teachers import causal_lm, encoder, whole_words
from softtopics.teachers.lms import RECORD, fetch
from softtopics.teachers.prompts import Prompt
from softtopics.teachers.reader import Reader
from softtopics.teachers.word_scores import score_words, spell

ROOT = Path(__file__).parents[1]
CONFIG = yaml.safe_load((ROOT / "config.yaml").read_text(encoding="utf-8"))
FILES = {"short": "stackoverflow.tsv.gz", "long": "20_newsgroups.tsv.gz"}
FORMS = ["written", "capitalized"]


def model_folder(name: str) -> Path:
    folder = ROOT / "results/benchmarks/lms" / name
    if not (folder / RECORD).is_file():
        fetch(name, CONFIG["lms"][name]["source"], folder, kind=CONFIG["lms"][name]["kind"])
    return folder


def corpus(kind: str, documents: int) -> tuple[str, list[str], list[str]] | None:
    """Name, evenly spaced documents and whole vocabulary of the user's file or, for short texts, of WordNet."""
    path = ROOT / "data" / FILES[kind]
    if path.is_file():
        name, source = path.name, {"kind": "table", "path": path, "text": "text"}
    elif kind == "short":
        name, source = "WordNet glosses", {"kind": "wordnet", "entries": "nouns"}
    else:
        return None
    data, _ = prepare(read(source), name=kind, max_documents=max(3000, documents))
    vocabulary, _, _ = vocabulary_of(data, name=kind)
    return name, data["text"].tolist()[:: len(data) // documents][:documents], vocabulary


def plain_loop(texts: list[str], tokens: list[int], model, tokenizer, prompt: Prompt) -> tuple[np.ndarray, np.ndarray]:
    """The straightforward way: one document at a time, all logits and hidden states, a scalar read for every word."""
    hidden, logits = [], []
    for text in prompt.fill(texts, tokenizer):
        inputs = tokenizer(text, return_tensors="pt").to(model.device)
        with torch.inference_mode():
            output = model(**inputs, output_hidden_states=True)
        last = output.logits[0, -1]
        logits.append([last[token].item() for token in tokens])
        hidden.append(output.hidden_states[-1][0, -1].float().cpu().numpy())
    return np.stack(hidden), np.array(logits)


def loop_of_32(texts: list[str], tokens: list[int], model, tokenizer, prompt: Prompt) -> tuple[np.ndarray, np.ndarray]:
    """The same in batches of 32 as they come, padded on the left: what the paper's processing does by default."""
    hidden, logits = [], []
    tokenizer.padding_side = "left"
    filled = prompt.fill(texts, tokenizer)
    for start in range(0, len(filled), 32):
        inputs = tokenizer(filled[start : start + 32], return_tensors="pt", padding=True).to(model.device)
        with torch.inference_mode():
            output = model(**inputs, output_hidden_states=True)
        last = output.logits[:, -1].float().cpu()
        logits.append(np.array([[row[token].item() for token in tokens] for row in last]))
        hidden.append(output.hidden_states[-1][:, -1].float().cpu().numpy())
    return np.concatenate(hidden), np.concatenate(logits)


def seconds(work: Callable) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def matmul_rate(dtype: torch.dtype, where: str, size: int = 2048) -> float:
    """Floating-point operations a second of a large matrix product, the best of five."""
    left, right = (torch.rand(size, size, dtype=dtype, device=where) for _ in range(2))
    return max(2 * size**3 / seconds(lambda: (left @ right).sum().item()) for _ in range(5))


def reading(kind: str, prompt: Prompt, dtype: str, documents: int, rounds: int) -> str | None:
    """Our engine, the plain loop and that in batches of 32 on the same documents; medians of alternating rounds."""
    found = corpus(kind, documents)
    if found is None:
        return None
    name, texts, vocabulary = found
    folder, where = model_folder("smollm2"), device()
    tokenizer = AutoTokenizer.from_pretrained(folder)
    model = AutoModelForCausalLM.from_pretrained(folder, dtype=getattr(torch, dtype)).to(where).eval()
    tokens = [way[0] for way in spell(tokenizer, vocabulary, forms=["written"], first=True).tokens]
    reader = Reader.load(folder, prompt, texts, dtype, False)
    rows = list(causal_lm.batches([len(rest) for rest in reader.rests], None, where))

    @torch.inference_mode()
    def engine() -> np.ndarray:
        prompt.tokens(texts, tokenizer)  # the plain loop pays for this, too
        hidden = causal_lm.compute_rows(rows, reader.last_states)
        score_words(hidden, vocabulary, folder, forms=["written"])
        return hidden

    plain_loop(texts[:3], tokens, model, tokenizer, prompt)
    ours = engine()
    theirs, _ = plain_loop(texts[:20], tokens, model, tokenizer, prompt)
    error = np.abs(ours[:20] - theirs).max() / np.abs(theirs).max()
    loop_s, batch_s, engine_s = [], [], []
    for _ in range(rounds):
        loop_s.append(seconds(lambda: plain_loop(texts, tokens, model, tokenizer, prompt)))
        batch_s.append(seconds(lambda: loop_of_32(texts, tokens, model, tokenizer, prompt)))
        engine_s.append(seconds(engine))
    weights = sum(p.numel() for p in reader.backbone.layers.parameters())
    computed = sum(map(len, reader.rests))
    rate, n = matmul_rate(getattr(torch, dtype), where), len(texts)
    share = 2 * weights * computed / median(engine_s) / rate
    return (
        f"| {name} | {n} | {dtype} | {n / median(loop_s):.1f} | {n / median(batch_s):.1f} | "
        f"{n / median(engine_s):.1f} | {median(loop_s) / median(engine_s):.1f} | "
        f"{median(batch_s) / median(engine_s):.1f} | {computed / median(engine_s):.0f} | {rate / 1e9:.0f} | "
        f"{share:.0%} | {error:.1e} |"
    )


def embedding(documents: int, rounds: int) -> str:
    """Our way to read with an encoder, compared with the library's own `encode`; both load it first."""
    _, texts, _ = corpus("short", documents)
    folder = model_folder("minilm")
    prompt = Prompt("{document}")
    _, about = encoder.read(texts[:64], folder, prompt, dtype="auto")
    ours, theirs = [], []
    for _ in range(rounds):
        theirs.append(seconds(lambda: SentenceTransformer(str(folder), device=device()).encode(texts)))
        ours.append(seconds(lambda: encoder.read(texts, folder, prompt, dtype="auto")))
    return (
        f"| {len(texts)} | {about['dtype']} | {len(texts) / median(theirs):.0f} | {len(texts) / median(ours):.0f} | "
        f"{median(theirs) / median(ours):.1f} | {about['cosine_to_float32']:.4f} |"
    )


def approximation(prompt: Prompt, dtype: str, documents: int) -> list[str]:
    """Whole-word soft labels with a few branches, compared with all of them (exact), at temperature 2."""
    _, texts, vocabulary = corpus("short", documents)
    folder = model_folder("smollm2")
    started = time.perf_counter()
    hidden, _ = causal_lm.read(texts, folder, prompt, dtype=dtype)
    first, _ = score_words(hidden, vocabulary, folder, forms=FORMS)
    first_s = time.perf_counter() - started

    def labels(branches: int) -> tuple[np.ndarray, float, dict]:
        started = time.perf_counter()
        _, scores, about = whole_words.read(
            texts, folder, prompt, vocabulary, forms=FORMS, branches=branches, dtype=dtype
        )
        return scores, time.perf_counter() - started, about

    exact, exact_s, about = labels(10**6)
    lines = []
    for name, scores, spent in (
        [("first tokens", first, first_s)]
        + [(f"{branches} branches", *labels(branches)[:2]) for branches in (0, 4, 16, 64)]
        + [(f"all {about['beginnings']}", exact, exact_s)]
    ):
        p, q = softmax(exact / 2, axis=1), softmax(scores / 2, axis=1)
        divergence = (p * np.log(p / q)).sum(axis=1).mean()
        top = [np.argsort(-a, axis=1)[:, :10] for a in (exact, scores)]
        overlap = np.mean([len(set(a) & set(b)) / 10 for a, b in zip(*top, strict=True)])
        lines.append(f"| {name} | {divergence:.4f} | {overlap:.1%} | {len(texts) / spent:.1f} |")
    return lines


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--dtype", default="auto", help="auto, float32, bfloat16 or float16")
    arguments.add_argument("--documents", type=int, default=200)
    arguments.add_argument("--rounds", type=int, default=3)
    asked = arguments.parse_args()
    logging.basicConfig(level=logging.WARNING)
    dtype = fastest_dtype(device()) if asked.dtype == "auto" else asked.dtype
    prompt = Prompt(**CONFIG["prompts"]["theme"])

    parts = ["# Soft labels: speed and approximation", ""]
    parts += [
        f"Device {device()}, {torch.get_num_threads()} threads, SmolLM2-135M, medians of {asked.rounds} rounds.",
        "",
    ]
    parts += [
        "| texts | documents | type | plain loop, docs/s | in batches of 32, docs/s | ours, docs/s | ratio to the loop "
        "| to the batches | computed tokens/s | matmul GFLOP/s | ours of that | relative difference |",
        "| --- " * 12 + "|",
    ]
    for kind, documents in (("short", asked.documents), ("long", max(20, asked.documents // 5))):
        line = reading(kind, prompt, dtype, documents, asked.rounds)
        parts.append(line or f"\n{kind} texts were not measured: there is no data/{FILES[kind]}.\n")
        print(parts[-1], flush=True)
    parts += ["", "| texts | type | `encode`, docs/s | ours, docs/s (both with loading) | ratio | cosine to float32 |"]
    parts += ["| --- " * 6 + "|", embedding(10 * asked.documents, asked.rounds)]
    print(parts[-1], flush=True)
    parts += [
        "",
        "| word score | KL to exact, nats | top 10 in common | docs/s (loading and states included) |",
        "| --- " * 4 + "|",
    ]
    parts += approximation(prompt, dtype, asked.documents)
    write_text(ROOT / "results/benchmarks/soft_labels.md", "\n".join(parts) + "\n")
    print("\n".join(parts))


if __name__ == "__main__":
    main()
