"""Steps from the library of an older program to this one's, run by `index.library.opening`."""
