from django.urls import path

from apps.insights.lists import OwnYears
from apps.insights.views import overview, scores

app_name = "insights"
urlpatterns = [
    path("", overview.overview, name="overview"),
    path("comparison/", overview.comparison, name="comparison"),
    path("scores/", scores.scores, name="scores"),
    path("mine/", OwnYears.as_view(), name="own_years"),
]
