"""Measures and filings over HTTP: read by the same words, written by the same verbs."""
