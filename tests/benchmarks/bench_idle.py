"""An idle workbench costs nothing: CPU and wake-ups before a question and after an answer.

Run: bench_idle.py [--seconds 5]
"""

import argparse
import time

from figures import Table
from streamed import application, measure, service
from terminal import Terminal


def idle(app: Terminal, seconds: float) -> tuple[str, str, str]:
    """CPU in per mille of a core, switches and bytes written while nothing happens."""
    app.quiet(1.5)  # a message that fades does something until it has faded
    before, pieces = app.cost(), len(app.pieces)
    time.sleep(seconds)
    after = app.cost()
    written = sum(len(data) for _, data in app.pieces[pieces:])
    switches = after.switches - before.switches
    counted = f"{switches / seconds:.0f}" if before.switches else "unknown"
    return f"{(after.cpu - before.cpu) / seconds * 1000:.1f}", counted, str(written)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=5)
    seconds = parser.parse_args().seconds
    table = Table("Idle", "when", "CPU per mille", "switches/s", "bytes written")
    with service("prose", 500, 1000) as (port, stamps), application(port) as app:
        app.until(b"Ask a Groq model")
        time.sleep(2)
        table.row("before the first question", *idle(app, seconds))
        measure(app, "prose", 500, 1000, stamps, keys=False, copy=False)
        time.sleep(2)
        table.row("after an answer", *idle(app, seconds))


if __name__ == "__main__":
    main()
