"""催报: the ladder of reminders, chases by hand, and the agencies' answers."""
