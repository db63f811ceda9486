"""Made-up people and filings around the real notice, played through the verbs.

schedule.py when · story.py how each filing fares · texts.toml, texts.py what it says ·
people.py who · play.py puts them together · restated.py words corrected, a measure suspended.
"""
