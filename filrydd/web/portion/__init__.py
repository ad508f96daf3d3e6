"""The portions: small pieces of a part, one group of files at a time.

pages     a portion, a group and its answer, a file that asks to be looked at
asked     a group that somebody passed on
practice  a portion to try it on, without consequences
cards     a group as a page shows it
words     what the catalog's words are called
form      what a person answered, checked
"""
