"""Reading a notice: text in; items, bodies, dates, figures and doubts out, each with its lines."""
