"""What `factcontext doctor` looks at, one subject a module."""
