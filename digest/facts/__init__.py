"""What can be read from a commit without judgement.

One small module for each kind of fact.  All are pure functions of the records;
nothing here asks git, the network or the clock.  Whole files are had through a
function from a blob's object name to its content, which never changes.

``extract`` brings them together.  Who needs one kind, or what the archive says of it, loads
no more than that: building pages does without all that reads diffs.
"""
