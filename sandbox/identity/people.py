"""People with accounts at the providers: whom the consent page offers, and what is known of each."""

import hashlib
from dataclasses import asdict, dataclass

from sandbox.store import Body

# Microsoft's own id of the tenant that holds every personal account.
PERSONAL_TENANT = "9188040d-6c67-4c5b-b112-36a304b66dad"
WORK_TENANT = "5c1f0c9e-3d56-4b0e-9a8e-0f6f2f6f7a11"


@dataclass(frozen=True)
class Person:
    """`owns_domain`: a work tenant that proved its domain, so Microsoft vouches for the address."""

    subject: str
    name: str
    email: str
    verified: bool = True
    tenant: str = ""
    owns_domain: bool = False

    @property
    def object_id(self) -> str:
        """Microsoft's oid: the person within the tenant, the same for every client."""
        raw = hashlib.sha256(f"{self.tenant}:{self.subject}".encode()).hexdigest()
        return f"{raw[:8]}-{raw[8:12]}-4{raw[13:16]}-8{raw[17:20]}-{raw[20:32]}"

    @property
    def login(self) -> str:
        """GitHub's name for them."""
        return "-".join(self.name.lower().split())

    @property
    def noreply(self) -> str:
        """The address GitHub shows for people who hide theirs. Nobody reads letters to it."""
        return f"{self.subject}+{self.login}@users.noreply.github.com"

    def kept(self) -> Body:
        """As it is stored beside a code."""
        return asdict(self)


PEOPLE: dict[str, tuple[Person, ...]] = {
    "google": (
        Person("103650000000000000011", "Nora Lindqvist", "nora.lindqvist@gmail.example"),
        Person("103650000000000000012", "Tomas Okafor", "tomas@harbour-capital.example"),
        Person("103650000000000000013", "Uma Verhoeven", "uma@unproved.example", verified=False),
        Person("103650000000000000014", "Tess Trial", "trial@tidemark.example"),
    ),
    "microsoft": (
        Person("AAAAmsa-petra", "Petra Holm", "petra.holm@outlook.example", True, PERSONAL_TENANT),
        Person("AAAAwork-wei", "Wei Zhang", "wei@northwind.example", True, WORK_TENANT, True),
        Person("AAAAwork-sol", "Sol Brook", "sol@northwind.example", False, WORK_TENANT),
        Person("AAAAmsa-tess", "Tess Trial", "trial@tidemark.example", True, PERSONAL_TENANT),
    ),
    "github": (
        Person("583201", "Anna Berg", "anna@code.example"),
        Person("583202", "Ulf Dahl", "ulf@unproved.example", verified=False),
        Person("583203", "Pia Hidden", ""),
        Person("583204", "Tess Trial", "trial@tidemark.example"),
    ),
}


def about(provider: str, person: Person) -> str:
    """What makes this person worth choosing, for the consent page."""
    if not person.email:
        return "shows no address"
    if provider == "microsoft":
        kind = "personal account" if person.tenant == PERSONAL_TENANT else "work account"
        vouched = "verified" if person.verified else "nobody vouches for the address"
        return f"{kind}, {vouched}"
    return "verified address" if person.verified else "the address is NOT verified"


def find(provider: str, subject: str) -> Person | None:
    """One of those offered."""
    return next((each for each in PEOPLE[provider] if each.subject == subject), None)


def somebody_else(provider: str, name: str, email: str, *, verified: bool) -> Person:
    """Made up on the consent page; the same words are the same person the next time."""
    number = int(hashlib.sha256(f"{provider}:{email or name}".encode()).hexdigest()[:12], 16)
    tenant = ""
    if provider == "microsoft":
        tenant = PERSONAL_TENANT if verified else WORK_TENANT
    return Person(str(number), name or "Somebody Else", email, verified, tenant)
