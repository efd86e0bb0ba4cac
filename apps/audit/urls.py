from django.urls import path

from apps.audit import lists, views

app_name = "audit"
urlpatterns = [
    path("", lists.EntryList.as_view(), name="entry_list"),
    path("<int:seq>/", views.entry_detail, name="entry_detail"),
]
