"""What knows no model and no app: errors, forms, jobs, numbers, text, working days."""
