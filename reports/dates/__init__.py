"""节点与期限: due dates and milestones over time."""
