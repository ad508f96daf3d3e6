"""A folder of a share, straight over SMB 2 and 3: the same on every system. [MS-SMB2] names everything here.

source        the contract's Source, which reads; sealing makes read-only and retiring deletes; area is what each stands on

One question at a time, with the library's messages:
link          signing in (sign_in, connection); refusal and smb1 say why it failed, referral follows DFS names
calls         outlives a broken connection; share asks, by way of requests; message and page are the bytes, status their words
folder        a listing; volume and identity tell folders apart
pipe          the server's own services: operator (who signs in); srvsvc: share_seal (the share's permissions), and lists
              (enumeration): open_files, connected
seal_list     what an access list becomes when it is sealed; trying finds out whether it holds
leaving       a file that is put up in an area
retiring      deleting (retire) and setting_aside, through the handle on which a file was proved

Many at once, with our own:
takeover      from the library's connection to a lane; tested first, else plain_walk
wire, guard   requests and answers as bytes; signed or encrypted
lane, lanes   one connection and its credits; opening more
flight, pace  many jobs on their way, how many, and what happens when a connection breaks
walker        the walk: folder_job asks for one folder, listing takes its pages apart
questions     one question about each of many entries: entry_job asks it of one, permission_job, change_job, usage_job
              and owners say what it is
"""
