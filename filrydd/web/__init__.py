"""The pages: what a contact reads and signs, and what the others do beside them, in a browser, without JavaScript.

server.py        listening: on this computer for one area, or for a shared service
application.py   the table: which address answers with which page, and the roles that open it
access.py        what the table's words mean; roles.py whose role is what, policies.py the files that say so
guard.py         what holds for every request: who may ask, from where, in which language, and the headers
door.py          links that work once, log-ins that were begun, sessions; identity.py who somebody is
logging_in.py    in and out; openid/ the log-in at an OpenID Connect provider
service.py       the areas that are shown; jobs.py what takes longer than a page may, job_page.py how far it is
home.py          my parts; part.py what there is to do in one
portion/         the portions: a group and its answer, what was passed on, practice
structure/       old and new structure side by side: seen, changed, sent
accepting.py     the new place, confirmed or not; extending.py more time to read the old one
signing.py       signing a part; second.py the second person, receipts.py what comes after
search.py        any old path or name; why.py why a file has its fate
superuser/       scanning, suggested rules, the policy's questions
archive/         rules to confirm, blocks and freezes, what was handed over
privacy.py       what concerns personal data; totals.py everybody's page, metrics.py for machines
views.py         what is read from the catalog for a page
form.py          what a person wrote in a form, checked; drafts.py forms between two pages, each acted on once
templates.py     from a template to a response; templates/ has the templates, the style sheet and the script
wording.py       numbers, sizes, dates, and names made harmless and visible; words.py the catalog's own words
status_page.py   where everything stands, as one file
"""
