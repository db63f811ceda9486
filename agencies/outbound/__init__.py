"""What leaves the product, e-mails and 待办 elsewhere: queued with what it tells, sent by a job."""
