"""The production layout on one machine: nginx, two application machines, PostgreSQL and replica."""
