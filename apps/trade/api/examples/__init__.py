"""What is sent and answered, for the API documents: Xiaoman buys apples in the sample shop."""
