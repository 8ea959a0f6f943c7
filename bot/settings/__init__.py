"""The settings by what they are about; `bot.config` reads them all as one."""
