"""Getting what stands at an address of the web: only public ones, politely, under bounds."""
