"""One person at a screen: signs in, clicks, confirms, catches what is printed."""

import re
from io import BytesIO

import pdfplumber

PRINTED = re.compile(r"/(key|print|reprint|record|paper)/?$")


class Desk:
    """A signed-in window. ``printed`` keeps every PDF a click brought up, in order."""

    def __init__(self, open_window, base_url, username="", password=""):
        self.base_url = base_url
        self.page = open_window()
        self.page.set_default_timeout(60_000)
        self.printed = []
        self.page.context.route(PRINTED, self._catch)
        if username:
            self.sign_in(username, password)

    def _catch(self, route):
        """Keep the body of a printed PDF; the window itself shows it as any browser does."""
        response = route.fetch()
        if response.headers.get("content-type", "").startswith("application/pdf"):
            self.printed.append(response.body())
            route.fulfill(status=200, content_type="text/html", body="<title>PDF</title>")
        else:
            route.fulfill(response=response)

    def sign_in(self, username, password):
        self.go("/accounts/login/")
        self.page.fill("[name=username]", username)
        self.page.fill("[name=password]", password)
        self.click("登录")

    def go(self, path):
        self.page.goto(self.base_url + path)

    def menu(self, label):
        """Choose an entry of the side navigation."""
        self.page.locator("nav").get_by_role("link", name=label, exact=True).first.click()

    def link(self, name):
        self.page.get_by_role("link", name=name).first.click()

    def click(self, name, *, confirm=False, within=None):
        """Press a button; with ``confirm`` also the one in the dialog that asks back."""
        area = self.page.locator(within) if within else self.page
        button = area.get_by_role("button", name=name).first
        button.wait_for()
        self.page.wait_for_load_state()  # the script that asks back comes last
        button.click()
        if confirm:
            self.page.locator(".dialog .btn-primary").click()
        self.page.wait_for_load_state()

    def fill(self, **fields):
        """Fill fields by their name."""
        for name, value in fields.items():
            self.page.locator(f":is([name='{name}'], [name$='-{name}']):visible").first.fill(value)

    def text(self):
        return self.page.locator("body").inner_text()

    def see(self, words):
        """Wait until ``words`` stand on the page."""
        self.page.get_by_text(words).locator("visible=true").first.wait_for()

    def print(self, name, *, confirm=False):
        """Press a button that prints, and return the PDF."""
        n_before = len(self.printed)
        with self.page.context.expect_page() as popup:
            self.click(name, confirm=confirm)
        popup.value.close()
        assert len(self.printed) == n_before + 1
        return self.printed[-1]

    def download(self, name, *, role="link", within=None):
        """Click and return the bytes of the file that comes."""
        area = self.page.locator(within) if within else self.page
        with self.page.expect_download() as coming:
            area.get_by_role(role, name=name).first.click()
        return coming.value.path().read_bytes()


def pdf_text(content):
    """Return the text of a PDF, page by page."""
    with pdfplumber.open(BytesIO(content)) as pdf:
        return [page.extract_text() or "" for page in pdf.pages]
