"""The owner of an account, in contrast to whoever holds a token of theirs."""

from rest_framework.request import Request

from apps.common.visitors import client_ip
from apps.users.api.caller import session_of, user_of
from apps.users.api.serializers.confirmation import ProofSerializer
from apps.users.models import UserProfile
from apps.users.services import confirmation
from apps.users.services.confirmation import Act, Proof

# For the descriptions of routes that ask.
ASKS = (
    "Takes the password or a code of `/users/confirmation/` for this very act; of who has neither password nor proven "
    "address, a log-in of the last ten minutes."
)


def proof_in(request: Request) -> Proof:
    """Return what was sent beside the token."""
    sent = ProofSerializer(data=request.data)
    sent.is_valid(raise_exception=True)
    return Proof(**sent.validated_data, ip=client_ip(request))


def confirmed_owner(request: Request, act: Act) -> UserProfile:
    """Return who asks, after what they sent beside the token proved it; raises what `confirm_owner` does."""
    confirmation.confirm_owner(session=session_of(request), act=act, proof=proof_in(request))
    return user_of(request)
