"""The operator's area: how the collection stands, why an answer is as it is, takedowns."""
