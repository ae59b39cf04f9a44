"""The explorer's page: its frame, its style, and its script in parts."""
