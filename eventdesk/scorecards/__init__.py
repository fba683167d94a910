"""What a year came to: one scorecard for each label, each from its own list alone."""
