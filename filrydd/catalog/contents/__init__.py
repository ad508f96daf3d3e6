"""What was read of files: which are copies of each other, and what their text told.

readings        which files to read, the queue, and storing what was read
known           what is known, and which files are copies
folder_copies   folders that are whole copies
examinations    which documents to examine, and storing what they told
followed        the same after later scans
links           where documents point to, and what breaks
"""
