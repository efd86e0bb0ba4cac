"""The evaluation form (测评表) as data: its template, what an answer may be, and which ballots count.

``templates`` is the model, ``answers`` reads one mark, ``validity`` judges a whole ballot. The browser runs the same rules
(``static/evaluations/validity.js``); both are held to the same worked examples.
"""
