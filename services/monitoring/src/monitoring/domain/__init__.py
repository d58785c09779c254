"""The rules of monitoring, one module per subject: measures, outcomes, plans, visits, scores, innovations.

Pure: no clock, no chance without a seed, no store; each command brings its ids and times.
"""
