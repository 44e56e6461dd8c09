"""Routes of notifications."""

from rest_framework.routers import SimpleRouter

from apps.notifications.api.views import NoticeViewSet

router = SimpleRouter()
router.register("notices", NoticeViewSet, basename="notices")

urlpatterns = router.urls
