"""People change the structure: what they say is stored until they take it back, and a proposal is computed from it.

acting      said, and taken back
writing     the structure file: a readable tree with the computed choice beside each folder
choosing    which folders stand in it
form        its words, and texts as YAML has them
reading     from a changed file to what was changed
blocks      the folders of a file with what is said of each
differing   what a block says otherwise than before
accepting   what somebody accepts by name
finding     folders by what a file calls them
"""

from filrydd.stages.edit.acting import say, undo
from filrydd.stages.edit.reading import read
from filrydd.stages.edit.writing import write

__all__ = ["read", "say", "undo", "write"]
