"""What the log never tells: which slip a statement was about, or what was put into the urn."""

import logging

SECRET_TABLES = ("evaluations_credential", "evaluations_urnentry", "evaluations_put_ballot")


class NoBallots(logging.Filter):
    """Keep statements on slips and envelopes out of the SQL log, even when everything is logged."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Tell whether the line may be written."""
        statement = str(getattr(record, "sql", ""))
        return not any(table in statement for table in SECRET_TABLES)
