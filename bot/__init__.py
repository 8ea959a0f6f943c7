"""Telegram, the terminal and the command line. The only package that composes the others."""
