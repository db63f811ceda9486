"""Which period a page shows, live or as it was closed, and the filters in its address."""
