"""Words in names of files that tell versions, and words that keep a mark from being one: folded, Norwegian and English."""

import re


def _listed(words: str) -> frozenset[str]:
    return frozenset(words.split())


_STAGES = {
    -14: "kladd kladden råutkast",
    -7: "utkast utkastet draft foreløpig arbeidsutkast wip",
    1: "ny nytt new rettet korrigert oppdatert revidert rev endret justert renskrevet kvalitetssikret gjennomgått "
    "updated revised lest korrekturlest",
    7: "nyeste newest latest sist siste last",
    14: "endelig endelige final ferdig ferdigstilt godkjent vedtatt approved",
    16: "sendt sent publisert ekspedert",
}
STAGES = {word: days for days, words in _STAGES.items() for word in words.split()}
"""A word of a stage -> the days that it counts for: against times, "endelig" is as good as two weeks of later changes."""
OLD = _listed("old gammel gammelt gml utgått foreldet utdatert")
SIGNED = _listed("signert signed underskrevet undertegnet esignert")
COPIES = _listed("kopi copy backup sikkerhetskopi bak konflikt conflict")
RECOVERED = _listed("autogjenopprettet gjenopprettet autosaved autolagret recovered autorecovered")
COMMENTS = _listed("kommentarer kommentar kommentert komm comments merknader endringer")
MARKS = STAGES.keys() | OLD | SIGNED | COPIES | RECOVERED
NUMBERED_BY = _listed("v ver vers versjon version utg utgave rev revisjon revision revidert")
VERSION = _listed("versjon versjonen version utgave utgaven utg")
ORDINALS = {word: number for number, word in enumerate(["første", "andre", "tredje", "fjerde", "femte", "sjette"], 1)}
AT_THE_BEGINNING = _listed("utkast kladd draft endelig final signert gml old utgått oppdatert kopi backup")
FILLERS = _listed("m med aller helt den")
PURPOSES = _listed("gjennomsyn gjennomlesing godkjenning signering kommentar kommentarer underskrift")
# Short words that stand where initials stand.
NO_INITIALS = _listed(
    "og på av til for med om fra hos ved mot som per ikt hms nav udi asa eu eøs ks ros bym eby uke vav kf gdpr pbe ude usa "
    "sør øst nor eng no en nn nb mal kap del nr bil pdf doc web kart tab fig alt bm bba bfa byr oslo sak dag år mnd jan feb "
    "mar apr mai jun jul aug sep okt nov des man tir ons tor fre lør søn hr it as sa da ans fou ptk lab ute inne"
)
PERSONAL = re.compile(
    r"(?:samtale|attest|cv|søknad|timeliste|reiseregning|kompetanseplan|avtale|kontrakt|egenmelding|lønnsslipp"
    r"|stillingsbeskrivelse|vurdering|personalmappe)(?:r|er|en|n)?\b"
)
SERIES = re.compile(
    r"(?:referat|møter?|agenda|innkalling|protokoll|saks?liste|dagsorden|(?:uke|måneds?|kvartals?|status)rapport|logg|timeliste"
    r"|vaktliste|faktura|kvittering|statistikk|journal|oppgjør)\b"
)
NO_NAME = _listed(
    "scan scanned document dokument image bilde img untitled download file fil faktura kvittering attachment vedlegg winmail "
    "invoice presentasjon bok arbeidsbok photo foto screenshot skjermbilde skanning unnamed document1"
)
PICTURES = _listed("jpg jpeg png gif tif tiff bmp heic webp raw cr2 nef mp4 mov avi mp3 wav m4a")
