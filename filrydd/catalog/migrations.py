"""The catalog's schema, version by version, with the Migrations of sqlite-utils.

A migration that has been released is never edited; a change is a new file in `sql/` and a new function here.
"""

from importlib.resources import files

from sqlite_utils import Database, Migrations

migrations = Migrations("filrydd.catalog")


def _apply(database: Database, name: str) -> None:
    # One statement at a time: executescript would commit the migration's own transaction.
    script = (files("filrydd.catalog") / "sql" / name).read_text(encoding="utf-8")
    lines = (line.split("--")[0] for line in script.splitlines())
    for statement in "\n".join(lines).split(";"):
        if statement.strip():
            database.execute(statement)


@migrations(name="001_areas")
def areas(database: Database) -> None:
    """Entries, rulings, the proposal, sign-offs, receipts, findings, seals, retirements, the ledger."""
    _apply(database, "001_areas.sql")


@migrations(name="002_answers")
def answers(database: Database) -> None:
    """Answers of people about single files."""
    _apply(database, "002_answers.sql")


@migrations(name="003_scanner")
def scanner(database: Database) -> None:
    """Folders known by a digest, permissions and owners, what was read of contents, files that moved."""
    _apply(database, "003_scanner.sql")


@migrations(name="004_policies")
def policies(database: Database) -> None:
    """Findings that rules ask for, what reading told, links, freezes, what was handed over, notices to owners."""
    _apply(database, "004_policies.sql")


@migrations(name="005_structure")
def structure(database: Database) -> None:
    """Libraries, scopes, targets known by their address, decisions about old folders, people's edits."""
    _apply(database, "005_structure.sql")


@migrations(name="006_portions")
def portions(database: Database) -> None:
    """Groups that people are asked about, what they answered, and which single files they looked at."""
    _apply(database, "006_portions.sql")


@migrations(name="007_two_people")
def two_people(database: Database) -> None:
    """Who signed by identity, the second person's signature, and the figures of parts that pages read."""
    _apply(database, "007_two_people.sql")


@migrations(name="008_reminders")
def reminders(database: Database) -> None:
    """Messages to people about parts that wait for them."""
    _apply(database, "008_reminders.sql")


@migrations(name="010_tallies")
def tallies(database: Database) -> None:
    """What was last counted for those who answer for the archive and for personal data."""
    _apply(database, "010_tallies.sql")


@migrations(name="011_trees")
def trees(database: Database) -> None:
    """Old and new trees of the parts, as pages show them side by side."""
    _apply(database, "011_trees.sql")


@migrations(name="013_verification")
def verification(database: Database) -> None:
    """What was listed when an item was compared, and samples."""
    _apply(database, "013_verification.sql")


@migrations(name="014_lease")
def lease(database: Database) -> None:
    """By what a catalog knows its lease in the tenant."""
    _apply(database, "014_lease.sql")


@migrations(name="015_forecasts")
def forecasts(database: Database) -> None:
    """What was expected of an upload, and what it came to."""
    _apply(database, "015_forecasts.sql")


@migrations(name="016_labels")
def labels(database: Database) -> None:
    """Retention labels, columns that say something by themselves, and folders that somebody deleted."""
    _apply(database, "016_labels.sql")


@migrations(name="017_found_folders")
def found_folders(database: Database) -> None:
    """Which folders were there before us."""
    _apply(database, "017_found_folders.sql")


@migrations(name="018_cut_over")
def cut_over(database: Database) -> None:
    """Seals of whole shares, permissions that others changed meanwhile, signposts, where backups lie."""
    _apply(database, "018_cut_over.sql")


@migrations(name="019_acceptance")
def acceptance(database: Database) -> None:
    """What contacts said about the new place, and more time to read the old one."""
    _apply(database, "019_acceptance.sql")


@migrations(name="020_quarantine")
def quarantine(database: Database) -> None:
    """What is set aside before it is deleted, what was brought back, and what refused to go."""
    _apply(database, "020_quarantine.sql")


@migrations(name="021_mended_links")
def mended_links(database: Database) -> None:
    """Links given new addresses in documents that lie in the tenant."""
    _apply(database, "021_mended_links.sql")


@migrations(name="023_signed_rules")
def signed_rules(database: Database) -> None:
    """What sign-offs keep of the rules that they destroy by, and of where their folders lay."""
    _apply(database, "023_signed_rules.sql")
