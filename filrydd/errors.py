"""The exceptions: each means that a stage cannot go on. Trouble with one file is data (`Trouble`, finding), never one of these.

    FilryddError                    exit code 1
    ├── BadUsage                    2: the command's words are off
    ├── Interrupted                 130: safe to run again
    ├── WorkspaceError
    │   ├── NoWorkspace             no policies/ and scans/ here
    │   ├── NoSuchArea              never scanned, or no department names it
    │   ├── CatalogIsNewer          made by a newer filrydd
    │   ├── CatalogOnNetwork        SQLite's WAL does not work there
    │   ├── CatalogDamaged          not a catalog, or broken
    │   ├── Busy                    another run holds the area
    │   └── DiskFull
    ├── PolicyInvalid               all problems at once
    ├── SourceError
    │   ├── SourceGone              the server or folder does not answer
    │   └── SourceRefused           wrong password, no access to the top
    ├── TenantError
    │   ├── TenantGone              no answer at all
    │   ├── TenantRefused           401, 403: says which grant is missing
    │   └── TenantLacks             a site or library that is not there
    ├── TooManyFailures             so many files in a row failed that it is no longer trouble with single ones
    ├── NoticeError
    │   ├── NoticeGone              the mail server does not answer
    │   └── NoticeRefused           it refuses us: password, encryption, sender
    ├── SheetRefused                a spreadsheet that is short, altered, foreign or outdated
    ├── LogInFailed                 the log-in service refused, did not answer, or could not be trusted
    └── Guard                       nothing was done, on purpose
        ├── SourceLooksEmpty
        ├── TooManyAffected
        ├── NotConfirmed
        ├── NotApproved
        ├── ProposalChanged
        ├── Blocked
        ├── NotVerified
        ├── GraceNotOver
        ├── NoBackup
        ├── StillInUse
        ├── LedgerBroken
        └── ClockMoved

Every message says what happened and to what; `next` is the command or act that comes next, in the reader's language.
"""


class FilryddError(Exception):
    """Something that stops a stage.

    `message` says what happened; `next` what to do now (a command, or one sentence); `details` holds further lines, such
    as every problem of a policy.
    """

    exit_code = 1

    def __init__(self, message: str, *, next: str = "", details: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.message = message
        self.next = next
        self.details = details


class BadUsage(FilryddError):
    exit_code = 2


class Interrupted(FilryddError):
    exit_code = 130


class WorkspaceError(FilryddError):
    pass


class NoWorkspace(WorkspaceError):
    pass


class NoSuchArea(WorkspaceError):
    pass


class CatalogIsNewer(WorkspaceError):
    pass


class CatalogOnNetwork(WorkspaceError):
    pass


class CatalogDamaged(WorkspaceError):
    pass


class Busy(WorkspaceError):
    pass


class DiskFull(WorkspaceError):
    pass


class PolicyInvalid(FilryddError):
    pass


class SourceError(FilryddError):
    pass


class SourceGone(SourceError):
    pass


class SourceRefused(SourceError):
    pass


class TenantError(FilryddError):
    pass


class TenantGone(TenantError):
    pass


class TenantRefused(TenantError):
    pass


class TenantLacks(TenantError):
    pass


class TooManyFailures(FilryddError):
    pass


class NoticeError(FilryddError):
    pass


class NoticeGone(NoticeError):
    pass


class NoticeRefused(NoticeError):
    pass


class SheetRefused(FilryddError):
    pass


class LogInFailed(FilryddError):
    pass


class Guard(FilryddError):
    """A refusal on purpose: nothing was done."""


class SourceLooksEmpty(Guard):
    pass


class TooManyAffected(Guard):
    pass


class NotConfirmed(Guard):
    pass


class NotApproved(Guard):
    pass


class ProposalChanged(Guard):
    pass


class Blocked(Guard):
    pass


class NotVerified(Guard):
    pass


class GraceNotOver(Guard):
    pass


class NoBackup(Guard):
    pass


class StillInUse(Guard):
    pass


class LedgerBroken(Guard):
    pass


class ClockMoved(Guard):
    pass
