"""Who asks: applications and what they may do."""

from dataclasses import dataclass

EVERYTHING = frozenset(
    {
        "Sites.FullControl.All",
        "Sites.ReadWrite.All",
        "Files.ReadWrite.All",
        "User.Read.All",
        "GroupMember.Read.All",
        "Team.ReadBasic.All",
        "Channel.ReadBasic.All",
    }
)


@dataclass(frozen=True, slots=True)
class App:
    """An application in the tenant. `permissions` are names of Graph's application permissions."""

    id: str
    name: str
    permissions: frozenset[str]


ANYBODY = App("00000000-0000-0000-0000-000000000000", "Rehearsal", EVERYTHING)
"""Who asks without a token, where the tenant lets that pass."""
