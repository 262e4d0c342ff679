"""What came of the tries of agents, over all runs of a repository, and what follows from it for the next ones."""
