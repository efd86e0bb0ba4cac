from django.urls import URLPattern

app_name = "duty_reports"
urlpatterns: list[URLPattern] = []
