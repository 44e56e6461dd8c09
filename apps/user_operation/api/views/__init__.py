"""What a signed-in user keeps: parse, call, print. Of somebody else's there is nothing to see."""
