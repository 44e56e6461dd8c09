"""The SMS providers, each against a server on this machine that reads requests as the provider documents them."""

import json
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime

import pytest
from django.core.exceptions import ImproperlyConfigured

from apps.common.exceptions import GatewayFailed
from apps.notifications.exceptions import NumberRefused, TooManyMessages
from apps.notifications.gateways import aliyun, tencent, transport
from apps.notifications.services import sms
from apps.notifications.tests.providers import KEY_ID, PROVIDERS, SECRET, Provider, open_for_business

MESSAGE = {"mobile": "13800000001", "purpose": "register", "text": "您的验证码是1234", "code": "1234"}


@pytest.fixture(params=PROVIDERS)
def provider(request: pytest.FixtureRequest, settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Provider]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    settings.SMS_SIGNATURE = "慕学生鲜"
    with open_for_business(request.param, settings) as provider:
        yield provider


@pytest.mark.parametrize("provider", ["yunpian"], indirect=True)
def test_yunpian_is_sent_mobile_and_signed_text(provider: Provider) -> None:
    sms.send_now(**MESSAGE)

    assert provider.taken == [{"mobile": "13800000001", "text": "【慕学生鲜】您的验证码是1234"}]


@pytest.mark.parametrize("provider", ["netease"], indirect=True)
def test_netease_is_sent_a_template_with_a_fresh_check_sum(provider: Provider) -> None:
    sms.send_now(**MESSAGE)
    sms.send_now(**MESSAGE)

    message = {"templateid": "3057527", "mobile": "13800000001", "paramMap": '{"code": "1234"}'}
    assert provider.taken == [message, message]


@pytest.mark.parametrize("provider", ["aliyun"], indirect=True)
def test_aliyun_is_sent_a_template_with_a_fresh_signature(provider: Provider) -> None:
    sms.send_now(**MESSAGE)
    sms.send_now(**MESSAGE)

    message = {
        "action": "SendSms",
        "version": "2017-05-25",
        "PhoneNumbers": "13800000001",
        "SignName": "慕学生鲜",
        "TemplateCode": "SMS_3057527",
        "TemplateParam": '{"code": "1234"}',
    }
    assert provider.taken == [message, message]


@pytest.mark.parametrize("provider", ["tencent"], indirect=True)
def test_tencent_is_sent_a_template_with_a_signature_of_the_day(provider: Provider) -> None:
    sms.send_now(**MESSAGE)

    assert provider.taken == [
        {
            "action": "SendSms",
            "version": "2021-01-11",
            "region": "ap-guangzhou",
            "PhoneNumberSet": ["+8613800000001"],
            "SmsSdkAppId": "1400006666",
            "SignName": "慕学生鲜",
            "TemplateId": "3057527",
            "TemplateParamSet": ["1234"],
        }
    ]


def test_aliyun_is_signed_as_its_document_shows() -> None:
    """The worked example of the provider's page on V3 signatures."""
    query = aliyun.canonical_query(
        {"RegionId": "cn-shanghai", "ImageId": "win2019_1809_x64_dtc_zh-cn_40G_alibase_20230811.vhd"}
    )
    headers = {
        "host": "ecs.cn-shanghai.aliyuncs.com",
        "x-acs-action": "RunInstances",
        "x-acs-version": "2014-05-26",
        "x-acs-date": "2023-10-26T10:22:32Z",
        "x-acs-signature-nonce": "3156853299f313e23d1673dc12e1703d",
    }

    signed = aliyun.sign(headers, query, key_id="YourAccessKeyId", secret="YourAccessKeySecret")

    assert signed["Authorization"] == (
        "ACS3-HMAC-SHA256 Credential=YourAccessKeyId,SignedHeaders=host;x-acs-action;x-acs-content-sha256;x-acs-date;"
        "x-acs-signature-nonce;x-acs-version,"
        "Signature=06563a9e1b43f5dfe96b81484da74bceab24a1d853912eee15083a6f0f3283c0"
    )


def test_aliyun_spells_a_query_as_its_document_says() -> None:
    assert aliyun.canonical_query({"b": "a b*~/", "a": "慕+"}) == "a=%E6%85%95%2B&b=a%20b%2A~%2F"


def test_tencent_is_signed_as_its_document_shows(settings) -> None:
    """The worked example of the provider's page on V3 signatures; its key is 32 asterisks."""
    settings.TENCENT_SECRET_ID, settings.TENCENT_SECRET_KEY = f"AKID{'*' * 32}", "*" * 32
    body = rb'{"Limit": 1, "Filters": [{"Values": ["\u672a\u547d\u540d"], "Name": "instance-name"}]}'

    signed = tencent.authorization(
        body,
        host="cvm.tencentcloudapi.com",
        action="DescribeInstances",
        service="cvm",
        at=datetime.fromtimestamp(1551113065, UTC),
    )

    assert signed == (
        f"TC3-HMAC-SHA256 Credential=AKID{'*' * 32}/2019-02-25/cvm/tc3_request, "
        "SignedHeaders=content-type;host;x-tc-action, "
        "Signature=10b1a37a7301a02ca19a647ad722d5e43b4b3cff309d421d85b46093f6ab6c4f"
    )


