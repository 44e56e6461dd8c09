"""Users for tests."""

import factory
from django.contrib.auth.hashers import make_password
from factory.django import DjangoModelFactory

from apps.users.models import UserProfile

PASSWORD = "right horse battery"


class UserFactory(DjangoModelFactory[UserProfile]):
    class Meta:
        model = UserProfile

    username = factory.Sequence(lambda n: f"user{n}")
    mobile = factory.Sequence(lambda n: f"139{n:08d}")
    password = factory.LazyFunction(lambda: make_password(PASSWORD))
