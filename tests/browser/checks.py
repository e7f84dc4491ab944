"""What a test in the browser found wrong, and how it ends."""
import sys

from devtools import Trouble

problems = []


def check(what, holds, seen=""):
    if not holds:
        problems.append(f"{what}{': ' if seen != '' else ''}{seen}")


def conclude(main):
    """Runs main to its end, tells all that was wrong, and ends the program: with 1 when anything was."""
    try:
        main()
    except Trouble as trouble:
        problems.append(str(trouble))
    for problem in problems:
        print(f"wrong: {problem}", file=sys.stderr)
    sys.exit(1 if problems else 0)
