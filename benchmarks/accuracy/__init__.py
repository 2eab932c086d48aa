"""How right the facts and the judgement are, against changelogs that maintainers sorted by hand."""
