from django.urls import path

from apps.insights import views
from apps.insights.lists import OwnYears

app_name = "insights"
urlpatterns = [
    path("", views.overview, name="overview"),
    path("comparison/", views.comparison, name="comparison"),
    path("mine/", OwnYears.as_view(), name="own_years"),
]
