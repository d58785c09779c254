"""What Bina costs: each figure as a ratio to a ceiling that is measured in the same run on the same machine."""
