from django.urls import path

from apps.rectification import views
from apps.rectification.lists import ItemList

app_name = "rectification"
urlpatterns = [
    path("", ItemList.as_view(), name="item_list"),
    path("mine/", views.own_item_list, name="own_item_list"),
    path("problems/new/", views.problem_create, name="problem_create"),
    path("<int:item_id>/", views.item_detail, name="item_detail"),
    path("<int:item_id>/plan/", views.item_plan, name="item_plan"),
    path("<int:item_id>/progress/", views.item_progress, name="item_progress"),
    path("<int:item_id>/apply/", views.item_apply, name="item_apply"),
    path("<int:item_id>/verify/", views.item_verify, name="item_verify"),
    path("<int:item_id>/extend/", views.item_extend, name="item_extend"),
]
