"""The language model as an analyst: questions, answers, and what becomes of failures."""
