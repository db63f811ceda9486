"""Loading the notice and its targets."""
