"""账号: people, their memberships, and handing over a post."""
