"""What stands below figures: only what is in them, as far as the config tells.

Each function takes the layout (`layout.layout_of`) and the settings of a figure.
"""


def main(layout: dict, settings: dict) -> str:
    said = [
        "Each dot is a method's mean over K and seeds, its bar one standard deviation, the small dots the single runs."
        if several_runs(layout)
        else "Each dot is the one run of a method."
    ]
    if set(layout["proposed"]) - set(layout["colors"]):
        said.append("Blue: methods that learn from a teacher's labels.")
    if layout["readings"]:
        lines = "Dashed and dotted lines" if len(layout["readings"]) > 1 else "Dashed lines"
        said.append(
            f"{lines}, where a corpus has labels, are references that are no topic models: k-means on a teacher's "
            "states (purity) and nearest neighbours of the raw states (P@10)."
        )
    return " ".join(said)


def paper(layout: dict, settings: dict) -> str:
    bars = ", bars are one standard deviation over K and seeds" if several_runs(layout) else ""
    return (
        "Published numbers (arXiv 2602.17907) against ours: on the dashed diagonal they agree. Each mark is one method "
        f"on one corpus{bars}. The table of the same name says under what other conditions ours were made."
    )


def ablation(layout: dict, settings: dict) -> str:
    lines = (
        "Lines are means over K and seeds, bands one standard deviation"
        if several_runs(layout)
        else "Lines are single runs"
    )
    own = any(
        settings["defaults"][corpus].get(method) in [value for value, _ in pairs]
        for corpus, methods in settings["lines"].items()
        for method, pairs in methods.items()
    )
    return lines + ("; the open marker is the value of the method's own config block." if own else ".")


def several_runs(layout: dict) -> bool:
    """Whether what a figure shows of a method is a mean."""
    return len(layout["topics"]) * len(layout["seeds"]) > 1
