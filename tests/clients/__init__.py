"""Tests with the real clients of agents."""
