"""The environments: production refuses what is unsafe, and every variable is documented."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command

from mxshop.settings import users

ROOT = Path(settings.BASE_DIR)
SAFE = {
    "MXSHOP_ENV": "production",
    "MXSHOP_SECRET_KEY": "".join(chr(ord("a") + n % 26) for n in range(64)),
    "MXSHOP_ALLOWED_HOSTS": "shop.example",
    "MXSHOP_PUBLIC_URL": "https://shop.example",
    "MXSHOP_PAYMENT": "alipay",
    "MXSHOP_ALIPAY_APP_ID": "2021000000000001",
    "MXSHOP_ALIPAY_SELLER_ID": "2088000000000001",
    # Whether the keys are keys is told when the first of them is used; here they are files that can be read.
    "MXSHOP_ALIPAY_APP_PRIVATE_KEY_FILE": str(ROOT / "LICENSE"),
    "MXSHOP_ALIPAY_PUBLIC_KEY_FILE": str(ROOT / "LICENSE"),
    "MXSHOP_SMS_PROVIDER": "yunpian",
    "MXSHOP_YUNPIAN_API_KEY": "a-key",
    "MXSHOP_MAIL_URL": "smtp://shop:a-password@mail.example",
    "MXSHOP_OIDC_KEY_FILE": str(settings.VAR_DIR / "oidc_key.pem"),  # this checkout's own
    "DATABASE_URL": "mysql://root@127.0.0.1:3306/mxshop",
    "REDIS_URL": "redis://127.0.0.1:6379/0",
}


def start(command: str, **env: str) -> subprocess.CompletedProcess[str]:
    """Run a manage.py command with these variables alone."""
    return python("manage.py", *command.split(), **env)


def python(*arguments: str, **env: str) -> subprocess.CompletedProcess[str]:
    kept = {"PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/")}
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env={**kept, **{name: value for name, value in env.items() if value}},
        capture_output=True,
        text=True,
        check=False,
    )


def loaded(setting: str, **env: str) -> str:
    """Return what production makes of a setting, a list as texts."""
    code = f"import mxshop.settings.production as settings; print([str(value) for value in settings.{setting}])"
    return python("-c", code, **{**SAFE, **env}).stdout.strip()


@pytest.mark.parametrize(
    ("variable", "value", "message"),
    [
        ("MXSHOP_SECRET_KEY", "", "MXSHOP_SECRET_KEY must be set"),
        ("MXSHOP_SECRET_KEY", "too-short", "MXSHOP_SECRET_KEY must be set"),
        ("MXSHOP_SECRET_KEY", "change-me-" * 6, "MXSHOP_SECRET_KEY must be set"),
        ("MXSHOP_SECRET_KEY", "a" * 65, "MXSHOP_SECRET_KEY must be set"),
        ("MXSHOP_SECRET_KEY", "123456789" * 8, "MXSHOP_SECRET_KEY must be set"),
        ("DEBUG", "1", "DEBUG must be off"),
        ("MXSHOP_ALLOWED_HOSTS", "", "MXSHOP_ALLOWED_HOSTS must list"),
        ("MXSHOP_ALLOWED_HOSTS", "shop.example,*", "MXSHOP_ALLOWED_HOSTS must list"),
        ("DATABASE_URL", "", "not SQLite"),
        ("REDIS_URL", "", "REDIS_URL must name"),
        ("MXSHOP_PUBLIC_URL", "", "MXSHOP_PUBLIC_URL must be"),
        ("MXSHOP_PUBLIC_URL", "http://shop.example", "MXSHOP_PUBLIC_URL must be"),
        ("MXSHOP_OIDC_KEY_FILE", "", "MXSHOP_OIDC_KEY_FILE must name"),
        ("MXSHOP_OIDC_KEY_FILE", "/nowhere/key.pem", "'/nowhere/key.pem' of MXSHOP_OIDC_* holds no private key"),
        ("MXSHOP_OIDC_OLD_KEY_FILES", str(ROOT / "LICENSE"), "of MXSHOP_OIDC_* holds no private key"),
        ("MXSHOP_PAYMENT", "", "must not be the sandbox"),
        ("MXSHOP_WECHAT_MCH_ID", "1900000001", "MXSHOP_WECHAT_*: set all of them, or none"),
        (
            "MXSHOP_WECHAT_CERTIFICATES_FILE",
            "/nowhere/certificates.pem",
            "must lie in a folder to which the shop may write",
        ),
        ("MXSHOP_MAIL_URL", "", "MXSHOP_MAIL_URL must name a mail server"),
        ("MXSHOP_SMS_PROVIDER", "", "must name real providers"),
        ("MXSHOP_SMS_PROVIDER", "yunpian,console", "must name real providers"),
        ("MXSHOP_SMS_PROVIDER", "pigeon", "MXSHOP_SMS_PROVIDER names pigeon"),
        ("MXSHOP_THROTTLE_SCALE", "100", "MXSHOP_THROTTLE_SCALE is for development"),
        ("MXSHOP_ALIPAY_APP_ID", "", "MXSHOP_ALIPAY_APP_ID must be set, alipay needs it"),
        ("MXSHOP_ALIPAY_SELLER_ID", "", "MXSHOP_ALIPAY_SELLER_ID must be set"),
        ("MXSHOP_ALIPAY_APP_PRIVATE_KEY_FILE", "", "MXSHOP_ALIPAY_APP_PRIVATE_KEY_FILE must be set"),
        ("MXSHOP_ALIPAY_PUBLIC_KEY_FILE", "/nowhere/key.pem", "'/nowhere/key.pem', which cannot be read"),
        ("MXSHOP_YUNPIAN_API_KEY", "", "MXSHOP_YUNPIAN_API_KEY must be set, yunpian needs it"),
        ("MXSHOP_SMS_PROVIDER", "netease", "MXSHOP_NETEASE_APP_KEY must be set"),
        ("MXSHOP_SMS_PROVIDER", "yunpian,aliyun", "MXSHOP_ALIYUN_ACCESS_KEY_SECRET must be set, aliyun needs it"),
        ("MXSHOP_WEIXIN_APP_ID", "wx1", "MXSHOP_WEIXIN_APP_ID and MXSHOP_WEIXIN_APP_SECRET: set both, or none"),
        ("MXSHOP_QQ_APP_KEY", "x", "MXSHOP_QQ_APP_ID and MXSHOP_QQ_APP_KEY: set both, or none"),
        ("MXSHOP_SMS_PROVIDER", "tencent", "MXSHOP_TENCENT_TEMPLATES must be set, tencent needs it"),
    ],
)
def test_production_refuses_to_start(variable: str, value: str, message: str) -> None:
    started = start("check", **{**SAFE, variable: value})
    assert started.returncode != 0
    assert message in started.stderr


@pytest.mark.parametrize(
    ("named", "believed"),
    [("", ["127.0.0.1/32", "::1/128"]), ("10.0.0.0/8,192.0.2.1", ["10.0.0.0/8", "192.0.2.1/32"])],
)
def test_production_believes_the_proxy_beside_it_unless_told_otherwise(named: str, believed: list[str]) -> None:
    assert loaded("TRUSTED_PROXIES", MXSHOP_TRUSTED_PROXIES=named) == str(believed)


def test_a_developers_shop_answers_to_this_machine_and_to_the_names_it_is_given() -> None:
    code = "import mxshop.settings.development as settings; print(settings.ALLOWED_HOSTS)"
    given = {"MXSHOP_ALLOWED_HOSTS": "desk.lan", "MXSHOP_PUBLIC_URL": "http://192.0.2.7:8000"}

    assert python("-c", code).stdout.strip() == "['.localhost', '127.0.0.1', '[::1]']"
    assert python("-c", code, **given).stdout.strip() == (
        "['.localhost', '127.0.0.1', '[::1]', 'desk.lan', '192.0.2.7']"
    )


def test_two_words_on_which_settings_to_take_are_refused() -> None:
    started = start("check", **{**SAFE, "DJANGO_SETTINGS_MODULE": "mxshop.settings.development"})
    assert started.returncode != 0
    assert "MXSHOP_ENV is 'production', but DJANGO_SETTINGS_MODULE" in started.stderr


def test_unknown_environment_is_refused() -> None:
    started = start("check", MXSHOP_ENV="prod")
    assert started.returncode != 0
    assert "MXSHOP_ENV is 'prod'" in started.stderr


@pytest.mark.services
def test_e28_deployment_check_is_clean() -> None:
    started = start("check --deploy --fail-level WARNING", **SAFE)
    assert (started.returncode, started.stderr) == (0, "")
    assert "no issues" in started.stdout


@pytest.mark.django_db
def test_no_rule_of_the_schema_is_dropped_by_this_database() -> None:
    # MariaDB drops constraints that it cannot keep, and says so only to a check that may ask it.
    call_command("check", databases=["default"], fail_level="WARNING")


def test_every_variable_is_in_the_example() -> None:
    read = {
        name
        for path in (ROOT / "mxshop").rglob("*.py")
        for name in re.findall(r"""env(?:iron)?\.\w+\(\s*"([A-Z_]+)\"""", path.read_text())
    } - {"DJANGO_SETTINGS_MODULE"}
    listed = set(re.findall(r"^#? ?([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))
    assert listed == read


def test_b14_passwords_are_of_one_algorithm_and_cost() -> None:
    """A second one would take another time to refuse a password, and so tell whose it is."""
    assert users.PASSWORD_HASHERS == ["apps.users.hashers.Argon2Hasher"]
