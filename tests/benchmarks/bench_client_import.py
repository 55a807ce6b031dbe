"""What it costs to import a client, and to make one, each in a new interpreter.

Run: bench_client_import.py [--rounds 9]
"""

import os
import resource
import subprocess
import sys
from statistics import median

from figures import Table
from rivalry import ROOT, arguments, machine

PROGRAMS = {
    "python alone": "pass",
    "import client": "import client",
    "from client import GroqClient": "from client import GroqClient",
    "a client of ours": "from client import GroqClient; GroqClient(api_key='gsk_0123456789')",
    "a client of ours, on loopback": (
        "from client import GroqClient; "
        "GroqClient(api_key='gsk_0123456789', base_url='http://127.0.0.1:1')"
    ),
    "import httpx": "import httpx",
    "import groq": "import groq",
    "a client of groq's": "import groq; groq.AsyncGroq(api_key='gsk_0123456789')",
    "import openai": "import openai",
    "a client of openai's": "import openai; openai.AsyncOpenAI(api_key='gsk_0123456789')",
}


def main() -> None:
    """Print the table."""
    options = arguments(__doc__)
    machine("")
    runs: dict[str, list[float]] = {name: [] for name in PROGRAMS}
    for round_number in range(options.rounds + 1):
        for name, program in PROGRAMS.items():
            seconds = _cpu_of(program)
            if round_number:  # the first compiles and fills the caches
                runs[name].append(seconds)
    table = Table("CPU in ms (medians)", "", "ms", "beyond python")
    alone = median(runs["python alone"])
    for name, seconds in runs.items():
        found = median(seconds)
        table.row(name, f"{found * 1e3:.0f}", f"{(found - alone) * 1e3:.0f}")


def _cpu_of(program: str) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, "-c", program], check=True, cwd=ROOT, env=dict(os.environ))
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime


if __name__ == "__main__":
    main()
