"""What people said about mail: per label, whether an address may be written to beyond its own registrations."""
