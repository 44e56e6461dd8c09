"""Favourites, addresses, messages, reviews."""

from apps.user_operation.models.addresses import Address
from apps.user_operation.models.favourites import Favourite
from apps.user_operation.models.messages import Message
from apps.user_operation.models.reviews import Review

__all__ = ["Address", "Favourite", "Message", "Review"]
