"""The parts of a progress report, a module for each. Pure."""
