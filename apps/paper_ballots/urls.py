from django.urls import URLPattern

app_name = "paper_ballots"
urlpatterns: list[URLPattern] = []
