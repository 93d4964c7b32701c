"""What the desk says of posts: whether they are released, since when they may be shown, how they are tagged."""
