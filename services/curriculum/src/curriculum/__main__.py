"""`python -m curriculum api|relay|consumer|init|openapi`."""

from curriculum.app import SERVICE
from eventkit.process import main

if __name__ == "__main__":
    main(SERVICE)
