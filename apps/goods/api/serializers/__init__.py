"""How the catalogue is read from and written to the wire, in the words of the Vue client."""
