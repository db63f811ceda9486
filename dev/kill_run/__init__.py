"""Loads the product while killing its parts, and checks that every acknowledged write exists."""
