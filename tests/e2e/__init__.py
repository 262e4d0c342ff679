"""Tests of whole commands, started as a user starts them."""
