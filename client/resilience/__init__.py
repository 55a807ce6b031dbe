"""Decisions about sending again, holding back and waiting, and the transport that acts on them.

``retry``, ``circuit_breaker`` and ``rate_limit`` are pure: they take the time and return values.
``transport`` waits and sends.
"""
