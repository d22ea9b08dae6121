"""Wizard, tour and tutorial in real Chromium: dark and light, wide and narrow, by keyboard alone."""

import re

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from saas_app.onboarding.tour import STEPS
from tests.support.newcomer import device, newcomer

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(180)]

PASSWORD = "four unrelated harbour words"
WIDE = {"width": 1280, "height": 800}
NARROW = {"width": 360, "height": 740}


def go_to(page: Page, role: str, name: str) -> None:
    """Tab until this has the focus: what cannot be reached by keyboard fails here."""
    wanted = page.get_by_role(role, name=name, exact=True)
    expect(wanted).to_be_visible()
    for _ in range(60):
        page.keyboard.press("Tab")
        if wanted.evaluate("element => element === document.activeElement"):
            return
    raise AssertionError(f"the keyboard does not reach {role} {name!r}")


def press(page: Page, role: str, name: str, key: str = "Enter") -> None:
    go_to(page, role, name)
    page.keyboard.press(key)


def asks(page: Page, title: str) -> None:
    """The question is there, and the keyboard stands at it."""
    heading = page.get_by_role("heading", name=title)
    expect(heading).to_be_visible()


def fits(page: Page) -> None:
    """Nothing makes the page scroll sideways."""
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def bubble(page: Page):
    return page.get_by_role("dialog")


@pytest.mark.parametrize(
    ("theme", "other", "viewport"), [("dark", "Light", NARROW), ("light", "Dark", WIDE)]
)
def test_the_wizard_and_the_tour_by_keyboard_alone(chromium, product, theme, other, viewport):
    email = newcomer(product, f"keys-{theme}", theme)
    context = device(chromium, product, email, viewport)
    page = context.new_page()
    heard: list[str] = []
    page.on("pageerror", lambda error: heard.append(str(error)))
    page.goto("/onboarding")
    _answers_by_keyboard(page, theme, other)
    second = device(chromium, product, email, viewport)
    _walks_the_tour_on_two_devices(page, second)
    second.close()
    context.close()
    assert heard == []


def _answers_by_keyboard(page: Page, theme: str, other: str) -> None:
    asks(page, "Which markets do you follow?")
    expect(page.locator("html")).to_have_class(re.compile(theme))
    fits(page)
    press(page, "checkbox", "Currencies EURUSD, USDJPY and the other majors", "Space")
    press(page, "button", "Next")
    asks(page, "Which timeframes do you look at?")
    expect(page.locator("#question")).to_be_focused()
    fits(page)
    press(page, "checkbox", "H4 4 hours", "Space")
    press(page, "button", "Next")
    asks(page, "What would you like to hear about?")
    press(
        page,
        "checkbox",
        "Price touches a level The market comes back to where it turned before",
        "Space",
    )
    press(page, "button", "Next")
    asks(page, "When is volume worth a word?")
    fits(page)
    go_to(page, "textbox", "Times the usual volume")
    page.keyboard.type("lots")
    page.keyboard.press("Enter")
    expect(page.locator("#volume_multiple-error")).to_contain_text("from 1 to 20")
    expect(page.get_by_role("textbox", name="Times the usual volume")).to_have_value("lots")
    press(page, "button", "Times the usual volume: 2")
    expect(page.locator("#volume_multiple-error")).to_be_empty()
    press(page, "button", "Next")
    asks(page, "Where should news reach you?")
    fits(page)
    go_to(page, "checkbox", "E-mail A letter to your address Pro")
    page.keyboard.press("Space")
    expect(page.get_by_test_id("locked-choice")).to_contain_text("Pro")
    press(page, "button", "Back")
    asks(page, "When is volume worth a word?")
    expect(page.get_by_role("textbox", name="Times the usual volume")).to_have_value("2")
    press(page, "button", "Next")
    asks(page, "Where should news reach you?")
    press(page, "button", "Skip this one")
    asks(page, "Dark or light?")
    page.get_by_role("radio", name=other).press("Space")
    expect(page.locator("html")).to_have_class(re.compile(other.lower()))
    press(page, "button", "Next")
    asks(page, "How long have you been trading?")
    page.get_by_role("radio", name="I am new to it").press("Space")
    press(page, "button", "Show me around")
    page.wait_for_url("/dashboard**")
    expect(page.locator("html")).to_have_class(re.compile(other.lower()))
    asked = page.request.get("/api/user/preferences").json()
    assert (asked["theme"], asked["volume_multiple"], asked["channels"]) == (other.lower(), 2, [])


