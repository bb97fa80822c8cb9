"""The nouns: rules of communities, quotas, money and time.

Standard library only. No I/O, no clock, no logging, no framework: what happens depends on the
arguments alone, so every rule can be tested with plain values and rehearsed for any instant.
"""
