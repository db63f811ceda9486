"""What a document freezes: plain data with every word resolved."""
