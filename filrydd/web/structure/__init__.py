"""Old and new structure side by side, to look at, to change and to send.

page      both trees of a part, with what stands in the way, who can open what and what people changed
views     what is read for it
shelf     the trees, between two pages
treemap   where the space is, as boxes
words     how it is said
change    the pages that change: of one folder, of a problem of access, taking back
form      what a person wrote, checked
taking    a change taken in: stored, and proposed anew
report    all parts in one file
"""
