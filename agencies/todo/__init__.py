"""今日待办: what waits for a person, of every kind that an app contributes."""
