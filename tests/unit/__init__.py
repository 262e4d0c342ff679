"""Tests of single modules: no repository, no run."""
