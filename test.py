#!/usr/bin/env python3
"""Runs the suite, from a fresh clone: `python3 test.py`. Its arguments go to pytest."""

import sys

if sys.version_info < (3, 11):  # noqa: UP036 - an older one may well try
    sys.exit("需要 Python 3.11 以上，当前是 " + sys.version.split()[0] + "。")

from dev.suite import main

if __name__ == "__main__":
    sys.exit(main())
