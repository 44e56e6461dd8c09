"""Browsers by the names that people know."""

import pytest

from apps.common.agents import agent_name

KIT = "AppleWebKit/537.36 (KHTML, like Gecko)"
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X)"


@pytest.mark.parametrize(
    ("user_agent", "name"),
    [
        (f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {KIT} Chrome/142.0.0.0 Safari/537.36", "Chrome, Windows"),
        (f"Mozilla/5.0 (Windows NT 10.0) {KIT} Chrome/142.0 Safari/537.36 Edg/142.0", "Edge, Windows"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0", "Firefox, Linux"),
        (f"{IPHONE} {KIT} Version/18.0 Mobile/15E148 Safari/604.1", "Safari, iPhone"),
        (f"{IPHONE} {KIT} Mobile/15E148 MicroMessenger/8.0.50", "WeChat, iPhone"),
        (f"Mozilla/5.0 (Linux; Android 15) {KIT} Chrome/142.0 Mobile Safari/537.36", "Chrome, Android"),
        (f"Mozilla/5.0 (Linux; Android 15) {KIT} Chrome/142.0 MQQBrowser/15 Safari/537.36", "QQ Browser, Android"),
        (f"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15) {KIT} Version/18 Safari/605", "Safari, macOS"),
        ("curl/8.14.1", "curl"),
        ("okhttp/4.9.0 something", "okhttp"),
        ("x" * 200, "x" * 40),
        ("", ""),
    ],
)
def test_browsers_are_named_without_their_versions(user_agent: str, name: str) -> None:
    assert agent_name(user_agent) == name
