"""review: what a part's contact is asked, and the sign-off.

parts    how every part stands: counted, or as it was counted last
signing  sign, sign as the second person, withdraw
checks   who may do that, and when
"""

from filrydd.stages.review.parts import PartState, Seen, SeenPart, seen, state
from filrydd.stages.review.signing import SignedPart, cosign, sign, withdraw

__all__ = ["PartState", "Seen", "SeenPart", "SignedPart", "cosign", "seen", "sign", "state", "withdraw"]
