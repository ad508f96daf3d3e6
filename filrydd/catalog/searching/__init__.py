"""Looking for entries by old path, by name, by words of them, and by new address.

words     the words of a name, and whether what somebody wrote fits one
index     the side file of an area that knows every word: what it holds, and how far it is
filling   that file brought up to date in portions
asking    numbers of entries whose words fit, streamed
sight     which folders somebody may see
walking   entries at an old path
facts     what is known of an entry that was found
history   what happened to a file
"""
