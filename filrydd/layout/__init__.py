"""The new structure, computed; pure: no file, no clock, no network.

programme the structure that costs least: a choice and a reason for every old folder
edits     what people said of it, found again in the folders of the moment
reasons   the words for choices and why, and their sentences; problems, likewise
access    Windows' check; audience who can read and write; circle who is in which group; granting the grants that say it
columns   what an upload writes into a library's columns, with case_numbers
names     what SharePoint refuses in a name, mended
unique    names that no two siblings share
tree      the old folders that have something to move
arrange   a place for each of them, within the room that an address has
synced    paths that are long on a PC
files     names for the files of one folder
digest    the SHA-256 tree that a sign-off names
rules     the words for what was changed, and their sentences
"""
