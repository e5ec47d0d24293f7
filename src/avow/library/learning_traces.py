"""Traces of somebody else in what would be learned: customers' names, other companies, addresses, hosts, telephone numbers.

What is found is held for a person, who knows a supplier from a customer. The rules would rather hold a row too many.
"""

import re
from collections.abc import Collection, Iterable, Iterator
from typing import NamedTuple

_LEGAL = (
    r"(?:Inc|LLC|L\.L\.C|Ltd|Limited|GmbH|mbH|AG|SE|KG|KGaA|plc|PLC|Corp|Corporation|Incorporated|LLP|S\.A|SAS|SARL|Sàrl|S\.p\.A|SpA|"
    r"B\.V|BV|N\.V|NV|Pty|A/S|ApS|AB|Oyj|Oy|Kft|Co)"
)
_SURE_FORMS = frozenset({"Inc", "LLC", "Ltd", "GmbH", "plc", "PLC", "Corp", "LLP", "Pty", "Incorporated"})
# Every pattern looks at a bounded stretch, so that a long text takes its length in time and no more.
_FORM = re.compile(rf"(?<=[\w.,&'’)] ){_LEGAL}(?![\w-])\.?")
_NAME_WORD = re.compile(r"[A-Z0-9À-Ý][\w&'’.-]{0,40},?")
_JOINS = frozenset({"and", "&", "of", "und", "+"})
_WORD = re.compile(r"[^\s,;()<>\"'“”|]{1,200}")
_EMAIL = re.compile(r"[\w.+-]{1,64}@((?:[\w-]{1,63}\.){1,6}[A-Za-z]{2,24})")
_HOST = re.compile(
    r"(?:https?://)?((?:[a-z0-9-]{1,63}\.){1,8}"
    r"(?:com|net|org|io|dev|cloud|app|biz|info|eu|de|fr|uk|us|nl|be|ch|at|es|it|se|no|dk|fi|pl|ie|ca|au|jp|in|br|gov|edu|int|mil|"
    r"internal|local|lan|corp|intra|intranet|home|example|test|invalid))(?:[:/?#].*)?"
)
_IPV4 = re.compile(r"(?:https?://)?(\d{1,3}(?:\.\d{1,3}){3})(?:[:/].*)?")
_IPV6 = re.compile(r"\[?((?:[0-9a-fA-F]{1,4}:){3,7}(?::|[0-9a-fA-F]{1,4}))\]?(?:/\d{1,3})?")
_NUMBERED = re.compile(
    r"(?:version|release|section|clause|requirement|req|rule|dss|iso|nist|sp|control|chapter|v|§|firmware|build)\W*$",
    re.IGNORECASE,
)
_PHONE = re.compile(r"(?<![\w+])(?:\+\d|\(\d{3}\)|\d{3}[.-])[\d() ./-]{5,22}")
_LOCAL_PHONE = re.compile(r"\(\d{3}\) ?\d{3}[ .-]\d{4}\b|\d{3}[.-]\d{3}[.-]\d{4}\b")
_NEAR = 160  # characters before a legal form in which its name stands
_MOST_WORDS = 6  # of a name
_DIGITS = 8  # of a telephone number at least
_NOBODYS = frozenset({"127.0.0.1", "0.0.0.0", "255.255.255.255"})  # noqa: S104  # named, not bound to

# Suppliers and auditors that answers name for good reason, by the word their name begins with; and the labels of hosts that
# are a supplier's or a publisher's of standards. Everyday words tell no company, so they are among the second only.
_SUPPLIERS = frozenset(
    """
    amazon aws google gcp microsoft azure github gitlab atlassian okta auth0 onelogin cloudflare fastly akamai ibm
    redhat salesforce adyen paypal twilio sendgrid mailgun datadog splunk newrelic pagerduty crowdstrike sentinelone
    sophos mcafee symantec fortinet paloaltonetworks cisco zscaler proofpoint mimecast rapid7 qualys snyk veracode
    checkmarx sonarsource hashicorp mongodb databricks heroku digitalocean hetzner equinix vanta secureframe onetrust
    knowbe4 servicenow zendesk hubspot docusign 1password lastpass bitwarden jamf kandji yubico digicert globalsign
    deloitte kpmg pwc mazars bdo schellman coalfire a-lign dekra bitsight securityscorecard hackerone bugcrowd synack
    mandiant
    """.split()  # noqa: SIM905  # eighty words read better so
)
_HOSTS = _SUPPLIERS | frozenset(
    """
    stripe slack zoom box dropbox duo oracle elastic docker kubernetes snowflake drata workday intercom entrust
    letsencrypt ovh tenable cobalt apple nist iso owasp mitre cisecurity pcisecuritystandards aicpa europa
    cloudsecurityalliance ssllabs w3 ietf first sans enisa hhs cisa fedramp
    """.split()  # noqa: SIM905
)
_IN_DOCUMENTS = (
    ["example", "com"],
    ["example", "org"],
    ["example", "net"],
)  # standards use them, nobody owns them
_LEADS = frozenset("a an and at both by for from in of on our the their to under with we via".split())  # noqa: SIM905


