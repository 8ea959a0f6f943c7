"""How the bot behaves in a chat: what is set there, what was asked, when to speak."""
