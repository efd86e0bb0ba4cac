from django.urls import path

from apps.notifications import lists, views

app_name = "notifications"
urlpatterns = [
    path("", lists.NotificationList.as_view(), name="notification_list"),
    path("<int:notification_id>/open/", views.notification_open, name="notification_open"),
    path("read-all/", views.notification_read_all, name="notification_read_all"),
]
