"""The new structure, computed; pure: no file, no clock, no network.

names     what SharePoint refuses in a name, mended
unique    names that no two siblings share
tree      the old folders that have something to move
arrange   a place for each of them, within the room that an address has
files     names for the files of one folder
digest    the SHA-256 tree that a sign-off names
rules     the words for what was changed, and their sentences
"""
