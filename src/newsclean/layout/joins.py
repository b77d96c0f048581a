"""How two lines are joined: with a space, or with none."""

def joint(left: str, right: str) -> str:
    return ""
