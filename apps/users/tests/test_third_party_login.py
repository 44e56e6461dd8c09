"""Log-in through WeChat, QQ and Weibo, each of them a server on this machine."""

import logging
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client

from apps.users.models import DeviceSession, SocialBinding, UserProfile
from apps.users.services import third_parties
from apps.users.tests.third_parties import (
    NAMES,
    asked_there,
    sent_to,
    signed_in_as,
    token_in,
    whole_way,
)
from apps.users.tests.third_party_doubles import Double, WeixinDouble

pytestmark = pytest.mark.django_db


# -- The way there and back ------------------------------------------------------------------------


def test_a_newcomer_gets_an_account_and_the_clients_cookies(browser: Client, provider: Double) -> None:
    answer = whole_way(browser, provider)

    assert (answer.status_code, answer["Referrer-Policy"], answer["Cache-Control"]) == (200, "no-referrer", "no-store")
    assert "小满" in answer.content.decode()
    binding = SocialBinding.objects.get()
    user = binding.user
    assert (binding.provider, binding.uid, binding.name, user.name) == (provider.name, provider.uid, "小满", "小满")
    assert (user.mobile, user.verified_email, user.email, user.has_usable_password()) == (None, None, "", False)
    assert signed_in_as(browser).json()["username"] == user.username == browser.cookies["name"].value
    cookie = browser.cookies["token"]
    assert (cookie["max-age"], cookie["path"], cookie["samesite"], cookie["httponly"]) == (604800, "/", "Lax", "")
    assert token_in(browser) not in answer.content.decode()


def test_who_comes_again_is_the_same_user(browser: Client, provider: Double) -> None:
    whole_way(browser, provider)
    whole_way(Client(), provider)

    assert (UserProfile.objects.count(), DeviceSession.objects.count()) == (1, 2)


def test_nothing_that_the_provider_gave_is_kept(browser: Client, provider: Double) -> None:
    whole_way(browser, provider)

    kept = str(SocialBinding.objects.values().get()) + str(dict(browser.session))
    assert provider.tokens
    assert [token for token in provider.tokens if token in kept] == []


def test_the_state_is_new_each_time_and_the_way_back_is_the_shops_own(browser: Client, provider: Double) -> None:
    asked = [
        parse_qs(urlsplit(sent_to(Client(headers={"host": host}), provider)).query)
        for host in ("localhost", "127.0.0.1")
    ]

    assert asked[0]["state"] != asked[1]["state"]
    assert {one["redirect_uri"][0] for one in asked} == {f"https://shop.example/login/{provider.name}/callback/"}
    assert provider.secret not in str(asked)


