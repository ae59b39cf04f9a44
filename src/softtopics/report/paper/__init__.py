"""The paper's numbers, and which of ours stand beside them."""
