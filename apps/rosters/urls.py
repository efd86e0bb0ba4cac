from django.urls import path

from apps.rosters import views
from apps.rosters.lists import ImportList

app_name = "rosters"
urlpatterns = [
    path("", ImportList.as_view(), name="import_list"),
    path("new/", views.import_create, name="import_create"),
    path("template/", views.template_download, name="template_download"),
    path("export/", views.roster_export, name="roster_export"),
    path("<int:import_id>/", views.import_detail, name="import_detail"),
    path("<int:import_id>/progress/", views.import_progress, name="import_progress"),
    path("<int:import_id>/changes/", views.import_changes, name="import_changes"),
    path("<int:import_id>/errors/", views.import_errors, name="import_errors"),
    path("<int:import_id>/confirm/", views.import_confirm, name="import_confirm"),
    path("<int:import_id>/discard/", views.import_discard, name="import_discard"),
]
