from django.urls import path

from apps.assessments import lists, views

app_name = "assessments"
urlpatterns = [
    path("", lists.ComponentList.as_view(), name="component_list"),
    path("components/<int:component_id>/", views.component_grid, name="component_grid"),
    path("vetoes/", lists.VetoList.as_view(), name="veto_list"),
    path("vetoes/new/", views.veto_create, name="veto_create"),
    path("vetoes/<int:veto_id>/withdraw/", views.veto_withdraw, name="veto_withdraw"),
]
