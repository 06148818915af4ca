"""Which screen shows which view: one row each. Their kv files are loaded here, once."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from ui.present import (
    attract,
    card,
    consent,
    form,
    guide,
    home,
    item,
    locality,
    overlays,
    papers,
    progress,
    review,
    submit,
)
from ui.present import sign as signing
from ui.present.views import View
from ui.screens import attract as attract_screen
from ui.screens import card as card_screen
from ui.screens import consent as consent_screen
from ui.screens import form as form_screens
from ui.screens import guide as guide_screen
from ui.screens import home as home_screen
from ui.screens import item as item_screen
from ui.screens import locality as locality_screen
from ui.screens import overlays as overlay_screens
from ui.screens import papers as papers_screens
from ui.screens import progress as progress_screens
from ui.screens import review as review_screen
from ui.screens import sign as sign_screen
from ui.screens import submit as submit_screens
from ui.widgets import load_kv, load_looks
from ui.widgets.step_screen import BaseScreen

SCREENS: Mapping[type, type[BaseScreen]] = {
    attract.AttractView: attract_screen.AttractScreen,
    home.HomeView: home_screen.HomeScreen,
    card.CardView: card_screen.CardScreen,
    item.ItemView: item_screen.ItemScreen,
    locality.LocalityView: locality_screen.LocalityScreen,
    guide.GuideView: guide_screen.GuideScreen,
    consent.ConsentView: consent_screen.ConsentScreen,
    form.FieldView: form_screens.FieldScreen,
    form.AnswersView: form_screens.AnswersScreen,
    papers.PapersView: papers_screens.PapersScreen,
    papers.JudgedView: papers_screens.JudgedScreen,
    papers.PageView: papers_screens.PageScreen,
    review.ReviewView: review_screen.ReviewScreen,
    signing.SignView: sign_screen.SignScreen,
    submit.WorkView: submit_screens.WorkScreen,
    submit.DoneView: submit_screens.DoneScreen,
    progress.TraceView: progress_screens.TraceScreen,
    progress.CasesView: progress_screens.CasesScreen,
    progress.CaseView: progress_screens.CaseScreen,
    overlays.ProblemView: overlay_screens.ProblemScreen,
    overlays.IdleView: overlay_screens.IdleScreen,
    overlays.HelpView: overlay_screens.HelpScreen,
    overlays.LeaveView: overlay_screens.LeaveScreen,
}


def load_screens() -> None:
    """Load the looks of widgets and screens."""
    load_looks()
    for path in sorted(Path(__file__).parent.glob("*.kv")):
        load_kv(path)


def screen_for(view: View) -> type[BaseScreen]:
    """The class of the screen that shows this view."""
    return SCREENS[type(view)]