def _walks_the_tour_on_two_devices(page: Page, second: BrowserContext) -> None:
    met = [_step_is_sound(page)]
    while len(met) < 5:
        met.append(_next(page, met[-1]))
    page.wait_for_url("/charts/EURUSD**")
    assert _back(page, met[-1]) == met[-2]
    assert _next(page, met[-2]) == met[-1]
    other = second.new_page()
    other.goto("/charts/EURUSD")
    expect(bubble(other)).to_contain_text(met[-1])
    other.keyboard.press("Escape")
    expect(bubble(other)).to_be_hidden()
    other.goto("/dashboard")
    expect(other.get_by_test_id("first-alert")).to_contain_text(
        "EURUSD H4 touches its nearest level, volume ≥ 2"
    )
    assert (
        other.get_by_test_id("first-steps")
        .get_by_role("listitem")
        .first.inner_text()
        .startswith("Practise")
    )
    fits(other)
    press(other, "link", "Take it: Take the tour")
    other.wait_for_url("/charts/EURUSD**")
    expect(bubble(other)).to_contain_text(met[-1])
    while len(met) < len(STEPS):
        met.append(_next(other, met[-1]))
    assert len(set(met)) == len(STEPS)
    expect(bubble(other).get_by_role("button", name="Done")).to_be_focused()
    other.keyboard.press("Enter")
    expect(bubble(other)).to_be_hidden()
    other.goto("/dashboard")
    expect(other.get_by_test_id("step-tour")).to_contain_text("done")
    expect(bubble(other)).to_be_hidden()


def _next(page: Page, before: str) -> str:
    return _turns(page, "ArrowRight", before)


def _back(page: Page, before: str) -> str:
    return _turns(page, "ArrowLeft", before)


def _turns(page: Page, key: str, before: str) -> str:
    page.keyboard.press(key)
    expect(page.locator("#driver-popover-title")).not_to_have_text(before)
    return _step_is_sound(page)


def _step_is_sound(page: Page) -> str:
    """A named dialog that has the focus, and beside it what it speaks of, in sight."""
    expect(bubble(page)).to_be_visible()
    expect(page.locator(".driver-active-element")).to_be_in_viewport()
    expect(bubble(page).locator(".driver-popover-next-btn")).to_be_focused()
    box = bubble(page).bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= page.viewport_size["width"]
    assert box["y"] + box["height"] <= page.viewport_size["height"]
    fits(page)
    return page.locator("#driver-popover-title").inner_text()


@pytest.mark.parametrize(("theme", "viewport"), [("dark", WIDE), ("light", NARROW)])
def test_the_tutorial_by_keyboard_and_on_another_device(chromium, product, theme, viewport):
    email = newcomer(product, f"pupil-{theme}", theme)
    context = device(chromium, product, email, viewport)
    page = context.new_page()
    page.goto("/tutorial")
    lesson = page.get_by_test_id("lesson")
    expect(lesson).to_contain_text("A market, a day at a time")
    expect(page.get_by_test_id("data-kind")).to_contain_text("Practice on historical prices")
    expect(page.locator("canvas").first).to_be_visible()
    expect(page.locator("html")).to_have_class(re.compile(theme))
    fits(page)
    go_to(page, "button", "Next candle")
    for _ in range(4):
        page.keyboard.press("Enter")
    expect(lesson).to_contain_text("Now it is a turn")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")  # on to the next lesson
    expect(lesson).to_contain_text("The second touch makes a level")
    second = device(chromium, product, email, viewport)
    other = second.new_page()
    other.goto("/tutorial")
    lesson = other.get_by_test_id("lesson")
    expect(lesson).to_contain_text("The second touch makes a level")
    press(other, "button", "Next candle")
    expect(lesson).to_contain_text("Let the level watch the market")
    expect(other.get_by_role("button", name="On to the next lesson")).to_have_attribute(
        "aria-disabled", "true"
    )
    press(other, "button", "Place a practice alert at the level")
    expect(lesson).to_contain_text("Your alert waits")
    expect(other.get_by_role("button", name="Next candle")).to_be_focused()
    for _ in range(7):
        expect(other.get_by_test_id("fired")).to_be_hidden()
        other.keyboard.press("Enter")
    expect(other.get_by_test_id("fired")).to_contain_text("20.46")
    press(other, "button", "On to the next lesson")
    expect(lesson).to_contain_text("That is all there is to it")
    fits(other)
    other.goto("/dashboard")
    expect(other.get_by_test_id("step-tutorial")).to_contain_text("done")
    other.get_by_role("button", name="Put away").press("Enter")
    expect(other.get_by_test_id("first-steps")).to_be_hidden()
    other.goto("/settings/profile")
    other.get_by_role("button", name="Show my first steps again").press("Enter")
    other.goto("/dashboard")
    expect(other.get_by_test_id("first-steps")).to_be_visible()
    second.close()
    context.close()


def test_the_wizard_is_resumed_on_another_device(chromium, product):
    email = newcomer(product, "mover")
    first = device(chromium, product, email, WIDE)
    page = first.new_page()
    page.goto("/onboarding")
    page.get_by_role("checkbox", name="Metals").click()
    page.get_by_role("button", name="Next").click()
    asks(page, "Which timeframes do you look at?")
    second = device(chromium, product, email, NARROW)
    other = second.new_page()
    other.goto("/onboarding")
    asks(other, "Which timeframes do you look at?")
    other.get_by_role("button", name="Back").click()
    expect(other.get_by_role("checkbox", name="Metals")).to_have_attribute("aria-checked", "true")
    other.get_by_role("button", name="Skip the rest").click()
    other.wait_for_url("/dashboard")
    expect(bubble(other)).to_be_hidden()
    second.close()
    first.close()
