"""The move list to Excel and back: the commands `export` and `import`.

form.py     what a sheet looks like: columns, words, seals, facts; the contract between the two ways
facts.py    what a sheet says about itself in its hidden sheet
cells.py    texts that are safe in a cell
export.py   the move list of an area into a file
writing.py  the workbook, row by row; book_of_tables.py (plain tables, for whoever writes some)
opening.py  a file from outside, looked at before it is opened
book.py     its sheets, as rows of texts
parsing.py  its XML as a stream, so that memory does not grow with the rows
strings.py  its shared texts, on disk
reading.py  its facts and rows
comparing.py  the rows against the area and its rules
answers.py  what it answers, and storing that
faults.py   everything that is wrong with it, and which rows are out

A row is known by its id; what it shows besides is sealed against accidents (a column sorted alone, a cell typed over) and
compared with the area, so that nobody answers for another file than the one they saw. A list with a
fault is refused whole, unless somebody asks for what is valid in it. openpyxl is imported when a workbook is written or
read.
"""
