"""One command a file; each reads its arguments, calls one thing, and prints what came back."""
