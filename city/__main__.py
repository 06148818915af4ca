"""`python -m city --config PATH`: the city service on one machine, until it is stopped."""

from __future__ import annotations

import argparse
import logging
import sys
from pathlib import Path

import uvicorn

from city.app import build_city
from city.calendar import CalendarMistakes, read_calendar
from city.clock import system_clock
from config.load import ConfigError, load_catalogue, load_city
from packet.errors import BadKey

CATALOGUE = Path(__file__).resolve().parents[1] / "config"
BACKLOG = 256
GRACE_S = 10  # for answers under way when the service is stopped


def main(arguments: list[str] | None = None) -> int:
    given = _parser().parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    try:
        settings = load_city(given.config)
        catalogue = load_catalogue(given.catalogue)
        calendar = read_calendar(given.catalogue / "calendar.toml")
        city = build_city(settings, catalogue=catalogue, calendar=calendar, clock=system_clock)
    except (ConfigError, CalendarMistakes, BadKey, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    try:
        uvicorn.run(
            city.app,
            host=settings.listen_host,
            port=settings.listen_port,
            backlog=BACKLOG,
            log_config=None,
            access_log=False,  # addresses hold case numbers; what matters is in the record of events
            server_header=False,
            lifespan="off",
            timeout_graceful_shutdown=GRACE_S,
        )
    finally:
        city.close()
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m city", description="The city service")
    parser.add_argument("--config", type=Path, required=True, help="city.toml")
    parser.add_argument(
        "--catalogue", type=Path, default=CATALOGUE, help="folder of items, localities.toml, calendar.toml"
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
