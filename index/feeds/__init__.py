"""Feeds that are followed: what is known of each, when it is due, and what came of a look."""
