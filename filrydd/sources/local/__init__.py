"""A folder of this machine, or on Windows one of its network paths.

posix         the contract's Source on Linux and other POSIX systems, the sum of posix_reading (reader, owners),
              posix_sealing (lease, permission, leaving, trying) and posix_retiring (retire, setting_aside; renaming: never
              over something), each on posix_area
windows       the same on Windows, the sum of windows_reading (windows_walk, windows_streams), windows_sealing
              (windows_trying) and windows_retiring (windows_retire), each on windows_area; windows_security and
              windows_handle are the system's own calls
no_server     what both answer to questions for a server
facts         the system's words in the contract's; folder reads one folder with them; descriptor: a mode as a list
walk, way     down a tree without following a link, descriptor by descriptor
walker        the walk: crew starts processes (worker), descent is their hot loop, packed what they send
"""
