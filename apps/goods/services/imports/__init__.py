"""Catalogues from outside become rows of the shop; a source and its key keep them apart from all others."""
