"""The shop that a clock sees through: it hashes for nobody, and reads a second kind of hash. Served by tests."""

from tests.concurrency.costly_shop import application

# isort: split
from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import get_hashers, get_hashers_by_algorithm

from apps.users.backends import LoginBackend
from apps.users.models import UserProfile

__all__ = ["application"]


def look_first(backend: LoginBackend, request: Any, username: str = "", password: str = "", **_more: Any) -> Any:
    """Hash only where there is something to compare with."""
    user = UserProfile.objects.active().answering_to(name=username, email=username.lower()).first()
    return user if user is not None and user.check_password(password) else None


LoginBackend.authenticate = look_first
settings.PASSWORD_HASHERS = [*settings.PASSWORD_HASHERS, "django.contrib.auth.hashers.PBKDF2PasswordHasher"]
for kept in (get_hashers, get_hashers_by_algorithm):
    kept.cache_clear()
