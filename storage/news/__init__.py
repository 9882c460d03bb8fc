"""What is remembered of the news: feeds and their stories, editions and what readers think of them."""
