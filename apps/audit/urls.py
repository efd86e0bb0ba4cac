from django.urls import path

from apps.audit import lists, views

app_name = "audit"
urlpatterns = [
    path("", lists.EntryList.as_view(), name="entry_list"),
    path("<int:seq>/", views.entry_detail, name="entry_detail"),
    path("status/", views.log_status, name="log_status"),
    path("status/check/", views.chain_check, name="chain_check"),
    path("export/", views.log_export, name="log_export"),
]
