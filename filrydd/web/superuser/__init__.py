"""The superuser's pages: the daily work of a department without a command line.

page       the department: its areas, where each stands, and what can be run
running    what is run beside the pages (verbs), and what is typed to start a scan (sources)
begin      where to begin in an area
rules      suggested rules with what they would change, and taking one up
folders    questions about folders of an area that has a policy already
asking     the questions that begin a new department's policy, one at a time (interview)
words      commands and fates as the pages say them
"""
