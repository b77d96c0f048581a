"""``python -m newsclean`` is the command ``newsclean``."""

from newsclean.cli import main

if __name__ == "__main__":
    main(prog_name="newsclean")
