"""年度情况报告: the year of a host in figures: participation, grades, averages, earlier years, problems and rectification."""

from apps.official_documents.kinds.annual_report.kind import AnnualReportKind

__all__ = ["AnnualReportKind"]
