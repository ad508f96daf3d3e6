"""Messages to people: when a reminder is due and to whom, what it says, and how it leaves.

workdays.py   Saturdays, Sundays and Norwegian public holidays
state.py      what is known of a part, and what was sent before
due.py        who is to be told what on a day, and who is not and why; pure
after.py      the same after the upload: the new place is to be confirmed, the old one is soon deleted; pure
lines.py      names as they may stand in a message, addresses that a message can go to
letter.py     what is due for one person, as one message
wording.py    its subject and text, in the reader's language; wording_after.py of what comes after the upload
calendar.py   the deadline as a calendar entry
message.py    the message as RFC 5322 has it
post.py       where messages go: files in a folder
smtp.py       ... or a mail server

Nothing here reads a clock or the catalog: the day, the state and what was sent are arguments. An address is a person's only
where a message goes to it; it identifies nobody.
"""
