"""Who is at the browser, and how that was established."""

from dataclasses import dataclass

from filrydd.model.by import By
from filrydd.model.department import Person

LINK = "link"
HOW_LINK = "one-time link on this computer"


@dataclass(frozen=True, slots=True)
class Identity:
    """Somebody who logged in.

    `who` is their key: `issuer|tenant|object id` (the tenant is empty where the issuer has none), or `link`. `how`
    says how that was established, as sign-offs and answers keep it. `name` is what is shown and never identifies
    anybody. `object_id`, `groups` and `app_roles` are the issuer's own, by which policies name people.
    """

    name: str
    who: str
    how: str
    object_id: str = ""
    groups: frozenset[str] = frozenset()
    app_roles: frozenset[str] = frozenset()

    @property
    def is_openid(self) -> bool:
        """Whether an OpenID Connect provider vouched for them; a link only says who can read this computer's
        screen."""
        return self.who != LINK

    @property
    def by(self) -> By:
        """As answers and the ledger name them."""
        return By(self.name, self.who, self.how)

    def is_one_of(self, person: Person) -> bool:
        """Whether a policy means them: by object id, group or app role, never by a name or an address."""
        return (
            (bool(person.id) and person.id == self.object_id)
            or (bool(person.group) and person.group in self.groups)
            or (bool(person.app_role) and person.app_role in self.app_roles)
        )


def by_link(name: str = "") -> Identity:
    """Whoever opened the one-time link on this computer; `name` is what they say they are called."""
    return Identity(name, LINK, HOW_LINK)
