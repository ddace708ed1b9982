"""What every channel is: send a letter, or say why not."""

from typing import Protocol

from services.notify.model import Letter


class ChannelError(Exception):
    """The channel did not take a letter. `permanent`: it never will; otherwise try again later.

    `detail` is for the operator and holds no address and no words of the letter.
    """

    def __init__(self, detail: str, *, permanent: bool) -> None:
        super().__init__(detail)
        self.detail = detail
        self.permanent = permanent


class Channel(Protocol):
    async def send(self, letter: Letter) -> None:
        """Hand the letter over. Raises ChannelError when it was not taken."""
