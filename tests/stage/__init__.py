"""Tests of one stage of a run, on real repositories and with real checkers, called in this process."""
