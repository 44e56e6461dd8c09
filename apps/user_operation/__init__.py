"""What shoppers do around the goods: favourites, addresses, messages, reviews."""
