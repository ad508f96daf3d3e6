"""where: what became of an old path, for whoever sits at the workspace; and all of it, for programs that send people on.

answer    the answer for a file, and for a folder
telling   that answer in sentences
spelling  every way in which an old path is written
lines     old addresses beside new ones, each old one once
forms     files that web servers and other programs read
export    such a file written
web       which addresses may be put into a page or a list
"""

from filrydd.catalog.whereabouts import State
from filrydd.stages.where.answer import MOST_PLACES, Answers, Others, Place, Where, find, others_of

__all__ = ["MOST_PLACES", "Answers", "Others", "Place", "State", "Where", "find", "others_of"]