class Names(NamedTuple):
    """Whose names are whose: `own` company and products, `customers`, and names `allowed` by the library or a person."""

    own: tuple[str, ...] = ()
    customers: tuple[str, ...] = ()
    allowed: tuple[str, ...] = ()


def trace_in(text: str, names: Names) -> str | None:
    """What of somebody else a text holds, in words with what to do; None where nothing is found."""
    found = next(_traces(text, names), None)
    if found is None:
        return None
    return f"it names {found}; take that out and learn it again, or add it by hand"


def companies_in(texts: Iterable[str]) -> tuple[str, ...]:
    """The company names with a legal form in texts that may name them, such as those of the library."""
    return tuple(sorted({name for text in texts for name, _ in _companies(text)}))


def _traces(text: str, names: Names) -> Iterator[str]:
    ours = {_plain(one) for one in names.own if one}
    allowed = {_plain(one) for one in names.allowed if one}
    for customer in names.customers:
        if _plain(customer) not in ours and _is_named(customer, text):
            yield f"{customer!r}, a customer"
    for name, form in _companies(text):
        if not _passes(name, ours, allowed):
            yield f"'{name} {form}', which reads like another company"
    for found in _WORD.finditer(text):
        word = found[0].rstrip(".:!?")
        before = text[max(0, found.start() - 24) : found.start()]
        what = _address_in(word, before, ours | allowed)
        if what:
            yield f"{word!r}, {what}"
    for found in _PHONE.finditer(text):
        if _is_phone(found[0]):
            yield f"{found[0].strip()!r}, a telephone number"


def _companies(text: str) -> Iterator[tuple[str, str]]:
    """Names that stand before a legal form, with it: the words with a capital before it, in the same sentence."""
    for found in _FORM.finditer(text):
        words: list[str] = []
        for written in reversed(text[max(0, found.start() - _NEAR) : found.start()].split()):
            ends_sentence = written[-1] in ".!?;:" and len(written) > 3
            word = written.strip("()[]\"“”'")
            fits = _NAME_WORD.fullmatch(word) or (words and word in _JOINS)
            if not words and found[0].rstrip(".") in _SURE_FORMS:
                fits = fits or word.strip(",").isalnum()  # some spell themselves without a capital
            if not fits or (ends_sentence and words) or len(words) == _MOST_WORDS:
                break
            words.insert(0, word.strip(","))
        while words and words[0] in _JOINS:
            del words[0]
        if words:
            yield " ".join(words), found[0]


def _address_in(word: str, before: str, known: Collection[str]) -> str:
    """What a word is, if it is an address of somebody else's; else nothing."""
    if (found := _EMAIL.search(word)) is not None:
        return "" if _is_known_host(found[1], known, email=True) else "an e-mail address"
    if (found := _IPV4.fullmatch(word)) is not None:
        return "a network address" if _is_ipv4(found[1], before) else ""
    if _IPV6.fullmatch(word):
        return "a network address"
    if (found := _HOST.fullmatch(word)) is not None and not _is_known_host(found[1], known):
        return "a host"
    return ""


def _is_phone(text: str) -> bool:
    digits = sum(char.isdigit() for char in text)
    return digits >= _DIGITS and (text.startswith("+") or bool(_LOCAL_PHONE.match(text)))


def _is_named(customer: str, text: str) -> bool:
    """Whether a customer's name stands in a text; a single word only as it is spelled, since it may be an everyday one."""
    bare = _company(customer)
    spellings = {one for one in (customer.strip(), bare) if len(one) > 2}
    for one in spellings:
        flags = re.IGNORECASE if " " in one else 0
        if re.search(rf"(?<!\w){re.escape(one)}(?!\w)", text, flags):
            return True
    return False


def _company(name: str) -> str:
    """A company's name without its legal form."""
    bare = re.sub(rf"[ ,]+{_LEGAL}\.?(?: (?:&|and) {_LEGAL}\.?)*$", "", name.strip())
    return bare.strip(" ,.") or name.strip()


def _passes(name: str, ours: Collection[str], allowed: Collection[str]) -> bool:
    """Whether a company's name is ours, allowed, or a known supplier's."""
    words = _plain(name).split()
    while len(words) > 1 and words[0] in _LEADS:
        words = words[1:]
    heads = {" ".join(words[:end]) for end in range(1, len(words) + 1)}
    whole = " ".join(words)
    return (
        not heads.isdisjoint(ours)
        or whole in allowed
        or bool({words[0], whole.replace(" ", "")} & _SUPPLIERS)
    )


def _is_known_host(host: str, passed: Collection[str], *, email: bool = False) -> bool:
    labels = host.casefold().split(".")
    if labels[-2:] in _IN_DOCUMENTS and not email:
        return True
    squeezed = {re.sub(r"\W", "", one) for one in passed if one}
    return any(label in _HOSTS or re.sub(r"\W", "", label) in squeezed for label in labels)


def _is_ipv4(address: str, before: str) -> bool:
    """Whether four numbers are a network address, and not those of a version or a clause."""
    fits = all(int(part) < 256 for part in address.split("."))
    return fits and address not in _NOBODYS and not _NUMBERED.search(before)


def _plain(name: str) -> str:
    return " ".join(_company(name).casefold().replace(",", " ").split())
