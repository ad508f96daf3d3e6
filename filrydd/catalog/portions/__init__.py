"""The groups of the review as they are stored, and what people answered about them.

collecting  a part as `filrydd.portions` takes it; sets.py the chains and copies, others.py who else uses a group
publishing  the groups made the current edition, in short transactions
reading     portions and groups for pages; showing.py what a group looks like there
answering   answers about groups, and files that were looked at
waiting     what keeps a part from being signed, and what is passed on to somebody
taking      answers about groups made answers about their files
"""
