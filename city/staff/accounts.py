"""Accounts of staff, from the command line: `python -m city.staff.accounts add --database URL --login ... --name ...`.

Adding a login that exists gives it the new name, role, window and password, and ends its sessions.
"""

from __future__ import annotations

import argparse
import json
import secrets
import sys

import pyotp
from sqlalchemy.orm import Session

from city.rules import Role
from city.staff.signin import LOGIN, hash_password
from city.storage import staff as storage
from city.storage.base import Base
from city.storage.engine import open_engine, writing_sessions
from city.storage.models import Staff

SHORTEST_PASSWORD = 10
# Without the letters and digits that are mistaken for each other on paper.
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"


def make_password() -> str:
    """Sixteen random characters in groups of four, about 79 bits."""
    return "-".join("".join(secrets.choice(LETTERS) for _ in range(4)) for _ in range(4))


def add(
    session: Session, *, login: str, name: str, role: Role, window: str, password: str, totp_secret: str = ""
) -> Staff:
    """Make or renew an account. Raises ValueError with a sentence for the person at the keyboard."""
    if LOGIN.fullmatch(login) is None:
        raise ValueError("login: 2 to 32 small letters, digits, dots, dashes; a letter or digit first")
    if (role is Role.WINDOW) != bool(window):
        raise ValueError("window: a locality key for role window, none for a supervisor")
    if len(password) < SHORTEST_PASSWORD:
        raise ValueError(f"password: at least {SHORTEST_PASSWORD} characters")
    staff = storage.by_login(session, login)
    if staff is None:
        staff = Staff(login=login, totp_step=0)
        session.add(staff)
    else:
        storage.close_sessions_of(session, staff)
    staff.name, staff.role, staff.window, staff.active = name, role, window, True
    staff.password_hash, staff.totp_secret, staff.totp_step = hash_password(password), totp_secret, 0
    storage.forget_failures(session, login)
    return staff


def close(session: Session, login: str) -> bool:
    """The account can no longer sign in and its sessions end; its name stays in the record. False: no such login."""
    staff = storage.by_login(session, login)
    if staff is None:
        return False
    staff.active = False
    storage.close_sessions_of(session, staff)
    return True


def main(arguments: list[str] | None = None) -> int:
    given = _parser().parse_args(arguments)
    engine = open_engine(given.database)
    Base.metadata.create_all(engine)
    try:
        with writing_sessions(engine).begin() as session:
            told = _add(session, given) if given.command == "add" else _close(session, given)
    except ValueError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    finally:
        engine.dispose()
    sys.stdout.write(json.dumps(told, ensure_ascii=False) + "\n")
    return 0


def _add(session: Session, given: argparse.Namespace) -> dict[str, str]:
    password = sys.stdin.readline().rstrip("\n") if given.password_stdin else make_password()
    secret = pyotp.random_base32() if given.totp else ""
    add(
        session,
        login=given.login,
        name=given.name,
        role=Role(given.role),
        window=given.window,
        password=password,
        totp_secret=secret,
    )
    told = {"login": given.login}
    if not given.password_stdin:
        told["password"] = password
    if secret:
        told["totp"] = pyotp.TOTP(secret).provisioning_uri(name=given.login, issuer_name="西安全市通办")
    return told


def _close(session: Session, given: argparse.Namespace) -> dict[str, str]:
    if not close(session, given.login):
        raise ValueError(f"login: no account {given.login}")
    return {"login": given.login}


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m city.staff.accounts", description="Accounts of window staff")
    commands = parser.add_subparsers(dest="command", required=True)
    adding = commands.add_parser("add", help="make or renew an account; prints one line of JSON with its password")
    adding.add_argument("--name", required=True, help="as it stands in the record, e.g. 王敏")
    adding.add_argument("--role", choices=[Role.WINDOW.value, Role.SUPERVISOR.value], default=Role.WINDOW.value)
    adding.add_argument("--window", default="", help="locality key, e.g. yanliang; none for a supervisor")
    adding.add_argument("--totp", action="store_true", help="ask for a one-time code at every sign-in")
    adding.add_argument("--password-stdin", action="store_true", help="read the password instead of making one")
    closing = commands.add_parser("close", help="end an account")
    for command in (adding, closing):
        command.add_argument("--database", required=True, help="database_url of the city's settings")
        command.add_argument("--login", required=True)
    return parser


if __name__ == "__main__":
    sys.exit(main())
