"""Tests of one stage of a run, on real repositories, called in this process."""
