"""Who is told: people with what they may do, their departments, who stands in for whom, and who is away until when."""
