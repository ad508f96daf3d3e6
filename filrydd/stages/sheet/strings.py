"""The shared texts of a workbook, on disk: Excel and LibreOffice save every text of a list there, in a large one millions."""

import tempfile
from array import array
from functools import lru_cache
from typing import IO

from filrydd.stages.sheet.parsing import shared_texts

# Fates, reasons and titles come in every row; a path comes once.
_REMEMBERED = 4_096


class Strings:
    """Texts by number, from 0, as cells name them. To be closed."""

    def __init__(self, source: IO[bytes] | None = None) -> None:
        """Reads `xl/sharedStrings.xml`; without one there are no texts. Raises what `shared_texts` raises."""
        # It has no name, so the system drops it also after a crash.
        self._file = tempfile.TemporaryFile(prefix="filrydd-")  # noqa: SIM115
        self._ends = array("Q", [0])
        self._recent = lru_cache(_REMEMBERED)(self._read)
        try:
            for text in shared_texts(source) if source else ():
                content = text.encode()
                self._file.write(content)
                self._ends.append(self._ends[-1] + len(content))
        except BaseException:
            self.close()
            raise

    def __len__(self) -> int:
        return len(self._ends) - 1

    def __getitem__(self, number: int) -> str:
        if not 0 <= number < len(self):
            raise IndexError(number)
        return self._recent(number)

    def _read(self, number: int) -> str:
        start, end = self._ends[number : number + 2]
        self._file.seek(start)
        return self._file.read(end - start).decode()

    def close(self) -> None:
        """Drop the file."""
        self._file.close()
