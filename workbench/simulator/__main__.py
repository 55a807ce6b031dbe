"""`python -m workbench.simulator`: the same as `groq-workbench simulate`."""

import sys
from argparse import ArgumentParser

from workbench.simulator import command


def main() -> int:
    """Read the arguments and run; returns the exit code."""
    parser = ArgumentParser(prog="python -m workbench.simulator", description=command.DESCRIPTION)
    command.add_arguments(parser)
    return command.run(parser.parse_args())


if __name__ == "__main__":
    sys.exit(main())
