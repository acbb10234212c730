"""What `digits evaluate` prints."""

import sys
from collections.abc import Mapping
from typing import Any


def print_sweep(name: str) -> None:
    """Say that a sweep begins, which takes a while."""
    print(f"Robustness: {name} ...", file=sys.stderr)


def print_results(results: Mapping[str, Mapping[str, Any]]) -> None:
    """Print the figures of each set of ink under its name."""
    for name, figures in results.items():
        print(name)
        _print(figures)


def _print(figures: Mapping[str, Any]) -> None:
    """One line for each single figure, a table for those of each digit, and the worst mistakes."""
    for figure, value in figures.items():
        if isinstance(value, dict):
            _print_table(figure, value)
        elif not isinstance(value, list):
            print(f"  {_format_name(figure):<36} {value}")
    if "confusion" in figures:
        print("\n  digit  precision  recall    read as" + "".join(f"{digit:>6}" for digit in range(10)))
        for digit, row in enumerate(figures["confusion"]):
            shares = f"{figures['precision'][digit]:>9.2%} {figures['recall'][digit]:>7.2%}"
            print(f"  {digit:>5}  {shares}           " + "".join(f"{count:>6}" for count in row))
    if figures.get("most_confident_mistakes"):
        print("\n  the most confident mistakes (index from 0)")
        for mistake in figures["most_confident_mistakes"]:
            print("  image {index:>5}: a {label} read as {digit}, {confidence:.1%} sure".format(**mistake))


def _print_table(name: str, rows: dict[str, dict[str, Any]]) -> None:
    """A row for each entry, with its figures side by side."""
    print(f"  {_format_name(name)}")
    for row, values in rows.items():
        cells = "  ".join(f"{_format_name(key)} {value}" for key, value in values.items())
        print(f"    {row:<28} {cells}")


def _format_name(name: str) -> str:
    return name.replace("_", " ")
