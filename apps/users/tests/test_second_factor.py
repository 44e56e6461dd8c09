"""The second factor of staff: set up once, asked for at every log-in to the back office, and never taken twice."""

import hashlib
import html
import re
from datetime import timedelta
from io import StringIO

import pyotp
import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from xadmin.models import Log as LogEntry

from apps.common.tasks import sweep_named
from apps.common.tests.back_office import act, browser_of, clerk, page, send
from apps.common.tests.racing import run_together
from apps.users.exceptions import NoEnrolment, WrongSecondFactor
from apps.users.models import RecoveryCode, SecondFactor, UserProfile
from apps.users.services import second_factors
from apps.users.tests.factories import PASSWORD

PAGE = "/xadmin/second-factor/"
ORDERS = "/xadmin/trade/order/"
USERS = "/xadmin/users/userprofile/"
WRONG = "验证码错误，或已使用过。"


@pytest.fixture(autouse=True)
def _on(settings) -> None:
    settings.STAFF_SECOND_FACTOR = True


def begun(user: UserProfile) -> tuple[SecondFactor, pyotp.TOTP]:
    """What somebody sets up who was handed a code, and the app that has scanned it."""
    factor = second_factors.begin_enrolment(user=user, code=second_factors.hand_out_enrolment(user=user))
    return factor, pyotp.parse_uri(second_factors.address_for_app(factor=factor))


def set_up(user: UserProfile) -> pyotp.TOTP:
    """The app of somebody who set it up a while ago."""
    then = timezone.now() - timedelta(hours=1)
    with time_machine.travel(then):
        factor, app = begun(user)
        second_factors.confirm_enrolment(factor=factor, code=app.at(then))
    return app


@pytest.fixture
def app(superuser: UserProfile) -> pyotp.TOTP:
    """The app of the superuser."""
    return set_up(superuser)


def address_on(shown: str) -> str | None:
    """What the page gives an app to read, if it does."""
    found = re.search(r'id="address">([^<]+)<', shown)
    return html.unescape(found[1]) if found else None


@pytest.fixture
def office(superuser: UserProfile) -> Client:
    return browser_of(superuser)


