"""Text in pictures, read by tesseract in a process of its own that cannot hurt the bot."""
