"""A folder or network path of Windows, through Windows itself. It cannot be run on other systems, nor tested there."""

from filrydd.sources.local.windows_retiring import WindowsRetiring
from filrydd.sources.local.windows_sealing import WindowsSealing


class WindowsSource(WindowsSealing, WindowsRetiring):
    """The contract's Source on a Windows path. It neither reads nor sets permissions: sealing goes through `smb://`."""

    def again(self) -> "WindowsSource":
        return WindowsSource(self._place)
