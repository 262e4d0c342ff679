"""Keep a record elsewhere of what a fleet works on: an issue for each repository, or a program that is told."""
