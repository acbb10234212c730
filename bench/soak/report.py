"""The figures of a soak as a table."""

from typing import Any


def print_report(found: dict[str, Any]) -> None:
    """Print what `Figures.as_json` says, and the verdict."""
    times, kills, recovered = found["milliseconds"], found["kills"], found["seconds_to_recover"]
    memory, worker, files = found["megabytes"], found["megabytes_of_a_worker"], found["files"]
    print(f"\n{found['seconds']:.0f} s at full load, {found['right_per_second']:,.0f} right answers a second")
    print(f"time to answer: median {times['p50']:.0f} ms, 99th percentile {times['p99']:.0f} ms")
    print(f"pages, health and metrics answered within {found['seconds_to_look']:.2f} s")
    for kind, counts in found["outcomes"].items():
        print(f"  {kind:<16}{_counts(counts)}")
    print(f"right answers by weights: {', '.join(f'{count:,}' for count in found['right_by_weights'].values())}")
    if recovered:
        print(
            f"{kills['all']} workers killed, {kills['over_bad_weights']} of them over bad weights; replaced within "
            f"{recovered['median']:.1f} s (median), {recovered['longest']:.1f} s (longest)"
        )
    print(
        f"put in place of the weights: {_counts(found['swaps'])}; by the workers' count: {_counts(found['reloads'])}"
    )
    print(
        f"memory of the worker that was never killed: {_course(worker)}; "
        f"{worker['growth']:.2f} times from first to last quarter, {worker['per_minute']:+.1f} MB a minute"
    )
    print(f"memory of all processes: {_course(memory)}")
    print(f"open files: {files['before']} before, {files['most']} at most, {files['after']} after")
    print(f"told to stop, it ended with exit code {found['stop']['exit_code']} in {found['stop']['seconds']:.1f} s")
    print("every promise was kept" if not found["violations"] else "PROMISES BROKEN:")
    for violation in found["violations"]:
        print(f"  {violation}")


def _counts(counts: dict[str, int]) -> str:
    ordered = sorted(counts.items(), key=lambda one: -one[1])
    return ", ".join(f"{count:,} {name}" for name, count in ordered)


def _course(values: dict[str, float]) -> str:
    return f"{values['first']:.0f} MB at first, {values['most']:.0f} at most, {values['last']:.0f} at last"
