"""How many requests may be on their way to a server at the same time, and how often one looks for answers."""

SLOW = 0.25
"""Seconds. Well over what a server needs for a full window of folders (18 ms measured), and what its other users notice."""


_LONGEST_GATHERING = 0.004
_FIRST_GATHERING = 0.001
_PLENTY_TO_DO = 24


class Pace:
    """A window of requests, at most `most`, and for how long their answers are gathered.

    The time from a request to its answer is smoothed (an eighth of each new one). Once for every window's worth of answers
    it is judged: over `SLOW` seconds the window is halved, though not under 2; else it grows by one, up to `most`.

    To take each answer as it comes costs up to twice the work of taking some together. So while the server has plenty to
    do, one waits a moment before looking: the longer the fewer came, at most 4 ms, and the shorter the nearer the server
    is to having nothing left.
    """

    def __init__(self, most: int) -> None:
        self.most = max(1, most)
        self.window = self.most
        self._seconds = 0.0
        self._answers = 0
        self._gathering = _FIRST_GATHERING

    def gathering(self, flying: int) -> float:
        """Seconds to wait before looking for answers, with that many requests on their way."""
        return self._gathering if flying > _PLENTY_TO_DO else 0.0

    def gathered(self, answers: int) -> None:
        """So many answers had come when one looked."""
        if answers * 2 > self.window:
            self._gathering /= 2
        elif answers * 4 < self.window:
            self._gathering = min(_LONGEST_GATHERING, max(self._gathering, _LONGEST_GATHERING / 64) * 1.5)

    def answered(self, seconds: float) -> None:
        """An answer came `seconds` after its request."""
        self._seconds += (seconds - self._seconds) / 8
        self._answers += 1
        if self._answers < self.window:
            return
        self._answers = 0
        if self._seconds > SLOW:
            self.window = max(min(2, self.most), self.window // 2)
        elif self.window < self.most:
            self.window += 1
