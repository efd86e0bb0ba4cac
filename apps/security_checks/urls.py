from django.urls import path

from apps.security_checks import views

app_name = "security_checks"
urlpatterns = [path("", views.overview, name="overview")]
