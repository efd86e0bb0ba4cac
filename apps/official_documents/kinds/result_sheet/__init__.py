"""测评结果单: one reviewee's figures from the marks to the grade, each with its formula. It shows what the explanation page shows."""

from apps.official_documents.kinds.result_sheet.kind import ResultSheetKind

__all__ = ["ResultSheetKind"]