def now(app: pyotp.TOTP, steps: int = 0) -> str:
    return app.generate_otp(int(timezone.now().timestamp()) // 30 + steps)


def show(client: Client, form: dict[str, str]) -> HttpResponse:
    """Type a code into the page that asks for it."""
    client.get(PAGE)
    return send(client, PAGE, form)


def is_let_in(client: Client) -> bool:
    return client.get(ORDERS).status_code == 200


def test_without_the_setting_nobody_is_asked(office: Client, settings) -> None:
    settings.STAFF_SECOND_FACTOR = False

    assert is_let_in(office)
    assert office.get(PAGE).status_code == 404


@pytest.mark.parametrize("address", ["/xadmin/", ORDERS, "/xadmin/account/password/", f"{ORDERS}?_q_=x"])
def test_no_page_of_the_office_opens_without_it(office: Client, app: pyotp.TOTP, address: str) -> None:
    for response in (office.get(address), office.post(address, {"x": "y"})):
        assert response.status_code == 302
        assert response["Location"].startswith(f"{PAGE}?next=")


def test_staff_set_it_up_and_go_on_where_they_were_going(office: Client, superuser: UserProfile) -> None:
    asked = office.get(ORDERS, follow=True).content.decode()
    assert "您还没有第二因素" in asked
    assert address_on(asked) is None
    code, key = second_factors.hand_out_enrolment(user=superuser), office.session.session_key
    begun = show(office, {"otp": f" {code.upper()} ", "next": ORDERS})
    assert begun["Location"] == f"{PAGE}?next=%2Fxadmin%2Ftrade%2Forder%2F"
    assert office.session.session_key != key

    shown = page(office, begun["Location"])
    address = address_on(shown)
    app = pyotp.parse_uri(address)
    assert (app.name, app.issuer) == (superuser.username, "mxshop")
    assert 'src="data:image/svg+xml' in shown
    assert re.search(r'name="next" value="([^"]+)"', shown)[1] == ORDERS
    assert address_on(page(office, PAGE)) == address, "looking again is no other secret"
    assert not is_let_in(office)

    done = show(office, {"otp": now(app), "next": ORDERS}).content.decode()

    codes = re.findall(r"<code>(\w+)</code>", done)
    assert len(set(codes)) == 10
    assert f'href="{ORDERS}"' in done
    assert is_let_in(office)
    assert address not in page(office, PAGE)
    assert not any(code in page(office, PAGE) for code in codes)
    assert "剩余恢复码：10 个" in page(office, PAGE)


def test_setting_up_takes_a_code_of_the_app(office: Client, superuser: UserProfile) -> None:
    show(office, {"otp": second_factors.hand_out_enrolment(user=superuser)})
    app = pyotp.parse_uri(address_on(page(office, PAGE)))
    wrong = f"{(int(now(app)) + 1) % 1_000_000:06}"

    assert WRONG in show(office, {"otp": wrong}).content.decode()
    assert not is_let_in(office)
    assert SecondFactor.objects.get().confirmed_at is None


# -- The code that was handed out ------------------------------------------------------------------
def test_the_password_alone_sets_none_up(superuser: UserProfile) -> None:
    """Whoever stole it, of somebody who has no second factor yet, learns no secret, whatever they send."""
    thief = Client()
    form = {"username": "root", "password": PASSWORD, "this_is_the_login_form": 1, "next": "/xadmin/"}
    assert thief.post("/xadmin/", form).status_code == 302
    guessed = pyotp.TOTP(pyotp.random_base32())
    for otp in ("", "000000", now(guessed), "a" * 16):
        refused = show(thief, {"otp": otp}).content.decode()
        assert WRONG in refused
        assert address_on(refused) is None
    assert not is_let_in(thief)
    assert not SecondFactor.objects.exists()


def test_who_has_the_password_sees_nothing_of_what_another_session_sets_up(
    office: Client, superuser: UserProfile
) -> None:
    show(office, {"otp": second_factors.hand_out_enrolment(user=superuser)})
    app = pyotp.parse_uri(address_on(page(office, PAGE)))

    thief = browser_of(superuser)
    assert address_on(page(thief, PAGE)) is None
    assert WRONG in show(thief, {"otp": now(app)}).content.decode()
    assert not is_let_in(thief)
    show(office, {"otp": now(app)})
    assert is_let_in(office)
    assert not is_let_in(thief)


def test_a_code_sets_up_one_second_factor(office: Client, superuser: UserProfile) -> None:
    code = second_factors.hand_out_enrolment(user=superuser)
    show(office, {"otp": code})

    assert WRONG in show(browser_of(superuser), {"otp": code}).content.decode()
    with pytest.raises(WrongSecondFactor):
        second_factors.begin_enrolment(user=superuser, code=code)


def test_a_code_is_its_users(superuser: UserProfile, staff: UserProfile) -> None:
    code = second_factors.hand_out_enrolment(user=superuser)
    second_factors.hand_out_enrolment(user=staff)
    with pytest.raises(WrongSecondFactor):
        second_factors.begin_enrolment(user=staff, code=code)
    assert second_factors.begin_enrolment(user=superuser, code=code)


@pytest.mark.parametrize(("hours", "good"), [(7, True), (9, False)])
def test_a_code_is_good_for_eight_hours(superuser: UserProfile, hours: int, good: bool) -> None:
    with time_machine.travel("2026-03-01T08:00:00Z", tick=False) as clock:
        code = second_factors.hand_out_enrolment(user=superuser)
        clock.shift(timedelta(hours=hours))
        try:
            second_factors.begin_enrolment(user=superuser, code=code)
        except WrongSecondFactor:
            assert not good
        else:
            assert good


def test_the_next_code_voids_the_one_before_and_what_was_begun_with_it(office: Client, superuser: UserProfile) -> None:
    first, second = (second_factors.hand_out_enrolment(user=superuser) for _ in range(2))
    assert WRONG in show(office, {"otp": first}).content.decode()
    show(office, {"otp": second})
    app = pyotp.parse_uri(address_on(page(office, PAGE)))

    second_factors.hand_out_enrolment(user=superuser)
    assert address_on(page(office, PAGE)) is None
    assert WRONG in show(office, {"otp": now(app)}).content.decode()
    assert not is_let_in(office)


def test_a_code_is_kept_as_a_hash(superuser: UserProfile) -> None:
    code = second_factors.hand_out_enrolment(user=superuser)
    stored = str(list(SecondFactor.objects.values()))

    assert re.fullmatch(r"(\w{4}-){3}\w{4}", code)
    assert code not in stored
    assert code.replace("-", "") not in stored
    assert hashlib.sha256(code.replace("-", "").encode()).hexdigest() in stored


def test_tries_of_a_code_are_limited(office: Client, superuser: UserProfile, settings) -> None:
    settings.THROTTLE_SCALE = 1
    code = second_factors.hand_out_enrolment(user=superuser)
    said = [show(office, {"otp": "x" * 16}).content.decode() for _ in range(5)]

    assert all(WRONG in text for text in said)
    assert "尝试次数过多" in show(office, {"otp": code}).content.decode()
    assert address_on(page(office, PAGE)) is None


@pytest.mark.django_db(transaction=True)
def test_of_two_who_bring_a_code_at_once_one_sets_it_up(superuser: UserProfile) -> None:
    code = second_factors.hand_out_enrolment(user=superuser)

    def bring(_number: int) -> bool:
        try:
            second_factors.begin_enrolment(user=superuser, code=code)
        except WrongSecondFactor:
            return False
        return True

    assert sorted(run_together(4, bring)) == [False] * 3 + [True]


def test_superusers_hand_codes_out_from_the_list_of_users(
    office: Client, app: pyotp.TOTP, staff: UserProfile, alice: UserProfile
) -> None:
    show(office, {"otp": now(app)})
    act(office, USERS, "hand_out_enrolment", staff)
    shown = html.unescape(page(office, USERS))
    code = re.search(r"(\w{4}-){3}\w{4}", shown)[0]
    assert code not in page(office, USERS), "it is shown once"
    assert code not in str(list(LogEntry.objects.values()))
    assert LogEntry.objects.filter(object_id=str(staff.pk), user__username="root").exists()

    signed_in = browser_of(staff)
    show(signed_in, {"otp": code})
    assert address_on(page(signed_in, PAGE))

    for unfit in (alice, UserProfile.objects.get(username="root")):
        act(office, USERS, "hand_out_enrolment", unfit)
        assert "只有员工可以设置第二因素" in page(office, USERS)
    assert not SecondFactor.objects.filter(user=alice).exists()
    assert is_let_in(office), "a superuser's own is not touched"


def test_nobody_but_superusers_hands_codes_out(staff: UserProfile) -> None:
    nosy = clerk("users.view_userprofile", "users.change_userprofile", "users.add_secondfactor")
    member = UserProfile.objects.order_by("-pk")[0]
    app = set_up(member)
    show(nosy, {"otp": now(app)})

    act(nosy, USERS, "hand_out_enrolment", staff)
    assert not SecondFactor.objects.filter(user=staff).exists()


def test_where_nobody_is_asked_for_one_no_code_is_handed_out(office: Client, settings, staff: UserProfile) -> None:
    settings.STAFF_SECOND_FACTOR = False
    act(office, USERS, "hand_out_enrolment", staff)
    assert "本店不要求第二因素" in page(office, USERS)
    assert not SecondFactor.objects.exists()


def test_a_command_hands_one_out_to_the_first_superuser(office: Client, superuser: UserProfile) -> None:
    said = StringIO()
    call_command("second_factor_code", "root", stdout=said)
    show(office, {"otp": said.getvalue().strip()})
    show(office, {"otp": now(pyotp.parse_uri(address_on(page(office, PAGE))))})

    assert is_let_in(office)
    for name in ("root", "nobody", "ROOT"):
        with pytest.raises(CommandError):
            call_command("second_factor_code", name)


def test_shoppers_and_who_was_switched_off_get_no_code(alice: UserProfile, staff: UserProfile) -> None:
    UserProfile.objects.filter(pk=staff.pk).update(is_active=False)
    for user in (alice, staff):
        with pytest.raises(NoEnrolment):
            second_factors.hand_out_enrolment(user=user)
    assert not SecondFactor.objects.exists()


# -- Each log-in -----------------------------------------------------------------------------------
def test_each_log_in_asks_anew(office: Client, app: pyotp.TOTP, superuser: UserProfile) -> None:
    key = office.session.session_key
    assert show(office, {"otp": now(app), "next": ORDERS})["Location"] == ORDERS
    assert is_let_in(office)
    assert office.session.session_key != key, "the session goes on under another key"

    assert not is_let_in(browser_of(superuser))
    assert send(office, "/xadmin/logout/", {}).status_code == 200
    office.force_login(superuser)
    assert not is_let_in(office)


@pytest.mark.parametrize("steps", [-1, 0, 1])
def test_clocks_may_differ_by_a_step(office: Client, app: pyotp.TOTP, steps: int) -> None:
    with time_machine.travel(timezone.now(), tick=False):
        assert show(office, {"otp": now(app, steps)}).status_code == 302
    assert is_let_in(office)


@pytest.mark.parametrize("steps", [-2, 2])
def test_and_by_no_more(office: Client, app: pyotp.TOTP, steps: int) -> None:
    with time_machine.travel(timezone.now(), tick=False):
        assert WRONG in show(office, {"otp": now(app, steps)}).content.decode()
    assert not is_let_in(office)


def test_a_code_is_taken_once_and_none_of_before(office: Client, app: pyotp.TOTP, superuser: UserProfile) -> None:
    with time_machine.travel(timezone.now(), tick=False):
        code, earlier = now(app), now(app, -1)
        assert show(office, {"otp": code}).status_code == 302
        for replayed in (code, earlier):
            thief = browser_of(superuser)
            assert WRONG in show(thief, {"otp": replayed}).content.decode()
            assert not is_let_in(thief)


def test_a_recovery_code_stands_in_once(office: Client, app: pyotp.TOTP, superuser: UserProfile) -> None:
    codes = second_factors.renew_recovery_codes(user=superuser, code=now(app))
    written = f" {codes[0][:8].upper()}-{codes[0][8:]} "

    assert show(office, {"otp": written}).status_code == 302
    assert is_let_in(office)
    assert "剩余恢复码：9 个" in page(office, PAGE)
    assert WRONG in show(browser_of(superuser), {"otp": codes[0]}).content.decode()


def test_new_recovery_codes_void_the_old_ones(office: Client, app: pyotp.TOTP, superuser: UserProfile) -> None:
    with time_machine.travel(timezone.now(), tick=False) as clock:
        old = second_factors.renew_recovery_codes(user=superuser, code=now(app))
        clock.shift(30)
        show(office, {"otp": now(app)})
        assert WRONG in show(office, {"otp": now(app), "renew": "1"}).content.decode()
        clock.shift(30)
        new = show(office, {"otp": now(app), "renew": "1"}).content.decode()

    assert len(re.findall(r"<code>(\w+)</code>", new)) == 10
    assert RecoveryCode.objects.count() == 10
    assert WRONG in show(browser_of(superuser), {"otp": old[0]}).content.decode()


def test_nothing_that_opens_is_stored_as_it_is(app: pyotp.TOTP, superuser: UserProfile) -> None:
    codes = second_factors.renew_recovery_codes(user=superuser, code=now(app))

    stored = f"{list(SecondFactor.objects.values())}{list(RecoveryCode.objects.values())}"

    assert app.secret not in stored
    assert not any(code in stored for code in codes)
    assert hashlib.sha256(codes[0].encode()).hexdigest() in stored


def test_tries_are_limited(office: Client, app: pyotp.TOTP, settings) -> None:
    settings.THROTTLE_SCALE = 1
    said = [show(office, {"otp": "x"}).content.decode() for _ in range(5)]

    assert all(WRONG in text for text in said)
    refused = show(office, {"otp": now(app)})
    assert (refused.status_code, 1 <= int(refused["Retry-After"]) <= 60) == (429, True)
    assert f"尝试次数过多，请在 {refused['Retry-After']} 秒后再试。" in refused.content.decode()
    assert not is_let_in(office)


def test_b28_when_nobody_can_count_no_code_is_taken(
    office: Client, app: pyotp.TOTP, request: pytest.FixtureRequest
) -> None:
    request.getfixturevalue("nobody_counts")  # only now: it was set up before
    assert "暂时无法核对访问次数" in show(office, {"otp": now(app)}).content.decode()
    assert not is_let_in(office)


@pytest.mark.parametrize(
    "wanted", ["https://evil.example/", "//evil.example/xadmin/", "/orders/", "javascript:alert(1)"]
)
def test_the_way_on_stays_in_the_office(office: Client, app: pyotp.TOTP, wanted: str) -> None:
    assert show(office, {"otp": now(app), "next": wanted})["Location"] == "/xadmin/"


def test_the_door_still_comes_first(app: pyotp.TOTP, alice: UserProfile) -> None:
    for client in (Client(), browser_of(alice)):
        assert "this_is_the_login_form" in client.get(PAGE).content.decode()
        assert "this_is_the_login_form" in client.get(ORDERS).content.decode()
    form = {"username": "root", "password": PASSWORD, "this_is_the_login_form": 1, "next": "/xadmin/"}
    client = Client()
    assert client.post("/xadmin/", form).status_code == 302
    assert not is_let_in(client)


def test_superusers_take_it_from_who_lost_it(office: Client, app: pyotp.TOTP, staff: UserProfile) -> None:
    show(office, {"otp": now(app)})
    lost = set_up(staff)
    signed_in = browser_of(staff)
    show(signed_in, {"otp": now(lost)})
    assert signed_in.get("/xadmin/").status_code == 200

    assert act(office, "/xadmin/users/secondfactor/", "reset_second_factor", staff.second_factor).status_code == 302

    assert "this_is_the_login_form" in page(signed_in, "/xadmin/"), "who had shown the old one has to come in anew"
    assert begun(staff)[1].secret != lost.secret, "with another code they set up another one"
    assert is_let_in(office)


def test_nobody_but_superusers_sees_who_has_one(app: pyotp.TOTP, settings) -> None:
    settings.STAFF_SECOND_FACTOR = False
    nosy = clerk("users.view_secondfactor", "users.delete_secondfactor", "users.view_recoverycode")

    for name in ("secondfactor", "recoverycode"):
        assert nosy.get(f"/xadmin/users/{name}/").status_code == 403
    assert (
        act(nosy, "/xadmin/users/secondfactor/", "reset_second_factor", SecondFactor.objects.get()).status_code == 403
    )
    assert SecondFactor.objects.exists()


def test_a_command_helps_the_last_superuser(app: pyotp.TOTP) -> None:
    said = StringIO()
    call_command("reset_second_factor", "root", stdout=said)

    assert "the second factor of root is gone" in said.getvalue()
    assert not RecoveryCode.objects.exists()
    for name in ("root", "nobody", "ROOT"):
        with pytest.raises(CommandError):
            call_command("reset_second_factor", name)


def test_another_secret_key_locks_nobody_out(app: pyotp.TOTP, superuser: UserProfile, settings) -> None:
    first = settings.SECRET_KEY
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another-secret-key-of-fifty-characters-or-more", [first]
    sweep_named("users.renew_encryption").run()
    assert second_factors.renew_encryption() == 0
    settings.SECRET_KEY_FALLBACKS = []

    assert second_factors.check_second_factor(user=superuser, code=now(app))


def test_with_the_key_gone_recovery_codes_are_still_good(
    app: pyotp.TOTP, superuser: UserProfile, settings, caplog: pytest.LogCaptureFixture
) -> None:
    codes = second_factors.renew_recovery_codes(user=superuser, code=now(app))
    settings.SECRET_KEY = "another-secret-key-of-fifty-characters-or-more"

    assert second_factors.renew_encryption() == 0, "it goes on with the rows after it"
    with time_machine.travel(timezone.now() + timedelta(minutes=1)), pytest.raises(WrongSecondFactor):
        second_factors.check_second_factor(user=superuser, code=now(app))
    assert "the key of second factor" in caplog.text
    assert second_factors.check_second_factor(user=superuser, code=codes[0])


def test_a_visit_costs_one_look_more(office: Client, app: pyotp.TOTP, settings) -> None:
    show(office, {"otp": now(app)})
    assert is_let_in(office)
    costs = []
    for is_on in (False, True):
        settings.STAFF_SECOND_FACTOR = is_on
        with CaptureQueriesContext(connection) as queries:
            assert is_let_in(office)
        costs.append(len(queries))

    assert costs[1] == costs[0] + 1
