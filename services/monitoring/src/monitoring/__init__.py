"""What changes at work after a programme: measures, action plans, visits, unit scores, before and after.

Never decides about a person: no name, no ranking, no personnel consequence of a score.
"""
