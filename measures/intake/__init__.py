"""Reading a notice: from its text to items, bodies, dates, figures and doubts with their lines."""
