"""The name that a file has for the moment between the two looks at it: it is renamed, seen to be the proved one, and deleted.

Systems delete by name, also those that are asked by handle (Samba looks up its name at the end), and a name may be swapped
after any look at it. This one nobody else uses, so what has it is what was renamed.
"""

# How often, and how long apart, what was renamed by mistake is put back while somebody keeps taking its name.
TRIES, PAUSE = 200, 0.01


def going_name(file_id: int) -> str:
    """The same for the same file, so that what a crash leaves is found."""
    return f".filrydd-going-{file_id & 0xFFFF_FFFF_FFFF_FFFF:016x}"
