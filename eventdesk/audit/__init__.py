"""What left the installation, and what was refused: for whoever answers for the data."""
