"""账号: people, their memberships, and handing a post over."""
