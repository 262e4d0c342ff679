"""Push what a fleet has fixed, and keep one pull request for each repository."""
