"""填报情况: who has filed what in a period."""
