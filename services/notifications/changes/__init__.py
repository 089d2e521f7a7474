"""What became of a call somebody was told of: changed, withdrawn, closed or reopened, with before and after."""
