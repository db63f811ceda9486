"""今日待办: a person's to-dos, of all kinds that the apps contribute."""
