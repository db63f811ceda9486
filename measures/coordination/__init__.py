"""需协调事项: what an agency needs from others, who is to answer, and how it ends."""