def test_no_secret_is_logged_at_any_level(browser: Client, provider: Double, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    address = asked_there(sent_to(browser, provider))
    browser.get(address)
    browser.get(address)

    [code] = parse_qs(urlsplit(address).query)["code"]
    assert [s for s in (code, provider.secret, token_in(browser), *provider.tokens) if s in caplog.text] == []


def test_what_a_guest_collected_comes_along(browser: Client, weixin: Double, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[Any] = []
    monkeypatch.setattr(third_parties, "sign_in", lambda **given: seen.append(given["guest_cart"]) or _sign_in(**given))
    cart = "00000000-0000-4000-8000-00000000000a"
    whole_way(browser, weixin, f"?guest_cart={cart}")
    whole_way(browser, weixin, "?guest_cart=nonsense")

    assert [str(one) for one in seen] == [cart, "None"]


_sign_in = third_parties.sign_in


@pytest.mark.parametrize("content_type", ["text/plain", "application/json", "text/plain; charset=utf-8"])
@pytest.mark.parametrize("nickname", ["小满", "Zoé", "🐱", "a\u202eb\n"])
def test_a_nickname_is_read_whatever_charset_wechat_names(
    browser: Client, weixin: WeixinDouble, content_type: str, nickname: str
) -> None:
    weixin.content_type, weixin.nickname = content_type, nickname
    whole_way(browser, weixin)

    assert UserProfile.objects.get().name == nickname.replace("\u202e", "").strip()


# -- Who forges, repeats or refuses ----------------------------------------------------------------


def nobody_came_in(browser: Client, answer: Any, status: int, text: str) -> None:
    assert (answer.status_code, answer["Content-Type"]) == (status, "text/html; charset=utf-8")
    assert text in answer.content.decode()
    assert (token_in(browser), DeviceSession.objects.count(), SocialBinding.objects.count()) == ("", 0, 0)


BEGIN_AGAIN = "请重新登录"


def test_b29_a_forged_state_is_refused_before_the_provider_is_asked(browser: Client, provider: Double) -> None:
    back = asked_there(sent_to(browser, provider))
    forged = back.replace("state=", "state=x")

    for address in (forged, back.partition("&state")[0], f"{back[:60]}&state={'a' * 500}"):
        nobody_came_in(browser, browser.get(address), 400, BEGIN_AGAIN)
    assert provider.calls == []


def test_b29_a_code_brought_to_another_browser_logs_nobody_in(browser: Client, provider: Double) -> None:
    """An attacker's way back, opened by a victim, would put the victim into the attacker's account."""
    victim = Client()
    sent_to(victim, provider)

    nobody_came_in(victim, victim.get(asked_there(sent_to(browser, provider))), 400, BEGIN_AGAIN)
    assert provider.calls == []


def test_b29_a_way_back_is_good_once(browser: Client, provider: Double) -> None:
    address = asked_there(sent_to(browser, provider))
    assert browser.get(address).status_code == 200
    calls = len(provider.calls)

    assert browser.get(address).status_code == 400
    assert (len(provider.calls), DeviceSession.objects.count()) == (calls, 1)


def test_a_used_code_with_a_fresh_state_is_refused_by_the_provider(browser: Client, provider: Double) -> None:
    [code] = parse_qs(urlsplit(asked_there(sent_to(browser, provider))).query)["code"]
    provider.codes.clear()
    [state] = parse_qs(urlsplit(sent_to(browser, provider)).query)["state"]

    answer = browser.get(f"/login/{provider.name}/callback/?code={code}&state={state}")
    nobody_came_in(browser, answer, 502, "外部服务")


def test_b29_a_way_back_is_too_old_after_ten_minutes(browser: Client, weixin: Double, settings: Any) -> None:
    address = asked_there(sent_to(browser, weixin))
    key = next(name for name, _value in browser.session.items() if "_oauth2_state_" in name)
    session = browser.session
    session[key] = {**session[key], "timestamp": session[key]["timestamp"] - settings.SOCIAL_AUTH_STATE_LIFETIME - 1}
    session.save()

    nobody_came_in(browser, browser.get(address), 400, BEGIN_AGAIN)


def test_who_refuses_there_is_told_so(browser: Client, provider: Double) -> None:
    provider.agrees = False
    nobody_came_in(browser, whole_way(browser, provider), 400, "您未同意授权")
    assert provider.calls == []


def test_it_is_told_in_english_too(weixin: Double) -> None:
    weixin.agrees = False
    browser = Client(headers={"accept-language": "en"})
    nobody_came_in(browser, whole_way(browser, weixin), 400, "You did not agree there")


@pytest.mark.parametrize(
    ("status", "broken"),
    [(500, "x"), (200, "<html>"), (200, "[]"), (200, "{}"), (200, '{"access_token": "x"}'), (200, "callback( {} );\n")],
)
def test_a_provider_that_is_ill_is_a_clear_refusal(browser: Client, provider: Double, status: int, broken: str) -> None:
    provider.status, provider.broken = status, broken
    nobody_came_in(browser, whole_way(browser, provider), 502, "外部服务")


def test_a_silent_provider_is_not_waited_for(browser: Client, provider: Double, settings: Any) -> None:
    settings.SOCIAL_AUTH_REQUESTS_TIMEOUT = 0.1
    provider.delay = 0.5
    nobody_came_in(browser, whole_way(browser, provider), 502, "外部服务")


def test_a_provider_that_is_gone_is_the_same(browser: Client, provider: Double, settings: Any) -> None:
    address = asked_there(sent_to(browser, provider))
    setattr(settings, f"SOCIAL_AUTH_{provider.name.upper()}_URL", "http://127.0.0.1:9")
    nobody_came_in(browser, browser.get(address), 502, "外部服务")


def test_a_wrong_secret_of_ours_is_a_clear_refusal(browser: Client, provider: Double) -> None:
    provider.secret = "another"
    nobody_came_in(browser, whole_way(browser, provider), 502, "外部服务")


@pytest.mark.parametrize("name", NAMES)
def test_a_provider_without_keys_is_not_offered(name: str, browser: Client, settings: Any) -> None:
    settings.THIRD_PARTY_SANDBOX = False
    assert browser.get("/login/providers/").json() == []
    for address in (f"/login/{name}/", f"/login/{name}/callback/?code=x&state=y"):
        nobody_came_in(browser, browser.get(address), 404, "本店不提供")
    setattr(settings, f"SOCIAL_AUTH_{name.upper()}_KEY", "half")
    assert browser.get("/login/providers/").json() == []


def test_what_is_offered_is_listed(provider: Double, settings: Any, browser: Client) -> None:
    settings.THIRD_PARTY_SANDBOX = False
    [one] = browser.get("/login/providers/").json()
    assert (one["provider"], one["address"]) == (provider.name, f"https://shop.example/login/{provider.name}/")


@pytest.mark.parametrize("path", ["/login/weixin/", "/login/weixin/callback/"])
def test_links_are_followed_and_nothing_else(path: str, browser: Client) -> None:
    assert [getattr(browser, method)(path).status_code for method in ("post", "options", "put")] == [405, 405, 405]


@pytest.mark.parametrize("accepted", ["text/html", "*/*", "text/html,application/xhtml+xml,*/*;q=0.8"])
def test_browsers_get_pages_whatever_they_accept(accepted: str, weixin: Double) -> None:
    browser = Client(headers={"accept": accepted})
    assert whole_way(browser, weixin)["Content-Type"] == "text/html; charset=utf-8"


def test_links_are_limited(weixin: Double, settings: Any, browser: Client) -> None:
    settings.THROTTLE_SCALE = 1
    answers = [browser.get("/login/weixin/") for _ in range(21)]

    assert [answer.status_code for answer in answers] == [302] * 20 + [429]
    refused = answers[-1]
    assert refused["Content-Type"] == "text/html; charset=utf-8"
    assert "请求已被限流" in refused.content.decode()
    assert 1 <= int(refused["Retry-After"]) <= 61
    assert refused["RateLimit"].startswith('"login";r=0;t=')


def test_b28_when_nobody_can_count_a_page_says_when_to_come_back(
    weixin: Double, browser: Client, request: pytest.FixtureRequest
) -> None:
    request.getfixturevalue("nobody_counts")
    refused = browser.get("/login/weixin/")

    assert (refused.status_code, refused["Retry-After"]) == (503, "5")
    assert "暂时无法核对访问次数" in refused.content.decode()
