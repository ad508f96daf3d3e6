"""The permissions of one open entry of a share: read, and compared with what they were meant to be."""

from dataclasses import replace

from filrydd.model import descriptor as security
from filrydd.sources.smb import message
from filrydd.sources.smb.share import Opened, Share

# A descriptor's lists are at most 64 KiB; this is what one credit carries.
_ROOM = 65_536


def descriptor_of(share: Share, opened: Opened) -> security.Descriptor:
    """Owner, group and access list. Raises Refused, Dropped, BadDescriptor."""
    return security.parse(
        share.query(opened, message.OF_SECURITY, 0, _ROOM, message.OWNER_GROUP_DACL),
    )


def same_access(one: security.Descriptor, other: security.Descriptor) -> bool:
    """Whether two descriptors give the same access."""

    # Servers may write generic rights out; that is the same access.
    def said(descriptor: security.Descriptor) -> tuple[int, "list[security.Ace] | None"]:
        dacl = descriptor.dacl
        plain = None if dacl is None else [replace(entry, mask=security.specific(entry.mask)) for entry in dacl]
        return descriptor.control & security.DACL_PROTECTED, plain

    return said(one) == said(other)
