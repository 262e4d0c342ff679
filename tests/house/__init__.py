"""Tests of the source itself: imports, the kit of the tests."""
