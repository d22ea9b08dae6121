"""Every path of the site, written once."""

from urllib.parse import urlencode

LANDING = "/"
PRICING = "/pricing"
LOGIN = "/login"
SECOND_STEP = "/login/second-step"
REGISTER = "/register"
VERIFY_EMAIL = "/verify-email"
RESEND = "/resend-verification"
FORGOT = "/forgot-password"
RESET = "/reset-password"
CHANGE_EMAIL = "/change-email"
LINK_EXPIRED = "/link-expired"
LINK_USED = "/link-used"
LINK_UNKNOWN = "/link-unknown"
PROVIDER_STOPPED = "/login/provider/stopped"
PROVIDER_AGAIN = "/login/provider/again"
PROVIDER_AWAY = "/login/provider/away"
PROVIDER_LETTER = "/login/provider/letter"
PROVIDER_ADDRESS = "/login/provider/address"
PROVIDER_KNOWN = "/login/provider/known"
PROVIDER_CONNECT = "/login/provider/connect"
ONBOARDING = "/onboarding"
DASHBOARD = "/dashboard"
CHART = "/charts/[symbol]"
WATCHLISTS = "/watchlists"
SCANNER = "/scanner"
INSIGHTS = "/insights"
ALERTS = "/alerts"
TUTORIAL = "/tutorial"
NOTIFICATIONS = "/notifications"
SETTINGS_PROFILE = "/settings/profile"
SETTINGS_ACCOUNT = "/settings/account"
SETTINGS_NOTIFICATIONS = "/settings/notifications"
HELP = "/help"
LEARN = "/learn"
UNSUBSCRIBE = "/unsubscribe"
SETTINGS_TEAM = "/settings/team"
INVITATION = "/invitation"
SETTINGS_PRIVACY = "/settings/privacy"
SETTINGS_APPEARANCE = "/settings/appearance"
SETTINGS_SECURITY = "/settings/security"
SETTINGS_API_KEYS = "/settings/api-keys"
SETTINGS_BILLING = "/settings/billing"
WHY = "/why"
CONTRACT_ASK = "/enterprise"
SETTINGS_CONTRACT = "/settings/billing/contract"
CHANGE_PLAN = "/settings/billing/change"
PAYMENT_SUCCESS = "/payment/success"
PAYMENT_CANCELED = "/payment/canceled"
FORBIDDEN = "/403"
ERROR = "/error"

CREATE_CHECKOUT = "/create-checkout"
ADD_CARD = "/payment-method/add"
MANAGE_SUBSCRIPTION = "/manage-subscription"
API_DOCS = "/api/docs"

DEFAULT_SYMBOL = "EURUSD"


def new_alert(symbol: str, timeframe: str, price: str = "") -> str:
    """The page of alerts with its form filled in so far."""
    return f"{ALERTS}?{urlencode({'symbol': symbol, 'tf': timeframe, 'price': price})}"


def export(what: str, form: str) -> str:
    """Where a file to take away is fetched; conditions follow as its query."""
    return f"/api/exports/{what}.{form}"


def candles_query(symbol: str, timeframe: str) -> str:
    """Which candles a file is of."""
    return f"?{urlencode({'symbol': symbol, 'timeframe': timeframe})}"


def chart(symbol: str, timeframe: str = "") -> str:
    return f"/charts/{symbol}{f'?tf={timeframe}' if timeframe else ''}"


def why(feature: str, item: str = "") -> str:
    """The page that explains a decision, about one member of a set where that is asked."""
    return f"{WHY}?{urlencode({'feature': feature, **({'item': item} if item else {})})}"


def article(slug: str) -> str:
    return f"{LEARN}/{slug}"


def login(then: str = "") -> str:
    return f"{LOGIN}?next={then}" if then else LOGIN


def tour(path: str, step: str = "start") -> str:
    """The guided tour on that page: from the beginning, where one stopped ("continue"), or at a step."""
    return f"{path}{'&' if '?' in path else '?'}tour={step}"
