"""One simulated year of a user group and of those who sell, played through the application, and counted beside it."""
