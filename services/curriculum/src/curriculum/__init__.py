"""What people learn: curricula, sessions, speakers, attendance, JP and completion.

Owns the plan of a batch and who was there; never a name, an employee number or a decision about a person.
"""
