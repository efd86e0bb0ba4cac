"""Keep statements out of the database server's log: they hold sealed ballots, receipts and slips, each with its time.

Source: ballot-secrecy reference, test T4. Who runs the server may log slow or failed statements of everybody; the connections of
this application stay out of it, as far as its role may set these parameters (a superuser may; another role needs
``GRANT SET ON PARAMETER``, see docs/secrecy.md). ``pg_stat_statements`` still shows what is slow, without values.
"""

from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created
from django.dispatch import receiver

QUIET = {
    "log_statement": "none",
    "log_duration": "off",
    "log_min_duration_statement": "-1",
    "log_min_duration_sample": "-1",
    "log_transaction_sample_rate": "0",
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",  # details of an error quote rows
    "auto_explain.log_min_duration": "-1",
}
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
