"""Excel sheets: written, uploaded, checked row by row, applied by a worker."""
