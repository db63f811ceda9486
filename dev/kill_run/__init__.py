"""The product under load while its parts are killed: what it acknowledged must all be there."""
