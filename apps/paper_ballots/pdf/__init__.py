"""The evaluation form on paper: all copies equal, no code, no name. ``matrix`` and ``sheets`` are its two layouts."""

from io import BytesIO

from reportlab.pdfgen.canvas import Canvas

from apps.cycles.domain.papers.templates import Orientation
from apps.evaluations.domain.ballot_papers import BallotPaper, Part
from apps.paper_ballots.pdf.frame import Frame
from apps.paper_ballots.pdf.matrix import Matrix
from apps.paper_ballots.pdf.sheets import Sheets


def blank_form_pdf(paper: BallotPaper, notes: str = "", orientation: Orientation | None = None) -> bytes:
    """Return the form, part after part, in the layout of each part unless ``orientation`` asks for one.

    All copies are equal, so printing more of them tells nothing.
    """
    layouts = [_layout(paper, part, notes, orientation or part.template.orientation) for part in paper.parts]
    n_pages = sum(layout.n_pages for layout in layouts)
    out = BytesIO()
    canvas = Canvas(out, invariant=1, pageCompression=1, lang="zh-CN")
    canvas.setTitle(f"{paper.title.removesuffix('测评')}测评表")
    number = 0
    for layout in layouts:
        for page in range(layout.n_pages):
            number += 1
            layout.draw_page(canvas, page, f"第 {number} 页，共 {n_pages} 页")
            canvas.showPage()
    canvas.save()
    return out.getvalue()


def _layout(paper: BallotPaper, part: Part, notes: str, orientation: Orientation) -> Matrix | Sheets:
    """Return the layout that is asked for; a table wider than A3 becomes a sheet per person."""
    frame = Frame.of(paper, part, notes)
    if orientation is Orientation.MATRIX:
        matrix = Matrix.that_fits(frame, paper.subjects)
        if matrix is not None:
            return matrix
    return Sheets(frame, paper.subjects)
