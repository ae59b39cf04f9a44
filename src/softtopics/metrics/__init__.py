"""What a topic model is judged by: coherence, diversity, clustering, retrieval, rating."""
