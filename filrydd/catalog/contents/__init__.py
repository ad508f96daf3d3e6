"""What was read of files that may be copies of each other.

readings        which files to read, the queue, and storing what was read
known           what is known, and which files are copies
folder_copies   folders that are whole copies
"""
