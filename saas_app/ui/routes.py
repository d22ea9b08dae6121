"""Every path of the site, written once."""

LANDING = "/"
PRICING = "/pricing"
LOGIN = "/login"
REGISTER = "/register"
VERIFY_EMAIL = "/verify-email"
RESEND = "/resend-verification"
FORGOT = "/forgot-password"
RESET = "/reset-password"
ONBOARDING = "/onboarding"
DASHBOARD = "/dashboard"
CHART = "/charts/[symbol]"
WATCHLISTS = "/watchlists"
NOTIFICATIONS = "/notifications"
SETTINGS_PROFILE = "/settings/profile"
SETTINGS_BILLING = "/settings/billing"
PAYMENT_SUCCESS = "/payment/success"
PAYMENT_CANCELED = "/payment/canceled"
FORBIDDEN = "/403"
ERROR = "/error"

CREATE_CHECKOUT = "/create-checkout"
MANAGE_SUBSCRIPTION = "/manage-subscription"
API_DOCS = "/api/docs"

DEFAULT_SYMBOL = "EURUSD"


def chart(symbol: str, timeframe: str = "") -> str:
    return f"/charts/{symbol}{f'?tf={timeframe}' if timeframe else ''}"


def login(then: str = "") -> str:
    return f"{LOGIN}?next={then}" if then else LOGIN
