"""Who owns and reaches what.

principals   who an identifier stands for, and who is in which group
reach        who reaches which folder
sole         folders that one person alone reaches
owners       who owns each file
circles      people and groups as the layout judges them
audiences    old folders by who can read and write them, and the grants that say so; troubles of them
gains        who gains and who loses by a proposal (new_scopes: what it grants; accepted: what people accepted by name)
counterparts who in Entra takes the place of whom
asking       folders of which the owner is asked whether more should read them
"""
