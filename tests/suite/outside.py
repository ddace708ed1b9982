"""The outside of a production site, each as an operator would have it: with passwords and TLS."""

from __future__ import annotations

import ipaddress
import os
import signal
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from dev import redis
from dev.postgres import Server
from tests.house.reading import ROOT
from tests.notify.postbox import Postbox, free_port
from tests.patience import PATIENCE_S

# The superuser is the operator on the machine itself; everybody else needs a password.
WHO_MAY_CONNECT = "local all postgres trust\nlocal all all scram-sha-256\n"


class Certificate:
    """An authority of its own and a certificate for this machine, as two files."""

    def __init__(self, folder: Path) -> None:
        self.file, self.key_file = folder / "certificate.pem", folder / "key.pem"
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
        now = datetime.now(UTC)
        hosts = [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
        made = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(hours=1))
            .not_valid_after(now + timedelta(days=1))
            .add_extension(x509.SubjectAlternativeName(hosts), critical=False)
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .sign(key, hashes.SHA256())
        )
        self.file.write_bytes(made.public_bytes(serialization.Encoding.PEM))
        self.key_file.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
        )

    def of_a_server(self) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.file, self.key_file)
        return context


class Postgres:
    """A server whose roles need passwords."""

    def __init__(self, folder: Path) -> None:
        folder.chmod(
            0o755
        )  # the server's own account must reach what is inside when root runs this
        self._server = Server(folder, durable=False)
        self._server.prepare()
        (self._server.data / "pg_hba.conf").write_text(WHO_MAY_CONNECT)
        self._server.start()
        self.superuser_dsn = self._server.dsn()

    def dsn(self, database: str, role: str, password: str) -> str:
        where = self._server.dsn(database, role)
        return where.replace("@/", f":{quote(password)}@/", 1)

    def stop(self) -> None:
        self._server.stop()
        self._server.remove()


class Redis:
    """A server on a port that needs a password."""

    def __init__(self, password: str) -> None:
        port = free_port()
        self.url = f"redis://:{password}@127.0.0.1:{port}/0"
        settings = {"port": str(port), "bind": "127.0.0.1", "requirepass": password, "save": ""}
        words = [word for name, value in settings.items() for word in (f"--{name}", value)]
        self._process = subprocess.Popen(
            [str(redis.program()), *words], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        wait_for(lambda: listens(port), "Redis")

    def stop(self) -> None:
        self._process.terminate()
        self._process.wait(PATIENCE_S)


class Mail:
    """A server that takes mail only over TLS and from who signs in."""

    def __init__(self, certificate: Certificate, name: str, password: str) -> None:
        def proves(
            _server: Any, _session: Any, _envelope: Any, _how: str, given: Any
        ) -> AuthResult:
            assert isinstance(given, LoginPassword)
            is_right = (given.login, given.password) == (name.encode(), password.encode())
            return AuthResult(success=is_right, handled=False)

        self.postbox = Postbox()
        self.port = free_port()
        self._controller = Controller(
            self.postbox,
            hostname="127.0.0.1",
            port=self.port,
            tls_context=certificate.of_a_server(),
            require_starttls=True,
            auth_required=True,
            authenticator=proves,
        )
        self._controller.start()

    def stop(self) -> None:
        self._controller.stop()


class Running:
    """A program that runs beside the test, and all that it says."""

    def __init__(
        self, words: list[str], *, log: Path, cwd: Path = ROOT, environment: dict[str, str]
    ) -> None:
        self._log = log
        with log.open("wb") as out:
            self.process = subprocess.Popen(
                words, cwd=cwd, env=environment, stdin=subprocess.DEVNULL, stdout=out, stderr=out
            )

    def said(self) -> str:
        return self._log.read_text(errors="replace")

    def until(self, holds: Callable[[], bool]) -> None:
        """Wait for it; a program that ends meanwhile is the failure."""

        def holds_or_ended() -> bool:
            assert self.process.poll() is None, f"it ended: {self.said()[-4000:]}"
            return holds()

        wait_for(holds_or_ended, "the program", self.said)

    def stop(self, told: signal.Signals = signal.SIGTERM) -> int:
        """Its exit code."""
        if self.process.poll() is None:
            self.process.send_signal(told)
        try:
            return self.process.wait(PATIENCE_S)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise


def provider(certificate: Certificate, port: int, back_to: str, log: Path) -> Running:
    """The sign-in provider as a program of its own, over https."""
    words = [sys.executable, "-m", "tests.suite.provider", str(port), back_to]
    files = [str(certificate.file), str(certificate.key_file)]
    running = Running([*words, *files], log=log, environment=dict(os.environ))
    running.until(lambda: listens(port))
    return running


def listens(port: int) -> bool:
    with socket.socket() as trial:
        trial.settimeout(1.0)
        return trial.connect_ex(("127.0.0.1", port)) == 0


def wait_for(holds: Callable[[], bool], what: str, says: Callable[[], str] = lambda: "") -> None:
    until = time.monotonic() + PATIENCE_S
    while not holds():
        assert time.monotonic() < until, f"{what} did not come: {says()[-4000:]}"
        time.sleep(0.05)
