"""How passwords are kept."""

from django.contrib.auth.hashers import Argon2PasswordHasher


class Argon2Hasher(Argon2PasswordHasher):
    """Argon2id with OWASP's minimum: 19 MiB, two passes, one lane."""

    time_cost = 2
    memory_cost = 19_456
    parallelism = 1


class CheapArgon2Hasher(Argon2PasswordHasher):
    """The same algorithm with parameters that only a test suite may use."""

    algorithm = Argon2PasswordHasher.algorithm
    time_cost = 1
    memory_cost = 8
    parallelism = 1
