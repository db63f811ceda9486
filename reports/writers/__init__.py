"""Laying out a frozen dataset: the same words and numbers in every format."""
