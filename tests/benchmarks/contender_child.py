"""One contender in a process of its own, told by lines of JSON what to do.

Run: contender_child.py NAME PORT [MARKS], where MARKS is the library of `counting_marks.c`.
"""

import asyncio
import ctypes
import gc
import json
import resource
import sys
import time

from contenders import CONTENDERS, Contender, many, wish


async def work(contender: Contender, order: dict[str, int | float | str]) -> dict[str, object]:
    """Carry out an order; gives what was measured."""
    times, at_once = int(order.get("times", 1)), int(order.get("at_once", 1))
    events, pause = int(order.get("events", 0)), float(order.get("pause", 0.0))
    lags: list[float] = []
    if not events:
        took = await many(times, at_once, contender.ask)
        return {"took": took}
    model = wish(events, pause, stamped=bool(order.get("stamped")))
    begun = time.perf_counter()
    length = await contender.read(model, lags)
    return {"took": [time.perf_counter() - begun], "lags": lags, "length": length}


def main() -> None:
    """Obey until the orders end."""
    name, port, *marks = sys.argv[1:]
    library = ctypes.CDLL(marks[0]) if marks else None
    contender = CONTENDERS[name](int(port))
    loop = asyncio.new_event_loop()
    say = sys.stdout.write
    say("ready\n")
    sys.stdout.flush()
    for line in sys.stdin:
        order = json.loads(line)
        gc.collect()
        before = time.process_time()
        begun = time.perf_counter()
        if library is not None and order.get("counted"):
            library.count_begin()
        result = loop.run_until_complete(work(contender, order))
        if library is not None and order.get("counted"):
            library.count_end()
        result |= {"cpu": time.process_time() - before, "wall": time.perf_counter() - begun}
        result["peak_kb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        say(json.dumps(result) + "\n")
        sys.stdout.flush()
    loop.run_until_complete(contender.close())
    loop.close()


if __name__ == "__main__":
    main()
