"""Filing periods, from draft to closed and reopened; the working calendar."""
