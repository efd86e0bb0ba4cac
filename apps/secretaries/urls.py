from django.urls import URLPattern

app_name = "secretaries"
urlpatterns: list[URLPattern] = []
