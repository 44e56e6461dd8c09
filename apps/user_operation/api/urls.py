"""Routes of user_operation."""

from rest_framework.routers import SimpleRouter

from apps.user_operation.api.views.addresses import AddressViewSet
from apps.user_operation.api.views.favourites import FavouriteViewSet
from apps.user_operation.api.views.messages import MessageViewSet

router = SimpleRouter()
router.register("userfavs", FavouriteViewSet, basename="favourite")
router.register("address", AddressViewSet, basename="address")
router.register("messages", MessageViewSet, basename="message")

urlpatterns = router.urls
