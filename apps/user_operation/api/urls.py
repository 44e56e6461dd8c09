"""Routes of user_operation."""

from rest_framework.routers import SimpleRouter

from apps.user_operation.api import views

router = SimpleRouter()
router.register("userfavs", views.FavouriteViewSet, basename="favourite")
router.register("address", views.AddressViewSet, basename="address")
router.register("messages", views.MessageViewSet, basename="message")

urlpatterns = router.urls
