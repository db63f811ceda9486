"""Load test with locust: the usual mix of requests in the last hour before a deadline."""
