"""Those who work at the desk: the installation's first start, accounts with roles per label, and their sign-ins."""
