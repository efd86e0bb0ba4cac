from django.urls import path

from apps.paper_ballots import views

app_name = "paper_ballots"
urlpatterns = [
    path("sessions/<int:session_id>/form/", views.blank_form, name="blank_form"),
]
