"""Code that depends on no app and no model: errors, forms, jobs, numbers, text, working days."""