# -- Messages without a code -----------------------------------------------------------------------

NEWS = {"mobile": "13800000001", "purpose": "changed", "text": "您的账号已变更"}


@pytest.mark.parametrize(
    ("provider", "setting", "name", "variables"),
    [
        ("aliyun", "ALIYUN_TEMPLATES", "TemplateCode", {"TemplateParam": "{}"}),
        ("tencent", "TENCENT_TEMPLATES", "TemplateId", {"TemplateParamSet": []}),
    ],
    indirect=["provider"],
)
def test_news_take_a_template_of_their_own_without_variables(
    provider: Provider, settings, setting: str, name: str, variables: dict[str, object]
) -> None:
    assert not sms.can_tell("changed"), "the template of a code is none of news"
    with pytest.raises(GatewayFailed):
        sms.send_now(**NEWS)
    assert provider.calls == 0

    setattr(settings, setting, {"register": "1", "changed": "7"})
    assert sms.can_tell("changed")
    sms.send_now(**NEWS)
    taken = provider.taken[0]
    assert {key: taken[key] for key in (name, *variables)} == {name: "7", **variables}


@pytest.mark.parametrize("provider", ["yunpian"], indirect=True)
def test_yunpian_sends_news_as_they_are(provider: Provider) -> None:
    assert sms.can_tell("changed")
    sms.send_now(**NEWS)

    assert provider.taken == [{"mobile": "13800000001", "text": "【慕学生鲜】您的账号已变更"}]


@pytest.mark.parametrize("provider", ["netease"], indirect=True)
def test_netease_is_asked_for_codes_alone(provider: Provider, settings) -> None:
    settings.NETEASE_TEMPLATES = {"changed": "7"}
    assert not sms.can_tell("changed")


