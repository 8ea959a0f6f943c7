"""Text to vectors. Knows no documents and no chats."""
