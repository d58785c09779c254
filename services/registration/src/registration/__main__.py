"""`python -m registration api|relay|init|openapi`."""

from eventkit.process import main
from registration.app import SERVICE

if __name__ == "__main__":
    main(SERVICE)
