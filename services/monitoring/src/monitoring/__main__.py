"""`python -m monitoring api|relay|consumer|init|openapi`."""

from eventkit.process import main
from monitoring.app import SERVICE

if __name__ == "__main__":
    main(SERVICE)
