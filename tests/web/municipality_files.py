"""What the municipality of the tests is made of: people, policies, and files whose names attack."""

from tests.conftest import Tree
from tests.reading import number
from tests.web.offices import NUMBER

GROUP, APP_ROLE = "8f6c0000-contacts", "Filrydd.Contact"
MARKER = "merke"
"""Stands in the names of files and folders, never of an area, a department or a policy."""
MARKUP = f"<img src=x onerror=alert('{MARKER}')>.docx"
SCRIPT = f"\"'><script>alert(1)<{MARKER}>.docx"
BREAKS_OUT = f"' onmouseover=alert(1) {MARKER} x='.txt"
BIDI = f"{MARKER} regning\u202efdp.exe"
HIDDEN = f"{MARKER}\u2066\u200b\u00ad.txt"
HEADER = f"{MARKER}\r\nSet-Cookie: a=b.docx"
FORMULA = f'=HYPERLINK("evil.example","{MARKER}").pdf'
TEMPLATE = f"{MARKER} {{{{ 7*7 }}}}{{% raw %}}.docx"
DEEP = [f"{MARKER} {level:02} {'dyp' * 60}" for level in range(52)]
COMMON = """
admins: [{name: Adam Drift, id: adam}]
limits:
  stop_above: 100%
  decided: {by: Berit Bakken, on: 2026-01-02}
rules:
  - rule: junk
    when: {name: [Thumbs.db]}
    fate: destroy
    noark: Kasseres
    basis: arkivlova § 13
    reason: {nb: Maskinen lagde filen., en: The computer made the file.}
    decided: {by: Arkivar, on: 2026-01-02}
    confirmed: {by: Arkivar, on: 2026-01-02}
    junk: true
"""
RULES = """
rules:
  - rule: old vouchers
    when: {extension: [pdf]}
    after: 5y after end of year
    fate: destroy
    noark: Kasseres
    basis: bokføringsloven § 13
    reason: {nb: Fristen er ute., en: The period is over.}
    decided: {by: Arkivar, on: 2026-01-02}
    confirmed: {by: Arkivar, on: 2026-01-02}
  - rule: drafts
    when: {path: Utkast}
    fate: destroy
    basis: arkivlova § 13
    reason: {nb: Bare utkast., en: Only drafts.}
    decided: {by: Berit Bakken, on: 2026-01-02}
  - rule: the rest
    when: everything
    fate: move
    reason: {nb: I bruk., en: In use.}
blocks:
  - block: persons
    when: {path: Personal}
    forbids: [destroy, move]
    instead: Fagsystemet
    basis: barnevernsloven § 13-1
    reason: {nb: Hører til en person., en: Belongs to a person.}
"""
ACCOUNTING = f"""
department: regnskap
name: {{nb: Regnskap, en: Accounting}}
site: https://contoso.sharepoint.com/sites/regnskap
owner: {{name: Berit Bakken, id: berit}}
contacts:
  - {{name: Kari Nordmann, id: kari}}
  - {{name: Regnskapsgruppen, group: {GROUP}}}
  - {{name: Alle kontakter, app_role: {APP_ROLE}}}
deputies: [{{name: Dag Vik, id: dag}}]
superusers: [{{name: Siri Super, id: siri}}]
archivists: [{{name: Ada Arkivar, id: ada}}]
privacy_officers: [{{name: Pia Vern, id: pia}}]
areas:
  felles:
    folder: Felles
    parts:
      - {{name: bilag, path: Bilag, contact: {{name: Ola Lunde, id: ola}}}}
      - {{name: lag/år, path: Lag, contact: {{name: Ola Lunde, id: ola}}, deputies: []}}
{RULES}"""
PLANNING = f"""
department: plan
name: {{nb: Plan, en: Planning}}
site: https://contoso.sharepoint.com/sites/plan
owner: {{name: Mona Moe, id: mona}}
contacts: [{{name: Per Plan, id: per}}]
superusers: [{{name: Sara Super, id: sara}}]
archivists: [{{name: Arne Arkivar, id: arne}}]
privacy_officers: [{{name: Petra Vern, id: petra}}]
areas: {{teknisk: {{folder: Teknisk}}}}
{RULES}"""
FELLES: Tree = {
    f"{MARKER} møte.docx": b"minutes",
    "Thumbs.db": b"thumb",
    "Brev": dict.fromkeys((MARKUP, SCRIPT, BREAKS_OUT, TEMPLATE, f"{MARKER} svar.docx"), b"letter"),
    "Inn": {BIDI: b"reversed", HIDDEN: b"hidden", HEADER: b"header", f"{MARKER} {NUMBER} søknad.docx": b"application"},
    f"Sak {number(1)}": {f"{MARKER} i sak.docx": b"a case"},
    "Utkast": {f"{MARKER} utkast.docx": b"draft", f"{MARKER} kladd.docx": b"another"},
    "Personal": {f"{MARKER} sak 12.docx": b"case"},
    "Bilag": {
        "2010": {f"{MARKER} faktura.pdf": b"old", f"{MARKER} kvittering.pdf": b"older", FORMULA: b"oldest"},
        "2026": {f"{MARKER} ny.docx": b"new"},
    },
    "Lag": {f"{MARKER} lagliste.docx": b"list", f"{MARKER} regler.docx": b"rules"},
}
TEKNISK: Tree = {"Plan": {f"{MARKER} kart.docx": b"map"}, f"{MARKER} tegning.docx": b"drawing"}
NAMES = {
    "ada": "Ada Arkivar", "adam": "Adam Drift", "arne": "Arne Arkivar", "berit": "Berit Bakken", "dag": "Dag Vik",
    "kari": "Kari Nordmann", "mona": "Mona Moe", "ola": "Ola Lunde", "per": "Per Plan", "petra": "Petra Vern",
    "pia": "Pia Vern", "sara": "Sara Super", "siri": "Siri Super",
}  # fmt: skip
PRIVATE = (MARKER, "Brev", "Utkast", "Personal", "bilag", "Bilag", "lag/år", *NAMES.values())
"""What a refused page must not say: names of files, folders, parts and people."""
