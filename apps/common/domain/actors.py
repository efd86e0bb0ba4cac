"""Who acts, as far as the lower apps need to know.

``accounts.User`` fulfils this protocol. Organizations and secretaries stand below accounts and must not import it,
yet their doors (``..._visible_to``) ask which subtrees a person may see.
"""

from typing import Protocol


class Actor(Protocol):
    """An account that looks or acts."""

    @property
    def pk(self) -> int: ...

    @property
    def username(self) -> str: ...

    @property
    def display_name(self) -> str: ...

    @property
    def is_authenticated(self) -> bool: ...

    @property
    def secretary_id(self) -> int | None:
        """The person behind the account, if it is a secretary's."""
        ...

    def holds(self, *roles: str) -> bool:
        """Tell whether the account holds one of the roles (values of ``accounts.domain.roles.Role``)."""
        ...

    def paths_of(self, *roles: str) -> tuple[str, ...]:
        """Return the tree paths under which the account holds one of the roles."""
        ...

    def department_paths(self) -> tuple[str, ...]:
        """Return the tree paths under which the account acts as department staff; empty for everybody else."""
        ...

    def scope_paths(self) -> tuple[str, ...]:
        """Return the tree paths the account may look into, whatever the role."""
        ...
