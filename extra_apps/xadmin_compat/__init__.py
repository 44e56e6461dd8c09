"""Runs PyPI's xadmin2 2.0.4, unmodified, on Django 5.2, and closes the holes it has.

versions.py   what this package was written against; another version or another source stops the start
shims.py      what must be there while xadmin is being imported: names, and words that wait for their reader
patching.py   how a piece of xadmin is replaced, and put back
patches/      what Django and crispy-forms took away since, one function per defect
security/     holes of xadmin itself, one function per hole
finders.py    current jQuery and Bootstrap on the paths of the old ones
actions.py    actions of the lists that call a service of the shop
pictures.py   what is uploaded, and how a list shows it
options.py    bases for the `adminx` modules of the shop
templates/    whole-file overrides, found before xadmin's own
"""
