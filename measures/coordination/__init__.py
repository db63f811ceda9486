"""需协调事项: matters that an agency needs others to settle, and their steps."""
