"""What is to be done after a change is committed: jobs, claims, and mail. A job is written in the change's own transaction."""
