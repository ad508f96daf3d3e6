"""Which roles somebody has, in a department and at one part of an area."""

from filrydd.model.department import Part, Role
from filrydd.policy import Department
from filrydd.web.identity import Identity

OF_A_LINK = frozenset(Role) - {Role.ADMIN}
"""Whoever sits at the computer on which `filrydd review` runs can read and change its workspace anyway. What takes
two people, or an archivist's name, asks for OpenID Connect besides."""


def roles_in(department: Department, identity: Identity) -> frozenset[Role]:
    """The roles that somebody has in the whole department, and those at any of its parts."""
    if not identity.is_openid:
        return OF_A_LINK
    found = {role for role, people in department.roles.items() if any(map(identity.is_one_of, people))}
    for area in department.areas():
        for part in department.parts(area):
            found |= _at_part(department, part, identity)
    return frozenset(found)


def roles_at(department: Department, area: str, part: str, identity: Identity) -> frozenset[Role]:
    """The roles that somebody has at a part, those in the whole department among them.

    A part that the policy does not have any more is the department owner's.
    """
    if not identity.is_openid:
        return OF_A_LINK
    found = {role for role, people in department.roles.items() if any(map(identity.is_one_of, people))}
    one = next((one for one in department.parts(area) if one.name == part), None)
    if one is None:
        found |= {Role.MANAGER} if identity.is_one_of(department.owner) else set()
    else:
        found |= _at_part(department, one, identity)
    return frozenset(found)


def _at_part(department: Department, part: Part, identity: Identity) -> set[Role]:
    """A part without a contact of its own is every contact's of the department; deputies stand in at any time."""
    usual = department.contacts if part.contact == department.contacts[0] else (part.contact,)
    found = set()
    if any(map(identity.is_one_of, (*usual, *part.deputies))):
        found.add(Role.CONTACT)
    if identity.is_one_of(part.owner):
        found.add(Role.MANAGER)
    return found
