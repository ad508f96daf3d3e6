"""Who owns and reaches what.

principals   who an identifier stands for, and who is in which group
reach        who reaches which folder
sole         folders that one person alone reaches
owners       who owns each file
"""
