"""What `python -m topoi` does: the same as the command `topoi`."""

from topoi.cli.main import main

if __name__ == "__main__":
    main()
