#!/usr/bin/env python3
"""Django's command line. `python3 start.py` prepares what it needs; see docs/operations.md."""

import os
import sys

from django.core.management import execute_from_command_line

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "policy_tracker.settings")
    execute_from_command_line(sys.argv)
