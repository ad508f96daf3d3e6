"""The policy of the benchmark of the pages: people by their object ids, and a rule for a fifth of the files that is written
in two ways."""

import os
from pathlib import Path

DEPARTMENT = "oppvekst"
_POLICY = """
department: oppvekst
name: {nb: Oppvekst, en: Childhood}
site: https://contoso.sharepoint.com/sites/oppvekst
library: Dokumenter
owner: {name: Berit Bakken, id: berit}
contacts: [{name: Kari Nordmann, id: kari}]
superusers: [{name: Siri Super, id: siri}]
archivists: [{name: Ada Arkivar, id: ada}]
privacy_officers: [{name: Pia Vern, id: pia}]
areas:
  maze:
    folder: Felles
    parts:
PARTS
rules:
  - rule: junk
    when: {name: [Thumbs.db, "~$*", desktop.ini]}
    fate: destroy
    noark: Kasseres
    basis: arkivlova § 13
    reason: {nb: Maskinen lagde filen., en: The computer made the file.}
    decided: {by: Ada Arkivar, on: 2026-01-02}
    confirmed: {by: Ada Arkivar, on: 2026-01-02}
    junk: true
  - rule: old copies
    when: {extension: [zip, txt]}
    after: 3y after end of year
    fate: destroy
    noark: Kasseres
    basis: arkivlova § 13
    reason: {nb: Fristen er ute., en: The period is over.}
    decided: {by: Ada Arkivar, on: 2026-01-02}
    confirmed: {by: Ada Arkivar, on: 2026-01-02}
  - rule: old pictures
    when: {extension: [jpg]}
    after: 10y after end of year
    fate: destroy
    noark: Kasseres
    basis: arkivlova § 13
    reason: {nb: Fristen er ute., en: The period is over.}
    decided: {by: Berit Bakken, on: 2026-01-02}
  - rule: mail
    when: {extension: [msg]}
    fate: hold
    reason: {nb: Hører til i arkivet., en: Belongs in the archive.}
  - rule: letters
    when: {extension: [docx]}
    fate: LETTERS
    reason: {nb: Må ses på., en: Somebody must look.}
  - rule: the rest
    when: everything
    fate: move
    reason: {nb: I bruk., en: In use.}
blocks:
  - block: child welfare
    when: {path: "**/Barnevern"}
    forbids: [destroy, move]
    instead: Fagsystemet
    basis: barnevernsloven § 13-1
    reason: {nb: Hører til et barn., en: Belongs to a child.}
limits:
  stop_above: 100%
  sign_destroy: one person
  decided: {by: Berit Bakken, on: 2026-01-02}
  command_line: signs
"""


def policy(workspace: Path, letters: str = "move") -> None:
    """Write the department's file; `letters` is the fate of a fifth of the files."""
    place = workspace / "policies" / f"{DEPARTMENT}.yaml"
    names = (workspace / "parts.txt").read_text(encoding="utf-8").splitlines()
    lines = [
        f"      - {{name: del {number}, path: '{name}', contact: {{name: Kari Nordmann, id: kari}}}}"
        for number, name in enumerate(names, 1)
    ]
    # As an editor does: never half a file.
    new = place.with_suffix(".new")
    new.write_text(_POLICY.replace("PARTS", "\n".join(lines)).replace("LETTERS", letters), encoding="utf-8")
    os.replace(new, place)
