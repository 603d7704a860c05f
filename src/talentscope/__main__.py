"""`python -m talentscope` is the same program as `talentscope`."""

from talentscope.cli import main

if __name__ == "__main__":
    main()
