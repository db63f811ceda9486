"""How long a text and how large a number may be; shared by the models and the forms."""

TEXT_MOST = 4000  # a note's progress
SHORT_MOST = 1000  # its other texts, comments, answers
REASON_MOST = 300

MOST_DIGITS = 18  # of an indicator's value
MOST_DECIMALS = 4
WORDS_MOST = 200  # an indicator's texts
