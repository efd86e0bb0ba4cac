from django.urls import path

from apps.accounts import lists, views

app_name = "accounts"
urlpatterns = [
    path("login/", views.sign_in, name="login"),
    path("logout/", views.sign_out, name="logout"),
    path("profile/", views.profile, name="profile"),
    path("password/", views.password_change, name="password_change"),
    path("", lists.UserList.as_view(), name="user_list"),
    path("create/", views.user_create, name="user_create"),
    path("secretaries/", lists.SecretaryList.as_view(), name="secretary_list"),
    path("secretaries/create/", views.secretary_accounts_create, name="secretary_accounts_create"),
    path("<int:user_id>/", views.user_detail, name="user_detail"),
    path("<int:user_id>/edit/", views.user_edit, name="user_edit"),
    path("<int:user_id>/disable/", views.user_disable, name="user_disable"),
    path("<int:user_id>/enable/", views.user_enable, name="user_enable"),
    path("<int:user_id>/reset-password/", views.user_reset_password, name="user_reset_password"),
    path("<int:user_id>/unlock/", views.user_unlock, name="user_unlock"),
    path("<int:user_id>/roles/grant/", views.role_grant, name="role_grant"),
    path("roles/<int:assignment_id>/revoke/", views.role_revoke, name="role_revoke"),
]
