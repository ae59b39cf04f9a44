"""Documents in batches of similar length under a token budget."""

from collections.abc import Iterator


def batches(lengths: list[int], batch_tokens: int) -> Iterator[list[int]]:
    """Rows of similar length, the longest first, at most `batch_tokens` padded tokens a batch.

    Padding stays low, memory is bounded, and a budget that is too large fails at once, not at the end.
    """
    rows = sorted(range(len(lengths)), key=lambda row: (-lengths[row], row))
    start = 0
    while start < len(rows):
        size = max(1, batch_tokens // lengths[rows[start]])
        yield rows[start : start + size]
        start += size
