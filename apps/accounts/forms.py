"""Input about accounts."""

from typing import Any

from django import forms
from django.contrib.auth import password_validation
from django.contrib.auth.forms import AuthenticationForm
from django.utils import timezone

from apps.accounts.domain.roles import DEPARTMENT_ROLES, SCOPED_ROLES, Role
from apps.accounts.domain.tokens import LIFETIMES
from apps.accounts.domain.usernames import canonical_username, is_valid_username
from apps.accounts.models import User
from apps.accounts.selectors import scopes_granted_by
from apps.common.forms import BaseForm
from apps.organizations.forms import (
    HOW_TO_PICK,
    OrganizationChoiceField,
    OrganizationInput,
    offer_organizations,
)

SIGN_IN_FAILED = "用户名或密码不对，或者账号已停用、一次性密码已过期。连续输错 5 次将锁定 15 分钟；需要帮助请联系组织部或系统管理员。"


class SignInForm(AuthenticationForm):
    """Name and password. Whatever is wrong, the answer is the same."""

    error_messages = {
        "invalid_login": SIGN_IN_FAILED,
        "inactive": SIGN_IN_FAILED,
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.label_suffix = ""
        self.fields["username"].error_messages["required"] = "请填写用户名。"
        self.fields["password"].error_messages["required"] = "请填写密码。"

    def confirm_login_allowed(self, user: User) -> None:
        """Refuse a one-time password that has expired, in the words of a wrong one."""
        super().confirm_login_allowed(user)
        if user.secret_expires_at is not None and user.secret_expires_at <= timezone.now():
            raise self.get_invalid_login_error()

    def clean_username(self) -> str:
        """Return the one spelling of the name, so that a lock cannot be evaded by case or width."""
        return canonical_username(self.cleaned_data["username"])


class PasswordChangeForm(BaseForm):
    """Present password, new password twice."""

    old_password = forms.CharField(
        label="现在的密码",
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    new_password = forms.CharField(
        label="新密码",
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    repeated = forms.CharField(
        label="再输一遍新密码",
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_new_password(self) -> str:
        password: str = self.cleaned_data["new_password"]
        password_validation.validate_password(password, self.user)
        return password

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        new = data.get("new_password")
        if new and data.get("repeated") and new != data["repeated"]:
            self.add_error("repeated", "两次输入的新密码不一样。")
        if new and new == data.get("old_password"):
            self.add_error("new_password", "新密码不能与现在的密码相同。")
        return data


class CodeForm(BaseForm):
    """A code of the second factor."""

    code = forms.CharField(
        label="验证码",
        max_length=30,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "autofocus": True}),
        help_text="手机上此刻显示的六位数字。",
    )


class ReasonForm(BaseForm):
    """Why something is done."""

    reason = forms.CharField(label="理由", max_length=200)


class OwnSessionForm(BaseForm):
    """Which of the own sessions; none means all others."""

    session = forms.UUIDField(label="登录", required=False)


class AccountForm(BaseForm):
    """A new account; its role is granted afterwards by the security administrator."""

    username = forms.CharField(
        label="用户名", max_length=60, help_text="登录时用。小写字母、数字、点、横线，2–60 个字符。"
    )
    display_name = forms.CharField(label="姓名", max_length=60)

    def clean_username(self) -> str:
        name = canonical_username(self.cleaned_data["username"])
        if not is_valid_username(name):
            raise forms.ValidationError(
                "用户名只能用字母、数字、点、横线和下划线，2–60 个字符，以字母或数字开头。"
            )
        return name


class ClerkAccountForm(AccountForm):
    """A new account of department staff, a clerk's from the start."""

    scope = OrganizationChoiceField(
        label="范围",
        widget=OrganizationInput(options="accounts:scope_options"),
        help_text=f"{HOW_TO_PICK}经办的权限覆盖所选党组织及其全部下级，不超出您自己的范围。",
    )

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_organizations(self, scopes_granted_by(user))


class DisplayNameForm(BaseForm):
    """The name shown to others."""

    display_name = forms.CharField(label="姓名", max_length=60)


class RoleForm(BaseForm):
    """One role with the subtree it covers."""

    role = forms.ChoiceField(label="角色", choices=[("", "请选择"), *Role.choices()])
    scope = OrganizationChoiceField(
        label="范围",
        required=False,
        widget=OrganizationInput(options="accounts:scope_options"),
        help_text=f"{HOW_TO_PICK}组织部、点评领导、纪检须选范围，其权限覆盖所选党组织及其全部下级；书记和三类管理员留空。",
    )

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_organizations(self, scopes_granted_by(user))
        if user.holds(Role.SECURITY_ADMIN.value):
            return
        role = self.fields["role"]
        assert isinstance(role, forms.ChoiceField)  # noqa: S101 -- declared above
        role.choices = [("", "请选择"), *((one, Role(one).label) for one in DEPARTMENT_ROLES)]
        limits = "在您的范围之内；负责人只能授予下级。其他角色由安全管理员授予。"
        self.fields["scope"].help_text = f"{HOW_TO_PICK}{limits}"

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        role = data.get("role")
        if role in SCOPED_ROLES and not data.get("scope"):
            self.add_error("scope", "这个角色须选择范围。")
        if role and role not in SCOPED_ROLES and data.get("scope"):
            self.add_error("scope", "这个角色不分范围，请留空。")
        return data


class ConfirmationForm(BaseForm):
    """Who is it? Asked again before a dangerous act."""

    password = forms.CharField(
        label="您的密码（绑定了验证器的也可输入六位验证码）",
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password", "autofocus": True}),
    )


class TokenForm(BaseForm):
    """A token for a program."""

    name = forms.CharField(
        label="用途", max_length=60, help_text="写明哪个系统用、谁负责，如：区政务平台每日取数，王某。"
    )
    days = forms.TypedChoiceField(
        label="有效期", coerce=int, choices=[(days, f"{days} 天") for days in LIFETIMES], initial=LIFETIMES[1]
    )
    may_write = forms.BooleanField(label="可以修改（不勾选只能读取）", required=False)
