from django.urls import path

from apps.accounts import lists
from apps.accounts.views import confirming, factors, people, roles, secretaries, signing, tokens

app_name = "accounts"
urlpatterns = [
    path("login/", signing.sign_in, name="login"),
    path("logout/", signing.SignOut.as_view(), name="logout"),
    path("profile/", signing.profile, name="profile"),
    path("second-factor/", factors.factor_enrol, name="factor_enrol"),
    path("second-factor/verify/", factors.factor_verify, name="factor_verify"),
    path("second-factor/codes/", factors.recovery_codes_renew, name="recovery_codes_renew"),
    path("second-factor/remove/", factors.factor_remove, name="factor_remove"),
    path("<int:user_id>/reset-second-factor/", factors.user_reset_factor, name="user_reset_factor"),
    path("session/", signing.session_state, name="session_state"),
    path("sessions/end/", signing.sessions_end, name="sessions_end"),
    path("kept/<uuid:kept_id>/", confirming.kept_form, name="kept_form"),
    path("<int:user_id>/end-sessions/", people.user_end_sessions, name="user_end_sessions"),
    path("password/", signing.password_change, name="password_change"),
    path("confirm/", confirming.confirm, name="confirm"),
    path("confirm/<uuid:kept_id>/", confirming.confirm_kept, name="confirm_kept"),
    path("confirm/<uuid:kept_id>/drop/", confirming.kept_drop, name="kept_drop"),
    path("tokens/", tokens.token_list, name="token_list"),
    path("tokens/create/", tokens.token_create, name="token_create"),
    path("tokens/<int:token_id>/revoke/", tokens.token_revoke, name="token_revoke"),
    path("", lists.UserList.as_view(), name="user_list"),
    path("create/", people.user_create, name="user_create"),
    path("secretaries/", lists.SecretaryList.as_view(), name="secretary_list"),
    path("secretaries/create/", secretaries.secretary_accounts_create, name="secretary_accounts_create"),
    path("secretaries/renew/", secretaries.secretary_slips_renew, name="secretary_slips_renew"),
    path("<int:user_id>/", people.user_detail, name="user_detail"),
    path("<int:user_id>/edit/", people.user_edit, name="user_edit"),
    path("<int:user_id>/disable/", people.user_disable, name="user_disable"),
    path("<int:user_id>/enable/", people.user_enable, name="user_enable"),
    path("<int:user_id>/reset-password/", people.user_reset_password, name="user_reset_password"),
    path("<int:user_id>/unlock/", people.user_unlock, name="user_unlock"),
    path("roles/scopes/", roles.scope_options, name="scope_options"),
    path("<int:user_id>/roles/grant/", roles.role_grant, name="role_grant"),
    path("roles/<int:assignment_id>/revoke/", roles.role_revoke, name="role_revoke"),
]
