"""The move list to Excel and back: the commands `export` and `import`.

form.py     what a sheet looks like: columns, words, seals, facts; the contract between the two ways
facts.py    what a sheet says about itself in its hidden sheet
cells.py    texts that are safe in a cell
export.py   the move list of an area into a file
writing.py  the workbook, row by row
opening.py  a file from outside, looked at before it is opened
reading.py  its facts and rows
answers.py  what it answers, and storing that
faults.py   everything that is wrong with it

A row is known by its id; what it shows besides is sealed against accidents (a column sorted alone, a cell typed over) and
compared with the area, so that nobody answers for another file than the one they saw. openpyxl is imported when a
workbook is written or read.
"""
