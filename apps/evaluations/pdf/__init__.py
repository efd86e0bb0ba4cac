"""What the evaluation prints: slips, key cards, the signed record. Plain data in, bytes out; nothing is stored."""

from apps.evaluations.pdf.cards import cards_pdf
from apps.evaluations.pdf.record import RecordData, record_pdf
from apps.evaluations.pdf.slips import SlipSheet, slips_pdf

__all__ = ["RecordData", "SlipSheet", "cards_pdf", "record_pdf", "slips_pdf"]
