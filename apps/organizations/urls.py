from django.urls import path

from apps.organizations import views
from apps.organizations.lists import OrganizationList, PastOrganizationList
from apps.organizations.views import fields

app_name = "organizations"
urlpatterns = [
    path("", OrganizationList.as_view(), name="organization_list"),
    path("tree/", views.organization_tree, name="organization_tree"),
    path("tree/search/", views.organization_search, name="organization_search"),
    path("tree/<int:organization_id>/", views.organization_branch, name="organization_branch"),
    path("as-of/", PastOrganizationList.as_view(), name="past_organization_list"),
    path("options/", views.organization_options, name="organization_options"),
    path("fields/", fields.field_list, name="field_list"),
    path("fields/add/", fields.field_add, name="field_add"),
    path("fields/<slug:key>/rename/", fields.field_rename, name="field_rename"),
    path("fields/<slug:key>/move/", fields.field_move, name="field_move"),
    path("fields/<slug:key>/retire/", fields.field_retire, name="field_retire"),
    path("fields/<slug:key>/reinstate/", fields.field_reinstate, name="field_reinstate"),
    path("new/", views.organization_create, name="organization_create"),
    path("<int:organization_id>/", views.organization_detail, name="organization_detail"),
    path("<int:organization_id>/history/", views.organization_history, name="organization_history"),
    path("<int:organization_id>/edit/", views.organization_edit, name="organization_edit"),
    path("<int:organization_id>/rename/", views.organization_rename, name="organization_rename"),
    path("<int:organization_id>/merge/", views.organization_merge, name="organization_merge"),
    path("<int:organization_id>/split/", views.organization_split, name="organization_split"),
    path("<int:organization_id>/move/", views.organization_move, name="organization_move"),
    path("<int:organization_id>/abolish/", views.organization_abolish, name="organization_abolish"),
    path("<int:organization_id>/reinstate/", views.organization_reinstate, name="organization_reinstate"),
    path("<int:organization_id>/take-back/", views.organization_take_back, name="organization_take_back"),
]
