"""Benchmarks: ratios to a baseline that is taken in the same run."""
