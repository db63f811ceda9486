"""Loading the notice and its targets; the gaps of the captured text."""
