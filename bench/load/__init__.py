"""The real mix of an office in its last hour, by locust, against the default start."""
