"""What a browser would send for a page, without a browser."""

from html.parser import HTMLParser


class _Sent(HTMLParser):
    """Collects the controls of one form; what stands in a ``<template>`` is no control."""

    def __init__(self, form_id):
        super().__init__()
        self.form_id, self.is_inside, self.n_templates = form_id, False, 0
        self.pairs, self.select, self.options, self.text = [], "", [], None

    def handle_starttag(self, tag, attrs):
        values = dict(attrs)
        if tag == "form":
            self.is_inside = values.get("id") == self.form_id
        if tag == "template":
            self.n_templates += 1
        if not self.is_inside or self.n_templates:
            return
        if tag == "input":
            self._input(values)
        elif tag == "select":
            self.select, self.options = values["name"], []
        elif tag == "option":
            self.options.append((values.get("value", ""), "selected" in values))
        elif tag == "textarea":
            self.text = (values["name"], "")

    def _input(self, values):
        kind = values.get("type", "text")
        if kind in {"checkbox", "radio"} and "checked" not in values:
            return
        self.pairs.append((values["name"], values.get("value", "on" if kind == "checkbox" else "")))

    def handle_data(self, data):
        if self.text:
            self.text = (self.text[0], self.text[1] + data)

    def handle_endtag(self, tag):
        if tag == "form":
            self.is_inside = False
        elif tag == "template":
            self.n_templates -= 1
        elif tag == "textarea" and self.text:
            self.pairs.append(self.text)
            self.text = None
        elif tag == "select" and self.select:
            chosen = [value for value, is_chosen in self.options if is_chosen]
            self.pairs.append((self.select, (chosen or [self.options[0][0]])[-1]))
            self.select = ""


def sent(html, form_id="scheme-form"):
    """Return the data of a form as a dict of lists, as the test client posts them."""
    reader = _Sent(form_id)
    reader.feed(html)
    data = {}
    for name, value in reader.pairs:
        data.setdefault(name, []).append(value)
    return data