def test_news_go_to_the_provider_that_tells_them(settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with ExitStack() as open_shops:
        first, second = (open_shops.enter_context(open_for_business(name, settings)) for name in ("netease", "yunpian"))
        settings.SMS_PROVIDERS = ["netease", "yunpian"]
        sms.send_now(**NEWS)

        assert (first.calls, second.calls) == (0, 1)


@pytest.mark.parametrize(
    "secret",
    ["YUNPIAN_API_KEY", "NETEASE_APP_SECRET", "ALIYUN_ACCESS_KEY_SECRET", "TENCENT_SECRET_KEY"],
)
def test_a_wrong_secret_is_refused(settings, secret: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with open_for_business(secret.partition("_")[0].lower(), settings) as provider:
        setattr(settings, secret, "another")

        with pytest.raises(GatewayFailed):
            sms.send_now(**MESSAGE)

    assert (provider.calls, provider.taken) == (1, [])


@pytest.mark.parametrize(
    ("templates", "purpose", "chosen"),
    [
        ({"register": "1", "registered": "2"}, "registered", "2"),
        ({"register": "1"}, "registered", "1"),
        ({"register": "1", "registered": ""}, "registered", "1"),
        ({"register": "1", "reset": "3"}, "reset", "3"),
        ({"register": "1", "reset": "3"}, "unbind", "1"),
    ],
)
@pytest.mark.parametrize(
    ("provider", "setting", "name"),
    [
        ("netease", "NETEASE_TEMPLATES", "templateid"),
        ("aliyun", "ALIYUN_TEMPLATES", "TemplateCode"),
        ("tencent", "TENCENT_TEMPLATES", "TemplateId"),
    ],
    indirect=["provider"],
)
def test_each_purpose_may_have_a_template_of_its_own(
    provider: Provider, settings, setting: str, name: str, templates: dict[str, str], purpose: str, chosen: str
) -> None:
    setattr(settings, setting, templates)

    sms.send_now(**MESSAGE | {"purpose": purpose})

    assert provider.taken[0][name] == chosen


@pytest.mark.parametrize(
    ("provider", "code", "meaning"),
    [
        ("yunpian", 22, TooManyMessages),
        ("yunpian", 10, NumberRefused),
        ("yunpian", 3, GatewayFailed),  # no money left
        ("yunpian", False, GatewayFailed),
        ("netease", 416, TooManyMessages),
        ("netease", 414, GatewayFailed),
        ("aliyun", "isv.BUSINESS_LIMIT_CONTROL", TooManyMessages),
        ("aliyun", "isv.MOBILE_NUMBER_ILLEGAL", NumberRefused),
        ("aliyun", "isv.AMOUNT_NOT_ENOUGH", GatewayFailed),
        ("tencent", "LimitExceeded.PhoneNumberDailyLimit", TooManyMessages),
        ("tencent", "FailedOperation.PhoneNumberInBlacklist", NumberRefused),
        ("tencent", "LimitExceeded.AppDailyLimit", GatewayFailed),
        ("tencent", "AuthFailure.SignatureFailure", GatewayFailed),
    ],
    indirect=["provider"],
)
def test_a_refusal_says_whose_trouble_it_is(
    provider: Provider, code: object, meaning: type[Exception], caplog: pytest.LogCaptureFixture
) -> None:
    provider.answer = json.dumps(provider.refusal(code)).encode()

    with pytest.raises(Exception) as refusal:  # noqa: PT011  its very type is what is asked for below
        sms.send_now(**MESSAGE)

    assert type(refusal.value) is meaning
    assert str(code) in caplog.text, "the operator learns the provider's reason"


@pytest.mark.parametrize(
    ("status", "answer"),
    [
        (400, b'{"http_status_code": 400, "code": 3, "msg": "1234 has no money"}'),
        (200, b"{}"),
        (200, b"[0]"),
        (200, b'{"Response": {"SendStatusSet": []}}'),
        (200, b'{"Response": [], "Code": ["OK"], "code": [0]}'),
        (502, b"<html>bad gateway</html>"),
        (302, b""),
    ],
)
def test_a_strange_answer_is_a_failed_gateway_and_the_log_holds_no_secret(
    provider: Provider, status: int, answer: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    provider.status, provider.answer = status, answer

    with caplog.at_level("DEBUG"), pytest.raises(GatewayFailed):
        sms.send_now(**MESSAGE)

    assert provider.calls == 1
    for secret in ("1234", SECRET, KEY_ID):
        assert secret not in caplog.text


def test_the_log_of_a_message_that_was_taken_holds_no_secret(
    provider: Provider, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level("DEBUG"):
        sms.send_now(**MESSAGE)

    assert len(provider.taken) == 1
    for secret in ("1234", SECRET, KEY_ID):
        assert secret not in caplog.text


def test_a_provider_that_does_not_answer_in_time_failed(provider: Provider, monkeypatch: pytest.MonkeyPatch) -> None:
    provider.delay = 0.5
    monkeypatch.setattr(transport, "TIMEOUT", (1.0, 0.05))

    with pytest.raises(GatewayFailed):
        sms.send_now(**MESSAGE)


def test_a_provider_that_is_not_there_failed(settings) -> None:
    settings.SMS_PROVIDERS = ["yunpian"]
    settings.YUNPIAN_URL = "http://127.0.0.1:1/send"

    with pytest.raises(GatewayFailed):
        sms.send_now(**MESSAGE)


@pytest.fixture
def two_providers(settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Provider, Provider]]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with ExitStack() as stack:
        both = tuple(stack.enter_context(open_for_business(name, settings)) for name in ("aliyun", "tencent"))
        settings.SMS_PROVIDERS = ["aliyun", "tencent"]
        yield both


def test_the_next_provider_is_asked_when_one_fails(two_providers: tuple[Provider, Provider]) -> None:
    first, second = two_providers
    sms.send_now(**MESSAGE)
    assert (len(first.taken), second.calls) == (1, 0)

    first.answer = json.dumps(first.refusal("isv.OUT_OF_SERVICE")).encode()
    sms.send_now(**MESSAGE)
    assert len(second.taken) == 1

    first.server.shutdown()
    first.server.server_close()
    sms.send_now(**MESSAGE)
    assert len(second.taken) == 2


def test_when_all_fail_the_message_failed(two_providers: tuple[Provider, Provider]) -> None:
    for provider in two_providers:
        provider.answer = b"<html>"

    with pytest.raises(GatewayFailed):
        sms.send_now(**MESSAGE)

    assert [provider.calls for provider in two_providers] == [1, 1]


def test_no_provider_is_asked_to_go_round_anothers_limit(two_providers: tuple[Provider, Provider]) -> None:
    first, second = two_providers
    first.answer = json.dumps(first.refusal("isv.BUSINESS_LIMIT_CONTROL")).encode()

    with pytest.raises(TooManyMessages):
        sms.send_now(**MESSAGE)

    assert second.calls == 0


def test_nobody_waits_for_provider_after_provider(
    two_providers: tuple[Provider, Provider], monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = two_providers
    first.answer = b"<html>"
    monkeypatch.setattr(sms, "SENDING_TIME", -1.0)

    with pytest.raises(GatewayFailed):
        sms.send_now(**MESSAGE)

    assert (first.calls, second.calls) == (1, 0)


def test_the_console_appends_one_json_line_per_message(settings, tmp_path) -> None:
    settings.SMS_OUTBOX_FILE = tmp_path / "new" / "sms.jsonl"

    sms.send_now(**MESSAGE)
    sms.send_now(**MESSAGE | {"code": "5678"})

    first, second = map(json.loads, settings.SMS_OUTBOX_FILE.read_text(encoding="utf-8").splitlines())
    assert first.pop("sent_at").endswith("+08:00")
    assert first == {
        "mobile": "13800000001",
        "purpose": "register",
        "text": "【mxshop】您的验证码是1234",
        "code": "1234",
    }
    assert second["code"] == "5678"


def test_an_unknown_provider_is_named(settings) -> None:
    settings.SMS_PROVIDERS = ["console", "pigeon"]

    with pytest.raises(ImproperlyConfigured, match="pigeon"):
        sms.send_now(**MESSAGE)
