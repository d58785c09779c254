"""The structural decision: where events and the record of a command are kept, measured at equal guarantees."""
