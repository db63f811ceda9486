"""E-mails and 待办 elsewhere: queued in the message's transaction, sent by a job."""
