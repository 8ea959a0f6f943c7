"""What people look at in a browser: an answer, an article in full, what the bot is."""
