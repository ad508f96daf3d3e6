"""A folder of this machine, or on Windows one of its network paths.

posix         the contract's Source on Linux and other POSIX systems; reader, owners, lease, permission, retire, leaving,
              trying, setting_aside (with retire; renaming: never over something)
windows       the same on Windows; windows_walk, windows_security, windows_streams, windows_handle,
              windows_trying, windows_retire
no_server     what both answer to questions for a server
facts         the system's words in the contract's; folder reads one folder with them; descriptor: a mode as a list
walk, way     down a tree without following a link, descriptor by descriptor
walker        the walk: crew starts processes (worker), descent is their hot loop, packed what they send
"""
