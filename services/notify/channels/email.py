"""Mail by SMTP."""

from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, formataddr, parseaddr

import aiosmtplib

from services.notify.channels.channel import ChannelError
from services.notify.model import Letter

# A long address in a header stays whole: folded it would be encoded, and no mail program would
# find the way to leave a list (RFC 8058 reads it as it stands). Lines may be 998 (RFC 5322, 2.1.1).
ON_THE_WIRE = SMTP.clone(max_line_length=900)
REFUSED_FOR_GOOD = range(500, 600)
# These say something about us (signing in, our sender, an order we may not give), not the address.
OURS_TO_MEND = (
    aiosmtplib.SMTPAuthenticationError,
    aiosmtplib.SMTPConnectResponseError,
    aiosmtplib.SMTPHeloError,
    aiosmtplib.SMTPSenderRefused,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """Where mail is handed over. `tls`: none (loopback only), starttls or tls."""

    host: str
    port: int
    sender: str
    tls: str = "starttls"
    username: str | None = None
    password: str | None = None
    timeout_s: float = 8.0


class Email:
    def __init__(self, server: Server) -> None:
        self._server = server

    async def send(self, letter: Letter) -> None:
        """One connection a letter. Raises ChannelError when it was not taken."""
        server = self._server
        try:
            await aiosmtplib.send(
                compose(letter, sender=server.sender).as_bytes(policy=ON_THE_WIRE),
                sender=parseaddr(server.sender)[1],
                recipients=[letter.to],
                hostname=server.host,
                port=server.port,
                username=server.username,
                password=server.password,
                use_tls=server.tls == "tls",
                start_tls=server.tls == "starttls",
                timeout=server.timeout_s,
            )
        except (aiosmtplib.SMTPException, OSError) as cause:
            raise fault_of(cause) from cause


def compose(letter: Letter, *, sender: str) -> EmailMessage:
    """Plain text. The Message-ID is the letter's mark, so that a second hand-over shows as one."""
    mail = EmailMessage()
    mail["From"] = from_line(letter.sender_name, sender)
    mail["To"] = letter.to
    mail["Subject"] = letter.subject
    mail["Date"] = format_datetime(letter.at)
    mail["Message-ID"] = f"<{letter.mark}@{_domain_of(sender)}>"
    mail["Auto-Submitted"] = "auto-generated"
    if letter.leave_url:
        mail["List-Unsubscribe"] = f"<{letter.leave_url}>"
        mail["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    mail.set_content(letter.text)
    return mail


def from_line(name: str, sender: str) -> str:
    """The agency's name before the site's one address; without one, the site's own line.

    >>> from_line("Thames Valley", "Kith <kith@example.org>")
    'Thames Valley <kith@example.org>'
    """
    return formataddr((name, parseaddr(sender)[1])) if name else sender


def fault_of(cause: Exception) -> ChannelError:
    """Sort what went wrong: the address is refused for good, or it is worth another try."""
    kind = type(cause).__name__
    if isinstance(cause, aiosmtplib.SMTPRecipientsRefused):
        codes = [refused.code for refused in cause.recipients]
        permanent = all(code in REFUSED_FOR_GOOD for code in codes)
        return ChannelError(f"{kind} {codes}", permanent=permanent)
    if isinstance(cause, aiosmtplib.SMTPResponseException):
        permanent = cause.code in REFUSED_FOR_GOOD and not isinstance(cause, OURS_TO_MEND)
        return ChannelError(f"{kind} {cause.code}", permanent=permanent)
    return ChannelError(kind, permanent=False)


def _domain_of(sender: str) -> str:
    return sender.rpartition("@")[2].rstrip("> ")
