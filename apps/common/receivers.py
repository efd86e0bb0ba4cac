"""Keep statements out of the database server's log: they hold sealed ballots, receipts and slips, each with its time.

Source: ballot-secrecy reference, test T4. Who runs the server may log slow or failed statements of everybody; the connections of
this application stay out of it, as far as its role may set these parameters (a superuser may; the application's role is given
``SET ON PARAMETER`` after each migration if the owner may give it, see docs/secrecy.md). ``pg_stat_statements`` still shows what is slow, without values.
"""

from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created
from django.dispatch import receiver

from apps.common.kit.quiet import QUIET

SET_QUIET = (
    "SELECT set_config(name, value, false) FROM unnest(%s::text[], %s::text[]) AS quiet (name, value) "
    "WHERE current_setting(name, true) IS NOT NULL AND has_parameter_privilege(name, 'SET')"
)


@receiver(connection_created)
def keep_statements_out_of_the_log(connection: BaseDatabaseWrapper, **kwargs: Any) -> None:
    """Tell the server once per connection."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(SET_QUIET, [list(QUIET), list(QUIET.values())])
