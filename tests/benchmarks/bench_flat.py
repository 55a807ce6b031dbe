"""The cost of a token early and late in one answer of 20,000.

Run: bench_flat.py [--kinds prose,fence] [--tokens 20000] [--rate 2000]
"""

import argparse

from figures import Table, ms, share
from streamed import stream
from workloads import KINDS


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kinds", default="prose,fence,list")
    parser.add_argument("--tokens", type=int, default=20_000)
    parser.add_argument("--rate", type=float, default=2000)
    options = parser.parse_args()
    table = Table(
        f"CPU per token in one answer of {options.tokens:,} at {options.rate:,.0f} tok/s",
        *("kind", "us at 200-2,200", "us at the end", "ratio", "p50 ms", "p99 ms"),
        *("dropped", "copied", "RSS MB"),
    )
    for kind in [kind for kind in options.kinds.split(",") if kind in KINDS]:
        got = stream(kind, options.tokens, options.rate, keys=False)
        table.row(
            kind,
            *(f"{cost * 1e6:.0f}" for cost in (got.early, got.late)),
            f"{got.late / got.early:.2f}",
            *(ms(share(got.lags, part)) for part in (0.5, 0.99)),
            got.dropped,
            "whole" if got.copied_whole else "NOT",
            f"{got.rss:.0f}",
        )


if __name__ == "__main__":
    main()
