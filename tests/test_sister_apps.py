"""A sister application logs its users in with the shop's accounts: Authlib plays it, against a live shop."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
import requests
from authlib.integrations.base_client.errors import OAuthError
from authlib.integrations.requests_client import OAuth2Session
from django.core.files.base import ContentFile
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from oauth2_provider.models import Grant
from pytest_django.live_server_helper import LiveServer

from apps.common.throttling import _rate
from apps.users.models import AppLogin, DeviceSession, SisterApp, UserProfile
from apps.users.services import deletion, known_browsers, sisters
from apps.users.services.sisters import Registered, register_app
from apps.users.tests.factories import PASSWORD
from tests.page_browser import Browser

pytestmark = pytest.mark.django_db(transaction=True)

RETURN = "http://127.0.0.1:9/callback"  # where nobody listens: the browser below goes no further
VERIFIER = "a-verifier-of-forty-three-characters-or-more-1"
NONCE = "one-nonce-for-one-log-in"


@pytest.fixture
def shop(live_server: LiveServer, settings: Any) -> str:
    settings.OAUTH2_PROVIDER = settings.OAUTH2_PROVIDER | {"OIDC_ISS_ENDPOINT": f"{live_server.url}/oauth"}
    return live_server.url


@pytest.fixture
def browser(shop: str, alice: UserProfile) -> Iterator[Browser]:
    browser = Browser(shop, stops_at=RETURN)
    yield browser
    browser.session.close()


@pytest.fixture
def forum(transactional_db: None) -> Registered:
    return register_app(app=SisterApp(name="Forum", redirect_uris=RETURN))


@pytest.fixture
def discovery(shop: str) -> dict[str, Any]:
    return requests.get(f"{shop}/oauth/.well-known/openid-configuration", timeout=20).json()


def client_of(app: Registered, **more: Any) -> OAuth2Session:
    options = {"scope": "openid profile", "redirect_uri": RETURN, "code_challenge_method": "S256"} | more
    return OAuth2Session(app.app.client_id, app.secret, **options)


def asked(client: OAuth2Session, discovery: dict[str, Any], **more: str) -> str:
    """The address that the application sends its visitor to."""
    options = {"code_verifier": VERIFIER, "nonce": NONCE} | more
    return str(client.create_authorization_url(discovery["authorization_endpoint"], **options)[0])


def consented(browser: Browser, client: OAuth2Session, discovery: dict[str, Any], **more: str) -> str:
    """The address at the application that the shop leads back to, with the code."""
    page = browser.open(asked(client, discovery, **more))
    if 'name="password"' in page.text:
        page = browser.log_in(page)
    return browser.submit(page, allow="true").headers["Location"]


def token_for(client: OAuth2Session, discovery: dict[str, Any], back: str, **more: Any) -> dict[str, Any]:
    return client.fetch_token(
        discovery["token_endpoint"], authorization_response=back, **{"code_verifier": VERIFIER} | more
    )


def code_in(address: str) -> str:
    return parse_qs(urlsplit(address).query)["code"][0]


def claims_of(token: dict[str, Any], discovery: dict[str, Any]) -> dict[str, Any]:
    keys = KeySet.import_key_set(requests.get(discovery["jwks_uri"], timeout=20).json())
    return dict(jwt.decode(token["id_token"], keys, algorithms=["RS256"]).claims)


# -- The whole way ---------------------------------------------------------------------------------


def test_a_shopper_logs_in_to_a_sister_application(
    browser: Browser, forum: Registered, discovery: dict[str, Any], alice: UserProfile, shop: str
) -> None:
    alice.avatar.save("avatar.png", ContentFile(b"face"))
    client = client_of(forum)
    back = consented(browser, client, discovery)
    query = parse_qs(urlsplit(back).query)
    token = token_for(client, discovery, back)
    claims = claims_of(token, discovery)
    told = client.get(discovery["userinfo_endpoint"]).json()

    assert query["iss"] == [discovery["issuer"]] == [f"{shop}/oauth"]
    assert token["token_type"] == "Bearer"
    assert "refresh_token" not in token
    assert (claims["iss"], claims["aud"], claims["nonce"]) == (discovery["issuer"], forum.app.client_id, NONCE)
    assert claims["sub"] == told["sub"] == f"shop_{alice.public_id.hex}"
    assert claims["exp"] - claims["iat"] == pytest.approx(3600, abs=2)
    assert told["name"] == "Alice"
    assert told["picture"].endswith(".png")
    assert told.keys() == {"sub", "name", "picture"}
    login = AppLogin.objects.get()
    assert (login.session.user, login.app, login.scope) == (alice, forum.app, "openid profile")
    assert claims["auth_time"] == int(login.session.created_at.timestamp())


def test_a_second_log_in_asks_for_consent_and_for_no_password(
    browser: Browser, forum: Registered, discovery: dict[str, Any]
) -> None:
    first = client_of(forum)
    token_for(first, discovery, consented(browser, first, discovery))
    page = browser.open(asked(client_of(forum), discovery, approval_prompt="auto"))

    assert 'name="password"' not in page.text
    assert "Forum" in page.text
    assert "code" in parse_qs(urlsplit(browser.submit(page, allow="true").headers["Location"]).query)


def test_discovery_says_what_there_is_and_no_more(discovery: dict[str, Any], shop: str) -> None:
    assert discovery["issuer"] == f"{shop}/oauth"
    assert discovery["response_types_supported"] == ["code"]
    assert discovery["grant_types_supported"] == ["authorization_code"]
    assert discovery["code_challenge_methods_supported"] == ["S256"]
    assert discovery["id_token_signing_alg_values_supported"] == ["RS256"]
    assert set(discovery["scopes_supported"]) == {"openid", "profile", "phone", "email"}
    [key] = requests.get(discovery["jwks_uri"], timeout=20).json()["keys"]
    assert (key["kty"], key["alg"], key["use"]) == ("RSA", "RS256", "sig")
    assert "d" not in key


def test_mobile_and_e_mail_are_told_only_where_they_were_asked_for(
    browser: Browser, forum: Registered, discovery: dict[str, Any], alice: UserProfile
) -> None:
    UserProfile.objects.filter(pk=alice.pk).update(verified_email="alice@example.com")
    client = client_of(forum, scope="openid phone email")
    page = browser.log_in(browser.open(asked(client, discovery)))
    assert "手机" in page.text
    token_for(client, discovery, browser.submit(page, allow="true").headers["Location"])

    assert client.get(discovery["userinfo_endpoint"]).json() == {
        "sub": f"shop_{alice.public_id.hex}",
        "phone_number": "+8613800000001",
        "phone_number_verified": True,
        "email": "alice@example.com",
        "email_verified": True,
    }


# -- What is refused -------------------------------------------------------------------------------


def test_who_refuses_is_led_back_without_a_code(browser: Browser, forum: Registered, discovery: dict[str, Any]) -> None:
    page = browser.log_in(browser.open(asked(client_of(forum), discovery)))
    query = parse_qs(urlsplit(browser.submit(page).headers["Location"]).query)

    assert query["error"] == ["access_denied"]
    assert "code" not in query
    assert not AppLogin.objects.exists()


@pytest.mark.parametrize(
    "address",
    [
        "http://127.0.0.1:9/other",
        "http://127.0.0.1:10/callback",
        "http://127.0.0.1/callback",
        "http://localhost:9/callback",
        "http://evil.example/callback",
        "/callback",
        "",
    ],
)
def test_an_address_that_is_not_registered_gets_nothing(
    address: str, browser: Browser, forum: Registered, discovery: dict[str, Any]
) -> None:
    page = browser.open(asked(client_of(forum, redirect_uri=address or "http://127.0.0.1:9/callback/"), discovery))
    assert (page.status_code, page.is_redirect) == (400, False)
    assert "redirect" in page.text


def test_an_unknown_or_switched_off_application_gets_nothing(
    browser: Browser, forum: Registered, discovery: dict[str, Any]
) -> None:
    address = asked(client_of(forum), discovery)
    assert browser.open(address.replace(forum.app.client_id, "unknown")).status_code == 400
    SisterApp.objects.update(is_active=False)
    assert browser.open(address).status_code == 400


@pytest.mark.parametrize("method", [None, "plain", ""])
def test_without_pkce_by_s256_there_is_no_code(
    method: str | None, browser: Browser, forum: Registered, discovery: dict[str, Any]
) -> None:
    client = client_of(forum, code_challenge_method=None)
    more = {"code_challenge": VERIFIER} if method is not None else {}
    more |= {"code_challenge_method": method} if method else {}
    address = str(client.create_authorization_url(discovery["authorization_endpoint"], **more)[0])
    answer = browser.open(address)
    assert answer.is_redirect, "nobody is asked for a password, or for consent"
    query = parse_qs(urlsplit(answer.headers["Location"]).query)

    assert query["error"] == ["invalid_request"]
    assert "code" not in query


@pytest.mark.parametrize(
    "more",
    [
        {"scope": "openid profile phone email"},
        {"code_challenge": "", "code_challenge_method": ""},
        {"client_id": "unknown"},
        {"redirect_uri": "http://evil.example/callback"},
        {"state": "another"},
    ],
)
def test_consent_is_to_what_the_page_told_whatever_else_the_form_says(
    more: dict[str, str], browser: Browser, forum: Registered, discovery: dict[str, Any]
) -> None:
    page = browser.log_in(browser.open(asked(client_of(forum), discovery, state="of-this-log-in")))
    back = browser.submit(page, allow="true", **more).headers["Location"]

    assert back.startswith(RETURN)
    assert parse_qs(urlsplit(back).query)["state"] == ["of-this-log-in"]
    assert AppLogin.objects.get().scope == "openid profile"
    with pytest.raises(OAuthError, match="invalid_grant"):
        token_for(client_of(forum), discovery, back, code_verifier="x" * 43)


@pytest.mark.parametrize(
    ("name", "value", "answer"),
    [
        ("code_challenge", "", "invalid_request"),
        ("code_challenge_method", "plain", "invalid_request"),
        ("scope", "openid orders", "invalid_scope"),
        ("response_type", "token", "unauthorized_client"),
        ("client_id", "unknown", ""),
        ("client_id", "", ""),
        ("redirect_uri", "http://evil.example/callback", ""),
    ],
)
def test_consent_to_a_request_that_has_no_page_gives_no_code(
    name: str, value: str, answer: str, browser: Browser, forum: Registered, discovery: dict[str, Any]
) -> None:
    """The form is sent to another address than the one it stood at."""
    address = asked(client_of(forum), discovery)
    page = browser.log_in(browser.open(address))
    parts = urlsplit(address)
    query = {key: values[0] for key, values in parse_qs(parts.query).items()} | {name: value}
    other = f"{parts.path}?{urlencode({key: each for key, each in query.items() if each})}"

    refused = browser.submit(page, to=other, allow="true")

    if answer:
        assert parse_qs(urlsplit(refused.headers["Location"]).query)["error"] == [answer]
    else:
        assert (refused.status_code, refused.is_redirect) == (400, False)
    assert not Grant.objects.exists()


def test_a_code_without_a_challenge_is_no_code(browser: Browser, forum: Registered, discovery: dict[str, Any]) -> None:
    back = consented(browser, client_of(forum), discovery)
    Grant.objects.update(code_challenge="")
    with pytest.raises(OAuthError, match="invalid_grant"):
        token_for(client_of(forum), discovery, back)


def test_a_code_works_once_and_brought_again_it_ends_what_it_gave(
    browser: Browser, forum: Registered, discovery: dict[str, Any]
) -> None:
    client = client_of(forum)
    back = consented(browser, client, discovery)
    token = token_for(client, discovery, back)["access_token"]
    another = token_for(client_of(forum), discovery, consented(browser, client_of(forum), discovery))["access_token"]
    assert userinfo(discovery, token) == 200

    with pytest.raises(OAuthError, match="invalid_grant"):
        token_for(client_of(forum), discovery, back)

    assert (userinfo(discovery, token), userinfo(discovery, another)) == (401, 200)
    assert AppLogin.objects.count() == 2, "that there was a log-in stays known"


def test_a_used_code_that_another_application_brings_ends_nothing(
    browser: Browser, forum: Registered, discovery: dict[str, Any]
) -> None:
    client = client_of(forum)
    back = consented(browser, client, discovery)
    token = token_for(client, discovery, back)["access_token"]
    other = register_app(app=SisterApp(name="Other", redirect_uris=RETURN))

    with pytest.raises(OAuthError, match="invalid_grant"):
        token_for(client_of(other), discovery, back)
    with pytest.raises(OAuthError, match="invalid_client"):
        token_for(client_of(Registered(app=forum.app, secret="guessed")), discovery, back)

    assert userinfo(discovery, token) == 200


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        ({"code_verifier": "another-verifier-of-forty-three-characters-xyz"}, "invalid_grant"),
        ({"redirect_uri": "http://127.0.0.1:9/other"}, "invalid_request"),
    ],
)
def test_a_code_needs_its_verifier_and_its_address(
    wrong: dict[str, str], error: str, browser: Browser, forum: Registered, discovery: dict[str, Any]
) -> None:
    back = consented(browser, client_of(forum), discovery)
    with pytest.raises(OAuthError, match=error):
        token_for(client_of(forum), discovery, back, **wrong)


def test_a_code_is_for_its_application_and_its_secret(
    browser: Browser, forum: Registered, discovery: dict[str, Any]
) -> None:
    back = consented(browser, client_of(forum), discovery)
    other = register_app(app=SisterApp(name="Other", redirect_uris=RETURN))
    with pytest.raises(OAuthError, match="invalid_grant"):
        token_for(client_of(other), discovery, back)
    with pytest.raises(OAuthError, match="invalid_client"):
        token_for(client_of(Registered(app=forum.app, secret=other.secret)), discovery, back)

    sisters.renew_secret(app=forum.app)
    with pytest.raises(OAuthError, match="invalid_client"):
        token_for(client_of(forum), discovery, back)


@pytest.mark.parametrize("grant", ["refresh_token", "password", "client_credentials"])
def test_nothing_but_codes_is_taken(grant: str, forum: Registered, discovery: dict[str, Any]) -> None:
    answer = requests.post(
        discovery["token_endpoint"],
        auth=(forum.app.client_id, forum.secret),
        data={"grant_type": grant, "refresh_token": "x", "username": "alice", "password": PASSWORD},
        timeout=20,
    )
    assert (answer.status_code, "access_token" in answer.json()) == (400, False)


def test_guesses_at_a_secret_are_limited(settings: Any, forum: Registered, discovery: dict[str, Any]) -> None:
    settings.THROTTLE_SCALE = 1
    settings.THROTTLE_RATES = settings.THROTTLE_RATES | {"sister": "2/minute"}
    _rate.cache_clear()
    try:
        answers = [requests.post(discovery["token_endpoint"], data={"code": "x"}, timeout=20) for _ in range(3)]
    finally:
        _rate.cache_clear()
    assert [answer.status_code for answer in answers] == [400, 400, 429]
    assert 1 <= int(answers[-1].headers["Retry-After"]) <= 60


def test_silence_is_never_consent(browser: Browser, forum: Registered, discovery: dict[str, Any]) -> None:
    address = asked(client_of(forum), discovery, prompt="none")
    assert parse_qs(urlsplit(browser.open(address).headers["Location"]).query)["error"] == ["login_required"]
    browser.log_in(browser.open(asked(client_of(forum), discovery)))
    assert parse_qs(urlsplit(browser.open(address).headers["Location"]).query)["error"] == ["consent_required"]


def test_a_forged_id_token_is_found_out(browser: Browser, forum: Registered, discovery: dict[str, Any]) -> None:
    client = client_of(forum)
    token = token_for(client, discovery, consented(browser, client, discovery))
    head, body, signature = token["id_token"].split(".")
    with pytest.raises(JoseError):
        claims_of({"id_token": f"{head}.{body[:-2]}AA.{signature}"}, discovery)


# -- Tokens and sessions ---------------------------------------------------------------------------


def userinfo(discovery: dict[str, Any], token: str) -> int:
    return requests.get(
        discovery["userinfo_endpoint"], headers={"Authorization": f"Bearer {token}"}, timeout=20
    ).status_code


@pytest.mark.parametrize("end", ["session", "user", "account", "password", "app"])
def test_tokens_end_with_the_session_the_user_or_the_application(
    end: str, browser: Browser, forum: Registered, discovery: dict[str, Any], alice: UserProfile
) -> None:
    client = client_of(forum)
    token = token_for(client, discovery, consented(browser, client, discovery))["access_token"]
    late = consented(browser, client_of(forum), discovery)
    assert userinfo(discovery, token) == 200

    match end:
        case "session":
            browser.submit(browser.open(asked(client_of(forum), discovery)), form=1)
        case "user":
            UserProfile.objects.filter(pk=alice.pk).update(is_active=False)
        case "account":
            deletion.delete_user(user=alice, actor_id=None)
        case "password":
            alice.set_password("battery of tomorrow")
            alice.save()
        case "app":
            SisterApp.objects.update(is_active=False)

    assert userinfo(discovery, token) == 401
    with pytest.raises(OAuthError, match=r"invalid_(grant|client)"):
        token_for(client_of(forum), discovery, late)


def test_the_shops_tokens_and_the_providers_are_no_tokens_of_each_other(
    browser: Browser, forum: Registered, discovery: dict[str, Any], shop: str
) -> None:
    client = client_of(forum)
    token = token_for(client, discovery, consented(browser, client, discovery))
    of_pages, devices = browser.session.cookies["mxshop_sign_on"], f"{shop}/devices/"
    login = {"username": "alice", "password": PASSWORD, "refresh": True}
    own, refreshing = requests.post(f"{shop}/login/", json=login, timeout=20).json(), f"{shop}/token/refresh/"

    assert requests.get(devices, headers={"Authorization": f"Bearer {own['token']}"}, timeout=20).status_code == 200
    assert requests.post(refreshing, json={"refresh_token": of_pages}, timeout=20).status_code == 400
    for foreign in (token["access_token"], token["id_token"], of_pages):
        assert requests.get(devices, headers={"Authorization": f"Bearer {foreign}"}, timeout=20).status_code == 401
    for foreign in (own["token"], of_pages, token["id_token"]):
        assert userinfo(discovery, foreign) == 401
    for foreign in (own["token"], own["refresh_token"], token["access_token"]):
        thief = Browser(shop, stops_at=RETURN)
        thief.session.cookies.set("mxshop_sign_on", foreign)
        assert 'name="password"' in thief.open(asked(client_of(forum), discovery)).text
        thief.session.close()


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_token_in_an_address_opens_nothing(
    method: str, browser: Browser, forum: Registered, discovery: dict[str, Any]
) -> None:
    client = client_of(forum)
    token = token_for(client, discovery, consented(browser, client, discovery))["access_token"]

    answer = requests.request(method, discovery["userinfo_endpoint"], params={"access_token": token}, timeout=20)

    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")
    assert userinfo(discovery, token) == 200


def test_tokens_are_not_kept_as_they_are(browser: Browser, forum: Registered, discovery: dict[str, Any]) -> None:
    client = client_of(forum)
    token = token_for(client, discovery, consented(browser, client, discovery))
    login = AppLogin.objects.get()

    assert login.access_token is not None
    assert login.access_token.token == ""
    assert token["access_token"] not in login.access_token.token_checksum
    assert forum.secret not in SisterApp.objects.get().client_secret
    assert not AppLogin.objects.filter(grant__isnull=False).exists()


# -- The pages -------------------------------------------------------------------------------------


def test_the_pages_are_guarded(browser: Browser, forum: Registered, discovery: dict[str, Any]) -> None:
    door = browser.open(asked(client_of(forum), discovery))
    page = browser.log_in(door)

    for shown in (door, page):
        policy = shown.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert shown.headers["Cache-Control"] == "no-store"
        assert "<script" not in shown.text
    assert page.headers["Content-Security-Policy"].endswith("form-action 'self' http://127.0.0.1:9")
    [cookie] = [one for one in browser.session.cookies if one.name == "mxshop_sign_on"]
    assert (cookie.path, cookie.has_nonstandard_attr("HttpOnly")) == ("/oauth/", True)
    assert DeviceSession.objects.get().realm == "shop"


def test_forms_need_their_csrf_token(browser: Browser, forum: Registered, discovery: dict[str, Any], shop: str) -> None:
    address = asked(client_of(forum), discovery)
    browser.log_in(browser.open(address))
    for path in (address, f"{shop}/oauth/login/", f"{shop}/oauth/logout/"):
        answer = browser.session.post(path, data={"allow": "true"}, allow_redirects=False, timeout=20)
        assert answer.status_code == 403
    assert not AppLogin.objects.exists()
    assert DeviceSession.objects.get().ended_at is None


def test_a_wrong_password_lets_nobody_in(browser: Browser, forum: Registered, discovery: dict[str, Any]) -> None:
    answer = browser.log_in(browser.open(asked(client_of(forum), discovery)), password="wrong horse")
    assert answer.status_code == 400
    assert "用户名或密码错误" in answer.text
    assert not DeviceSession.objects.exists()


def test_guesses_on_the_page_are_limited(
    settings: Any, browser: Browser, forum: Registered, discovery: dict[str, Any]
) -> None:
    settings.THROTTLE_SCALE = 1
    page = browser.open(asked(client_of(forum), discovery))
    answers = [browser.log_in(page, password="wrong") for _ in range(11)]
    assert [answer.status_code for answer in answers] == [400] * 10 + [429]
    assert 1 <= int(answers[-1].headers["Retry-After"]) <= 60


def test_b28_the_page_logs_nobody_in_when_nobody_can_count(
    browser: Browser, forum: Registered, discovery: dict[str, Any], request: pytest.FixtureRequest
) -> None:
    page = browser.open(asked(client_of(forum), discovery))
    request.getfixturevalue("nobody_counts")
    refused = browser.log_in(page)

    assert (refused.status_code, refused.headers["Retry-After"]) == (503, "5")
    assert not DeviceSession.objects.exists()


@pytest.mark.parametrize("way", ["https://evil.example/", "//evil.example/oauth/authorize/?", "/xadmin/", "/oauth/x"])
def test_log_in_leads_nowhere_else(way: str, browser: Browser, shop: str) -> None:
    page = browser.session.get(f"{shop}/oauth/login/", params={"next": way}, timeout=20)
    assert 'name="next" value="/"' in page.text


def test_who_logs_in_on_the_page_is_known_by_the_browser_afterwards(
    browser: Browser, forum: Registered, discovery: dict[str, Any]
) -> None:
    browser.log_in(browser.open(asked(client_of(forum), discovery)))
    assert browser.session.cookies.get(known_browsers.COOKIE)


def test_the_page_speaks_english_as_well(browser: Browser, forum: Registered, discovery: dict[str, Any]) -> None:
    browser.session.headers["Accept-Language"] = "en"
    page = browser.log_in(browser.open(asked(client_of(forum), discovery)))
    assert "Log in to Forum" in page.text
    assert "See your nickname and your picture" in page.text


def test_a_session_of_the_back_office_is_none_of_these_pages(
    browser: Browser, forum: Registered, discovery: dict[str, Any], staff: UserProfile, client: Any
) -> None:
    client.force_login(staff)
    browser.session.cookies.set("sessionid", client.cookies["sessionid"].value)
    assert 'name="password"' in browser.open(asked(client_of(forum), discovery)).text
