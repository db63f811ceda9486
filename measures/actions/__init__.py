"""The verbs of this app: the only code that writes its tables.

Locks are taken in one order, so that nobody waits in a circle: notice, uploaded sheet, period,
filings by id, measures by id. Always `no_key`: whoever writes a row that refers to a locked one (a
light that names its filing, a status update that names its period) then need not wait for the lock.
"""
