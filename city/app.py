"""The city service as one ASGI application: the kiosks' interface under `/v1`, the staff pages under `/staff`."""

from __future__ import annotations

from fastapi import FastAPI
from fastapi.responses import RedirectResponse

from city.staff.pages import staff_app
from city.staff.site import ROOT, Site


def build_app(*, site: Site) -> FastAPI:
    """Puts ready parts together; opens nothing and reads no configuration."""
    app = FastAPI(title="西安全市通办", docs_url=None, redoc_url=None)
    app.mount(ROOT, staff_app(site))

    @app.get("/", include_in_schema=False)
    def home() -> RedirectResponse:
        return RedirectResponse(f"{ROOT}/", 303)

    return app
