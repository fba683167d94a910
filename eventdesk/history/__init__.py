"""What happened to each event and registration, and who did it: kept in acts, told in words."""
