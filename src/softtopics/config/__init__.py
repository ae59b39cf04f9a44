"""An experiment's config: files, defaults, checks, and the grid that it spells out."""
