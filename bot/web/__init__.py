"""The HTTP side of the bot: health, metrics, Telegram's webhook. Off until it has a port."""
