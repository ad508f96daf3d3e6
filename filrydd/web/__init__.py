"""The pages: what a contact reads and signs, in a browser, without JavaScript.

server.py        listening on 127.0.0.1, for one area
application.py   which address answers with which page
guard.py         what holds for every request: who may ask, from where, in which language, and the headers
door.py          the link that works once, and who is logged in
views.py         what is read from the catalog for a page
reading.py       the pages that only show: the parts, a part, a receipt
structure/       old and new structure side by side: seen, changed, sent
signing.py       the pages that act: sign, withdraw
form.py          what a person wrote in a form, checked
templates.py     from a template to a response; templates/ has the templates and the style sheet
wording.py       numbers, sizes, dates, and names made harmless and visible
status_page.py   where everything stands, as one file
"""
