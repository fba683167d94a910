"""What a community asks for, as counts and words, never about a person."""
