"""One file that holds what a data folder cannot make again by itself, and the way back."""
