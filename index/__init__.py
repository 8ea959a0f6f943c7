"""Documents to library to generation to answer. Knows no Telegram."""
