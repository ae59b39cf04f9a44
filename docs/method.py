"""The method in one picture: `python docs/method.py` writes method.svg and method.png beside this file.

The numbers are those of one document of the embedded experiment: WordNet topics (V = 1,663 words), `dsl_smollm2` (whole
words, half the mean removed, tau = 2), K = 25, seed 0; y_hat with the batch norm's statistics over all documents.
"""

from pathlib import Path

import matplotlib

matplotlib.use("Agg")
from matplotlib import pyplot as plt
from matplotlib.patches import FancyBboxPatch

PROMPT = "Generate a one-word label\nfor the overall theme of\nthe document.\n\n"
PROMPT += "Document: bowed: of a\nstringed instrument;\nsounded by stroking with\na bow\n\nTopic:"
WORDS = ["bow", "instrument", "instruments", "musical", "string", "music", "sound"]
SOFT_LABEL = [0.0440, 0.0137, 0.0133, 0.0098, 0.0095, 0.0094, 0.0047]
RECONSTRUCTED = [0.0019, 0.0031, 0.0032, 0.0039, 0.0014, 0.0040, 0.0025]
THETA = [0.014, 0.022, 0.027, 0.027, 0.008, 0.010, 0.021, 0.005, 0.006, 0.010, 0.009, 0.010, 0.698]
THETA += [0.008, 0.009, 0.017, 0.007, 0.006, 0.024, 0.006, 0.013, 0.018, 0.007, 0.014, 0.006]
TOPICS = {"13": "music, musical,\nsinging, instrument", "19": "geological, earth,\nsedimentary, soil", "⋮": ""}
BLUE, ORANGE, GREEN, RED, GREY, INK = "#0072B2", "#E69F00", "#009E73", "#D55E00", "#8A8A8A", "#222222"  # Okabe and Ito

plt.rcParams.update({"svg.hashsalt": "softtopics", "font.size": 8.5, "text.color": INK})
figure = plt.figure(figsize=(8, 4.2), facecolor="white")
canvas = figure.add_axes((0, 0, 1, 1), xlim=(0, 80), ylim=(0, 42))  # a unit is a tenth of an inch
canvas.axis("off")


def write(x, y, text, **style):
    canvas.text(x, y, text, **{"ha": "left", "va": "center", "linespacing": 1.35, **style})


def box(x, y, width, height, text="", color=GREY, fill="#F4F4F4"):
    shape = "round,pad=0,rounding_size=0.8"
    patch = FancyBboxPatch((x, y), width, height, boxstyle=shape, edgecolor=color, facecolor=fill, linewidth=1.2)
    canvas.add_patch(patch)
    write(x + width / 2, y + height / 2, text, ha="center")


def path(*points, color=INK):
    """A line through the points; its last piece is an arrow."""
    canvas.plot(*zip(*points[:-1], strict=True), color=color, linewidth=1.3)
    arrow = {"arrowstyle": "-|>", "color": color, "linewidth": 1.3, "shrinkA": 0, "shrinkB": 0, "mutation_scale": 11}
    canvas.annotate("", points[-1], points[-2], arrowprops=arrow)


def bars(x, y, title, values, color):
    """The words' probabilities; each panel has a scale of its own."""
    write(x + 6, y + 14.7, title, fontweight="bold", color=color)
    for row, (word, value) in enumerate(zip(WORDS, values, strict=True)):
        middle, width = y + 12.4 - 1.9 * row, 6.8 * value / max(values)
        write(x + 7.4, middle, word, ha="right", fontsize=8)
        canvas.barh(middle, width, left=x + 7.9, height=1.3, color=color)
        write(x + 8.3 + width, middle, f"{value:.4f}"[1:], fontsize=7)


write(0.8, 33.4, "document under a prompt", fontweight="bold")
box(0.8, 14, 17.6, 18, fill="white")
write(1.8, 23, PROMPT, family="DejaVu Sans Mono", fontsize=7.2, linespacing=1.5)
box(21, 18.5, 8.4, 9, "language\nmodel\n(frozen)")
path((18.4, 23), (21, 23))

path((25.2, 27.5), (25.2, 33.4), (61, 33.4), color=BLUE)
write(26.4, 35.9, "(a) next-token probabilities, projected\nonto a vocabulary of V words", color=BLUE)
write(26.4, 31.6, r"$y=\mathrm{softmax}(\mathrm{scores}/\tau)$ at temperature $\tau$", color=BLUE)
bars(61.2, 26, "soft label $y$", SOFT_LABEL, BLUE)

path((25.2, 18.5), (25.2, 9), (28, 9))
write(24.2, 8.6, "(b) hidden state $h$ of\nthe last prompt token", ha="right")
box(28, 6.2, 7.4, 5.6, "encoder\n$q(\\theta\\,|\\,h)$")
path((35.4, 9), (37.2, 9))
write(41.6, 16.6, "topics $\\theta$", ha="center", fontweight="bold", color="#9A6A00")
places = [37.8 + 0.32 * topic for topic in range(len(THETA))]
canvas.bar(places, [12.5 * share for share in THETA], bottom=5.8, width=0.25, color=ORANGE)
write(37.6, 4.6, "1", fontsize=7)
write(45.8, 4.6, "K", fontsize=7, ha="right")
write(42.2, 13.4, ".698\ntopic 13", fontsize=7)
path((45.6, 9), (47.1, 9))
write(53.2, 16.6, "decoder $\\beta$", ha="center", fontweight="bold")
box(47.1, 3.8, 12.1, 11)
for row, (topic, words) in enumerate(TOPICS.items()):
    write(47.8, 13.7 - 4 * row, topic, va="top", fontsize=7)
    write(49.4, 13.7 - 4 * row, words, va="top", fontsize=7)
path((59.2, 9), (60.9, 9))
write(53.2, 1.7, r"$\hat{y}=\mathrm{softmax}(\mathrm{batchnorm}(\theta\beta)/\tau)$", ha="center", color=GREEN)
bars(61.2, 1, "reconstruction $\\hat{y}$", RECONSTRUCTED, GREEN)

formula = r"loss = $\lambda\,\mathrm{KL}(y\,\Vert\,\hat{y})+\mathrm{KL}(q\,\Vert\,\mathrm{prior})$"
box(36.6, 20.8, 20.8, 4.2, formula, RED, "white")
path((31.7, 11.8), (31.7, 22.9), (36.6, 22.9), color=RED)
path((67.4, 26.1), (67.4, 22.9), (57.4, 22.9), color=RED)
canvas.plot([67.4, 67.4], [17.2, 22.9], color=RED, linewidth=1.3)

figure.savefig(Path(__file__).with_suffix(".png"), dpi=240, metadata={"Software": None})
figure.savefig(Path(__file__).with_suffix(".svg"), metadata={"Date": None, "Creator": None})
