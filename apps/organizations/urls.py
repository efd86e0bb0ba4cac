from django.urls import path

from apps.organizations import views
from apps.organizations.lists import OrganizationList

app_name = "organizations"
urlpatterns = [
    path("", OrganizationList.as_view(), name="organization_list"),
    path("tree/", views.organization_tree, name="organization_tree"),
    path("tree/<int:organization_id>/", views.organization_branch, name="organization_branch"),
    path("options/", views.organization_options, name="organization_options"),
    path("new/", views.organization_create, name="organization_create"),
    path("<int:organization_id>/", views.organization_detail, name="organization_detail"),
    path("<int:organization_id>/edit/", views.organization_edit, name="organization_edit"),
    path("<int:organization_id>/move/", views.organization_move, name="organization_move"),
    path("<int:organization_id>/abolish/", views.organization_abolish, name="organization_abolish"),
    path("<int:organization_id>/reinstate/", views.organization_reinstate, name="organization_reinstate"),
]
