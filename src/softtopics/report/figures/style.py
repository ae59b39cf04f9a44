"""How every figure looks: one typeface, colours that everyone can tell apart, the same bytes every time."""

from pathlib import Path

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
from matplotlib.figure import Figure

from softtopics.report.figures.lettering import legible, without_warnings_of_glyphs
from softtopics.storage import atomic

DOUBLE_COLUMN = 7.0  # inches
# Okabe & Ito's palette (2008), made for readers with any kind of colour vision; no yellow, too pale for a line.
COLORS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")
MARKERS = ("o", "s", "^", "D", "v", "P", "X")
QUIET = "#8A8A8A"

plt.rcParams.update(
    {
        "font.family": "DejaVu Sans",
        "font.size": 8,
        "axes.titlesize": 8.5,
        "axes.labelsize": 8,
        "xtick.labelsize": 7,
        "ytick.labelsize": 7,
        "legend.fontsize": 7.5,
        "legend.frameon": False,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.linewidth": 0.6,
        "axes.grid": True,
        "axes.axisbelow": True,
        "grid.color": "#E4E4E4",
        "grid.linewidth": 0.6,
        "xtick.major.width": 0.6,
        "ytick.major.width": 0.6,
        "lines.linewidth": 1.4,
        "lines.markersize": 4,
        "pdf.fonttype": 42,  # TrueType: text stays text
        "svg.hashsalt": "softtopics",
        "figure.constrained_layout.use": True,
        "text.parse_math": False,  # a $ in a title is a dollar
    }
)


def color(position: int) -> str:
    return COLORS[position % len(COLORS)]


def marker(position: int) -> str:
    return MARKERS[position % len(MARKERS)]


def save(figure: Figure, stem: str | Path) -> None:
    """Write <stem>.pdf and <stem>.png (300 dpi) without dates: the same figure is the same file."""
    legible(figure)
    for suffix, metadata in ((".pdf", {"CreationDate": None, "ModDate": None}), (".png", {"Software": None})):
        with atomic(Path(stem).with_suffix(suffix)) as temporary, without_warnings_of_glyphs():
            figure.savefig(temporary, dpi=300, metadata=metadata)
    plt.close(figure)
