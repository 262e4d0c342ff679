"""Tests of single modules: no repository, no run, no real checker."""
