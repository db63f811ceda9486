"""The demonstration: invented people and filings for the real notice, created by the verbs.

schedule.py when · story.py how each filing fares · texts.toml, texts.py what it says ·
people.py who · play.py puts them together · restated.py words corrected, a measure suspended.
"""
