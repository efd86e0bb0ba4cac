"""What a connection sets so that the database server's log holds no statement of ours (see apps/common/receivers.py)."""

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
