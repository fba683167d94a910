"""What people say afterwards: whether an event did what its label said."""
