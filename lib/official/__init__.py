"""GB/T 9704 documents: one document value, written as docx and pdf."""
