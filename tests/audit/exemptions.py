"""Requests of the access table that do not leave exactly one entry although they are answered, each with its reason.

The number is what they do leave. A refused request is never exempt; see ``apps.audit.kit.unlogged`` for ballots and hall screens.
"""

INCOMPLETE = "the table sends no complete form: nothing was done, and asking for more is no refusal"
ALREADY_SO = "nothing to do in the table's district: it is so already"
DRAFT = "a draft that saves itself; handing it in is the act"
OWN_MARK = "what an account notes for itself (read, opened); nothing of anybody else changes"
LOOKING = "shows a result and keeps nothing"

NOT_ONE_ENTRY = {
    "accounts:factor_remove": (0, ALREADY_SO),
    "accounts:role_grant": (0, "a head's form offers no such role or scope: nothing was done"),
    "accounts:secretary_accounts_create": (0, ALREADY_SO),
    "accounts:secretary_slips_renew": (0, ALREADY_SO),
    "accounts:sessions_end": (0, ALREADY_SO),
    "accounts:user_enable": (0, ALREADY_SO),
    "accounts:user_end_sessions": (0, ALREADY_SO),
    "api-account-enable POST": (0, ALREADY_SO),
    "api-appointment-end POST": (2, "who holds no post any more has the account disabled, an act of its own"),
    "api-appointment-list POST": (0, INCOMPLETE),
    "api-organization-reinstate POST": (0, ALREADY_SO),
    "api-roster-import-list POST": (0, INCOMPLETE),
    "assessments:veto_withdraw": (2, "withdrawing renews the proposed grades, an act of its own"),
    "cycles:paper_move": (0, ALREADY_SO),
    "cycles:paper_preview": (0, LOOKING),
    "cycles:revision_restore": (0, ALREADY_SO),
    "cycles:scheme_try": (0, LOOKING),
    "duty_reports:follow_up_save": (0, DRAFT),
    "duty_reports:problem_remove": (0, DRAFT),
    "duty_reports:report_save": (0, DRAFT),
    "duty_reports:section_save": (0, DRAFT),
    "evaluations:cast_status": (0, "evaluators leave no trace"),
    "evaluations:paper_cover": (0, INCOMPLETE),
    "evaluations:rehearsal_start": (0, INCOMPLETE),
    "evaluations:steward_slip": (0, LOOKING),
    "grading:deliberation_start": (0, ALREADY_SO),
    "grading:reconsideration_decide": (0, INCOMPLETE),
    "meetings:agenda_move": (0, INCOMPLETE),
    "meetings:problem_add": (0, INCOMPLETE),
    "meetings:problem_edit": (0, INCOMPLETE),
    "notifications:notification_open": (0, OWN_MARK),
    "notifications:notification_read_all": (0, OWN_MARK),
    "official_documents:document_download": (0, "leads to the file, whose download is the entry"),
    "organizations:field_reinstate": (0, ALREADY_SO),
    "rectification:item_apply": (0, INCOMPLETE),
    "rectification:item_extend": (0, INCOMPLETE),
    "rectification:item_plan": (0, INCOMPLETE),
    "rectification:item_progress": (0, INCOMPLETE),
}
