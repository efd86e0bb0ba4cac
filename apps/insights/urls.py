from django.urls import path

from apps.insights.lists import OwnYears
from apps.insights.views import cards, overview, scores, what_if

app_name = "insights"
urlpatterns = [
    path("", overview.overview, name="overview"),
    path("comparison/", overview.comparison, name="comparison"),
    path("scores/", scores.scores, name="scores"),
    path("what-if/", what_if.what_if, name="what_if"),
    path("cards/<int:secretary_id>/", cards.secretary_card_pdf, name="secretary_card_pdf"),
    path("mine/", OwnYears.as_view(), name="own_years"),
]
