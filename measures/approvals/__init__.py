"""审批: requests to the chief for due dates and closing."""
