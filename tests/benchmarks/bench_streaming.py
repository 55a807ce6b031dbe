"""Tokens from the service's socket to the terminal, through the whole application.

Run: bench_streaming.py [--all] [--kinds prose,fence] [--rate 1000] [--tokens N]
"""

import argparse

from figures import Table, ms, share
from streamed import stream
from workloads import KINDS, SIZES


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kinds", default=",".join(KINDS))
    parser.add_argument("--rate", type=float, help="only this rate")
    parser.add_argument("--tokens", type=int, help="instead of the kind's own size")
    parser.add_argument("--all", action="store_true", help="every kind at every rate")
    options = parser.parse_args()
    kinds = options.kinds.split(",")
    runs = [(kind, options.rate or 1000.0) for kind in kinds]
    if options.rate is None:
        more = kinds if options.all else [kind for kind in kinds if kind in ("prose", "fence")]
        runs += [(kind, rate) for kind in more for rate in (500.0, 3000.0)]
    table = Table(
        "From the service's socket to the terminal, and keys typed meanwhile (ms)",
        *("kind, tokens, tok/s", "p50", "p99", "max", "dropped", "copied", "key p50", "key p99"),
        *("CPU %", "us/token", "RSS MB", "out KB"),
    )
    for kind, rate in runs:
        amount = options.tokens or SIZES.get(kind, 4000)
        got = stream(kind, amount, rate)
        table.row(
            f"{kind}, {amount:,}, {rate:,.0f}",
            *(ms(share(got.lags, part)) for part in (0.5, 0.99, 1)),
            got.dropped,
            "whole" if got.copied_whole else "NOT",
            *(ms(share(got.keys, part)) for part in (0.5, 0.99)),
            f"{got.cpu / got.wall * 100:.0f}",
            f"{got.cpu / amount * 1e6:.0f}",
            f"{got.rss:.0f}",
            f"{got.written / 1024:.0f}",
        )


if __name__ == "__main__":
    main()
