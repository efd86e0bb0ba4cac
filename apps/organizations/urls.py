from django.urls import path

from apps.organizations.lists import OrganizationList
from apps.organizations.views import fields
from apps.organizations.views import organizations as views

app_name = "organizations"
urlpatterns = [
    path("", OrganizationList.as_view(), name="organization_list"),
    path("tree/", views.organization_tree, name="organization_tree"),
    path("tree/<int:organization_id>/", views.organization_branch, name="organization_branch"),
    path("options/", views.organization_options, name="organization_options"),
    path("fields/", fields.field_list, name="field_list"),
    path("fields/add/", fields.field_add, name="field_add"),
    path("fields/<slug:key>/rename/", fields.field_rename, name="field_rename"),
    path("fields/<slug:key>/move/", fields.field_move, name="field_move"),
    path("fields/<slug:key>/retire/", fields.field_retire, name="field_retire"),
    path("fields/<slug:key>/reinstate/", fields.field_reinstate, name="field_reinstate"),
    path("new/", views.organization_create, name="organization_create"),
    path("<int:organization_id>/", views.organization_detail, name="organization_detail"),
    path("<int:organization_id>/edit/", views.organization_edit, name="organization_edit"),
    path("<int:organization_id>/move/", views.organization_move, name="organization_move"),
    path("<int:organization_id>/abolish/", views.organization_abolish, name="organization_abolish"),
    path("<int:organization_id>/reinstate/", views.organization_reinstate, name="organization_reinstate"),
]
